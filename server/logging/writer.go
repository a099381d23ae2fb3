// Package logging writes a process's log so that logging never makes the process wait: neither for whoever reads the
// log, nor because strangers cause many lines.
//
// A [Writer] queues lines for one goroutine, and drops lines when the queue is full. A [Limiter] bounds how many lines
// of a kind there are in a second. Both tell in the log what they have left out.
package logging

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// queueSize is how many bytes wait to be written. As many again may be on their way.
const queueSize = 256 << 10

// A Writer passes on what is written to it, from a goroutine of its own. Its Write returns at once and without an
// error, whatever becomes of the line. [NewWriter] makes one. It is safe for concurrent use.
//
// A line that finds the queue full is dropped, and so are lines whose writing fails. When writing succeeds again, a
// line tells how many were dropped, and since when.
type Writer struct {
	to   io.Writer
	done chan struct{} // closed when the goroutine has ended

	mu     sync.Mutex
	ready  sync.Cond // signaled when there are lines, or no more will come
	lines  []byte
	missed gap // lines that came after those, or before them when writing has failed
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

// NewWriter returns a writer that passes lines on to another one. It ends with Close.
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

// Close waits until what is queued has been written, but no longer than a time. What is written later is dropped. It is
// called once.
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
		if err != nil { // which is told with the next lines, if these can be written
			missed.add(count(lines[n:]), time.Now())
			w.mu.Lock()
			missed.add(w.missed.lines, w.missed.since)
			w.missed = missed
			w.mu.Unlock()
		}
		spare = lines
	}
}

// take waits for lines and takes them, leaving an empty buffer in their place. It returns none when no more will come.
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

// notice tells of the gap, in a line as slog writes it.
func (g gap) notice() []byte {
	const layout = "2006-01-02T15:04:05.000Z07:00"
	return fmt.Appendf(nil, "time=%s level=WARN msg=\"lines of this log were dropped: they could not be written\" "+
		"lines=%d since=%s\n", time.Now().Format(layout), g.lines, g.since.Format(layout))
}

func count(lines []byte) int { return bytes.Count(lines, []byte("\n")) }
