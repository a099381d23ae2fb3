// Package eventstream encodes and parses text/event-stream, as the section "Server-sent events" of the HTML standard
// defines it.
//
// The promise: every parser of the standard reads the output of [Event.AppendText] as exactly that event, never as two
// events or as another field; and [Read] yields the events that a browser dispatches for the same bytes, in whatever
// chunks they come. Both are tested with the cases in testdata/conformance, which also test the polyfill and the
// browsers' own EventSource.
//
// The encoder returns an error for an event that the format cannot express. It repairs and escapes nothing, so a
// client never gets a damaged event. The parser accepts any stream, as browsers do, except an event that is larger than
// the reader's limit. The package opens no connections. A client that reestablishes one finds the last event ID and the
// reconnection time in its [Reader].
//
// The format: an event stream is UTF-8 text in lines that end with CR, LF or CRLF; one byte order mark may come first.
// A line is a field, which is a name, a colon, one optional space and a value; a line that starts with a colon is a
// comment. The field data adds a line to the event's data, event sets its event type, id the last event ID, which stays
// until another one comes, and retry the reconnection time in milliseconds. Fields with another name are ignored. A
// blank line ends the block of fields: an event is dispatched if the block had data. An incomplete block at the end of
// the stream is discarded.
package eventstream

import "time"

// An Event is one event of an event stream.
type Event struct {
	// ID is the last event ID, which a client sends when it reconnects after this event. When writing, "" leaves the last
	// event ID unchanged; an Event cannot reset it to "", although the format can. When reading, it is the last event ID
	// string at dispatch, which an earlier block may have set.
	ID string

	// Type is the event type. "" and "message" are the same when writing; reading yields "message".
	Type string

	// Data is the data, its lines separated by LF. When writing, nil makes a block without data: it sets the ID and the
	// reconnection time, but dispatches no event. When reading, Data is never nil. Its memory belongs to the reader, and
	// it is valid until the next event is read.
	Data []byte

	// Retry is the reconnection time that the event's block sets, in whole milliseconds; 0 when it sets none.
	Retry time.Duration
}
