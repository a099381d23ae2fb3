package eventstream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"time"
)

// DefaultMaxEvent is the limit, in bytes, of a [Reader] whose MaxEvent is 0.
const DefaultMaxEvent = 16 << 20

// ErrTooLarge ends a stream with an event that is larger than [Reader.MaxEvent].
var ErrTooLarge = errors.New("eventstream: event is too large")

// Read yields the events of a stream that a browser would dispatch, each as soon as its blank line is read. The Data of
// an event is valid until the next event is read; its ID and Type may be kept.
//
// The sequence ends with the stream. If the stream ends with an error other than io.EOF, or an event is larger than
// [DefaultMaxEvent], that error is yielded last. To continue after a break, use a [Reader].
func Read(r io.Reader) iter.Seq2[Event, error] {
	return NewReader(r).Events()
}

// A Reader reads an event stream for a client that reestablishes its connection. It is not safe for concurrent use.
type Reader struct {
	// LastEventID is the last event ID string, which the client sends when it reconnects. A blank line sets it, with or
	// without an event. Set it before reading if the stream is the continuation of another.
	LastEventID string

	// Retry is the reconnection time. A retry field sets it at once, also in a block that is never finished. Set its
	// initial value before reading.
	Retry time.Duration

	// MaxEvent is the most bytes that a line, or the data of one event, may have; DefaultMaxEvent when 0. The reader's
	// memory is a small multiple of the largest event so far.
	MaxEvent int

	lines     lines
	data      []byte // the data buffer; every line in it is followed by LF
	eventType string // the event type buffer
	id        string // the last event ID buffer
	retry     time.Duration
	begun     bool
	texts     texts
	err       error
}

// NewReader returns a reader of an event stream. It has its own buffer.
func NewReader(r io.Reader) *Reader {
	return &Reader{lines: lines{src: r}}
}

// Events yields the events as [Read] does. After a break, another call continues with the next event.
func (r *Reader) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			e, err := r.next()
			if err == io.EOF {
				return
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// next reads to the next event, or to the end of the stream.
func (r *Reader) next() (Event, error) {
	if r.err != nil {
		return Event{}, r.err
	}
	if r.MaxEvent == 0 {
		r.MaxEvent = DefaultMaxEvent
	}
	r.data = r.data[:0]
	for {
		line, err := r.lines.next(r.MaxEvent)
		if err != nil {
			return Event{}, r.fail(err)
		}
		if !r.begun {
			// The decoder of the standard drops one byte order mark, at the very beginning.
			line = bytes.TrimPrefix(line, []byte("\uFEFF"))
			r.begun, r.id = true, r.LastEventID
		}
		if len(line) > 0 {
			r.field(line)
			if len(r.data)-1 > r.MaxEvent {
				return Event{}, r.fail(fmt.Errorf("%w: data has more than %d bytes at line %d", ErrTooLarge, r.MaxEvent,
					r.lines.count))
			}
			continue
		}
		if e, ok := r.dispatch(); ok {
			return e, nil
		}
	}
}

// fail stores the error, so that all later calls return it.
func (r *Reader) fail(err error) error {
	if err != io.EOF && !errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("eventstream: after line %d: %w", r.lines.count, err)
	}
	r.err = err
	return err
}

// field processes a line that is not blank. Unlike in the standard, lines are cut before they are decoded. The result
// is the same: no other character has the bytes of CR, LF or the colon in its encoding, and a broken character ends
// before them.
func (r *Reader) field(line []byte) {
	// A line that starts with a colon is a comment; its name is empty, and no field has that name.
	name, value, _ := bytes.Cut(line, []byte{':'})
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	switch string(name) {
	case "data":
		r.data = append(appendDecoded(r.data, value), '\n')
	case "event":
		r.eventType = r.texts.text(value)
	case "id":
		// An ID with NUL is ignored.
		if bytes.IndexByte(value, 0) < 0 {
			r.id = r.texts.text(value)
		}
	case "retry":
		if d, ok := parseRetry(value); ok {
			r.Retry, r.retry = d, d
		}
	}
}

// dispatch does the standard's step for a blank line.
func (r *Reader) dispatch() (e Event, ok bool) {
	// The last event ID is set also by a block without data, and stays in its buffer.
	r.LastEventID = r.id
	if len(r.data) > 0 {
		e, ok = Event{ID: r.id, Type: r.eventType, Data: r.data[:len(r.data)-1], Retry: r.retry}, true
		if e.Type == "" {
			e.Type = "message"
		}
	}
	r.eventType, r.retry = "", 0
	return e, ok
}

// parseRetry accepts ASCII digits, at least one, and nothing else. It returns the longest Duration for a longer time.
func parseRetry(value []byte) (time.Duration, bool) {
	const most = math.MaxInt64 / int64(time.Millisecond)
	var ms int64
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		ms = min(ms*10+int64(c-'0'), most)
	}
	return time.Duration(ms) * time.Millisecond, len(value) > 0
}
