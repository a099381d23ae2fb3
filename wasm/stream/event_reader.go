//go:build js && wasm

package stream

import (
	"strings"
	"unsafe"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
)

// An eventReader copies events' data into a buffer that it reuses.
type eventReader struct {
	copy   safejs.Value // boot.js's: an event's ID, a line feed and its data as a Uint8Array, until it is called next
	buffer []byte
}

// An eventReader keeps a buffer of minBuffer to maxBuffer bytes for the next event, always a power of two, so that
// freed buffers do not fragment the heap. Only large snapshots are longer, and they are rare.
const (
	minBuffer = 16 << 10
	maxBuffer = 1 << 20
)

// read returns an event's ID and its data. The data is the reader's: it is valid until the next call, unless it is
// longer than maxBuffer.
func (r *eventReader) read(event safejs.Value) (id, data string, err error) {
	copied, err := r.copy.Invoke(event)
	if err != nil {
		return "", "", err
	}
	n, err := copied.Length()
	if err != nil {
		return "", "", err
	}
	buffer := r.grow(n)
	if _, err := safejs.CopyBytesToGo(buffer, copied); err != nil {
		return "", "", err
	}
	// The string shares the bytes, which are not written before the next event.
	id, data, _ = strings.Cut(unsafe.String(unsafe.SliceData(buffer), n), "\n")
	return strings.Clone(id), data, nil
}

// dispatch calls the listener for an event.
func (r *eventReader) dispatch(l listener, eventType string, event safejs.Value) {
	id, data, err := r.read(event)
	if err != nil {
		dom.Report(err)
		return
	}
	l.Receive(eventType, data, id)
}

// each calls f for each event of an array, until f returns false.
func each(events safejs.Value, f func(event safejs.Value, eventType string) bool) {
	n, err := events.Length()
	if err != nil {
		dom.Report(err)
	}
	for i := range n {
		var c dom.Caller
		event := c.Index(events, i)
		eventType := c.Text(c.Get(event, "type"))
		if err := c.Take(); err != nil {
			dom.Report(err)
		} else if !f(event, eventType) {
			return
		}
	}
}

func (r *eventReader) grow(n int) []byte {
	if n > maxBuffer {
		return make([]byte, n)
	}
	if n > len(r.buffer) {
		size := minBuffer
		for size < n {
			size *= 2
		}
		r.buffer = make([]byte, size)
	}
	return r.buffer[:n]
}
