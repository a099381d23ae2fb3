// Package eventstream is the wire: events to text/event-stream and back, as the HTML standard describes it under
// "Server-sent events".
//
// The promise: what [Event.AppendText] writes, every parser of the standard reads as exactly that event, never as two
// events or as another field; and [Read] sees in any stream of bytes what a browser sees, however the bytes are cut
// into chunks. Both are held to by a corpus of cases, testdata/conformance, which also judges the polyfill and the
// browsers' own EventSource.
//
// The encoder refuses what the format cannot carry. It repairs and escapes nothing, so that nobody takes a damaged
// event for the one that was meant. The parser refuses no stream, as browsers don't, except an event that is larger
// than the reader is willing to hold. The package opens no connections and reestablishes none; a [Reader] keeps what
// a client needs for that, the last event ID and the reconnection time.
//
// The protocol: an event stream is UTF-8 text in lines that end with CR, LF or CRLF; one byte order mark may come first. A line
// is a field, which is a name, a colon, one optional space and a value; a line that starts with a colon is a comment. The
// field data adds a line to the event's data, event sets its event type, id the last event ID, which stays until another
// one comes, and retry the reconnection time in milliseconds. Any other name is ignored. A blank line ends the block of
// fields: an event is dispatched if the block had data. A block that the end of the stream cuts off is discarded.
package eventstream

import "time"

// An Event is one event of an event stream.
type Event struct {
	// ID is the last event ID: where a client that loses the connection after this event wants to go on. When
	// writing, "" leaves the last event ID as it is; the format could also reset it to "", but an Event cannot say so.
	// When reading, it is the last event ID string at dispatch, which an earlier block may have set.
	ID string

	// Type is the event type. "" and "message" are the same when writing; reading yields "message".
	Type string

	// Data is the data, its lines parted by LF. When writing, nil makes a block without data: it takes effect, as its
	// ID and reconnection time do, but dispatches no event. When reading, Data is never nil, and it is the reader's own:
	// it is valid until the next event is asked for.
	Data []byte

	// Retry is the reconnection time that the event's block sets, in whole milliseconds; 0 when it sets none.
	Retry time.Duration
}
