// Package logging writes the log of a process that must not block on it, even if the log's reader is slow or clients
// cause many lines.
//
// A [Writer] queues lines for one goroutine, and drops lines when the queue is full. A [Limiter] bounds the number of
// lines of each kind a second. Both log the number of lines that they have dropped.
package logging

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// queueSize is the most bytes that wait to be written. The goroutine may be writing as many at the same time.
const queueSize = 256 << 10

// A Writer writes lines to another writer, from a goroutine of its own. Its Write never blocks and returns no error. It
// is safe for concurrent use. [NewWriter] makes one.
//
// A line is dropped if the queue is full or if it cannot be written. After the next successful write the Writer adds a
// line with the number of dropped lines and the time since when.
type Writer struct {
	to   io.Writer
	done chan struct{} // closed when the goroutine has ended

	mu     sync.Mutex
	ready  sync.Cond // signaled when there are lines, or no more will come
	lines  []byte
	missed gap // dropped lines: later than the queued ones, or earlier if writing has failed
	closed bool
}

// A gap is a number of lines that were dropped.
type gap struct {
	lines int
	since time.Time // when the first of them was dropped
}

func (g *gap) add(lines int, since time.Time) {
	if g.lines == 0 {
		g.since = since
	}
	g.lines += lines
}

// NewWriter returns a writer that writes lines to another one. Its goroutine ends with Close.
func NewWriter(to io.Writer) *Writer {
	w := &Writer{to: to, done: make(chan struct{})}
	w.ready.L = &w.mu
	go w.run()
	return w
}

// Write queues a line, or several, each with its line feed. The bytes are copied.
func (w *Writer) Write(lines []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || len(w.lines)+len(lines) > queueSize {
		w.missed.add(count(lines), time.Now())
		return len(lines), nil
	}
	w.lines = append(w.lines, lines...)
	w.ready.Signal()
	return len(lines), nil
}

// Close blocks until the queued lines are written, but no longer than the given time. Later lines are dropped. Close
// must be called only once.
func (w *Writer) Close(within time.Duration) {
	w.mu.Lock()
	w.closed = true
	w.ready.Signal()
	w.mu.Unlock()
	select {
	case <-w.done:
	case <-time.After(within):
	}
}

func (w *Writer) run() {
	defer close(w.done)
	var spare []byte
	for {
		lines, missed := w.take(spare)
		if len(lines) == 0 {
			return
		}
		n, err := w.to.Write(lines)
		if err == nil && missed.lines > 0 {
			_, err = w.to.Write(missed.notice())
		}
		if err != nil { // the next successful write adds a notice
			missed.add(count(lines[n:]), time.Now())
			w.mu.Lock()
			missed.add(w.missed.lines, w.missed.since)
			w.missed = missed
			w.mu.Unlock()
		}
		spare = lines
	}
}

// take waits for queued lines and returns them; the empty buffer becomes the queue. It returns none after Close, when
// the queue is empty.
func (w *Writer) take(empty []byte) (lines []byte, missed gap) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.lines) == 0 && !w.closed {
		w.ready.Wait()
	}
	lines, missed = w.lines, w.missed
	w.lines, w.missed = empty[:0], gap{}
	return lines, missed
}

// notice returns a line about the gap, in the format of slog.
func (g gap) notice() []byte {
	const layout = "2006-01-02T15:04:05.000Z07:00"
	return fmt.Appendf(nil, "time=%s level=WARN msg=\"lines of this log were dropped: they could not be written\" "+
		"lines=%d since=%s\n", time.Now().Format(layout), g.lines, g.since.Format(layout))
}

func count(lines []byte) int { return bytes.Count(lines, []byte("\n")) }
