package eventstream

import (
	"bytes"
	"fmt"
	"io"
)

// lines cuts a stream into lines. A CR ends a line at once, without waiting for an LF, because on a live stream the
// next byte may come a minute later.
type lines struct {
	src     io.Reader
	err     error // the error that ended src; it is returned after the lines that are still in buf
	buf     []byte
	start   int  // buf[start:end] is not consumed
	seen    int  // buf[start:seen] holds no end of line
	lf      int  // the first LF in buf[seen:end], or end when there is none
	end     int  // buf[end:] is free
	afterCR bool // an LF that comes next belongs to the CR before it
	count   int  // lines so far
}

// The buffer starts with this size and grows when a line is longer.
const firstBuffer = 4 << 10

// next returns the next line without its end; it is valid until the next call. A last line that has no end is no line.
func (l *lines) next(limit int) ([]byte, error) {
	for {
		if l.afterCR && l.start < l.end {
			l.afterCR = false
			if l.buf[l.start] == '\n' {
				l.consume(l.start + 1)
			}
		}
		// Each byte is compared once with LF and once with CR, in whatever chunks the stream comes:
		// BenchmarkRead/carriage-return, BenchmarkRead/single-bytes.
		at := l.lf
		if i := bytes.IndexByte(l.buf[l.seen:l.lf], '\r'); i >= 0 {
			at = l.seen + i
		}
		l.seen = at
		if at-l.start > limit {
			return nil, fmt.Errorf("%w: line %d has more than %d bytes", ErrTooLarge, l.count+1, limit)
		}
		if at < l.end {
			line := l.buf[l.start:at]
			l.afterCR = l.buf[at] == '\r'
			l.consume(at + 1)
			l.count++
			return line, nil
		}
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

// consume moves the start of the unread bytes forward.
func (l *lines) consume(to int) {
	l.start, l.seen = to, to
	if l.lf < to {
		l.lf = to
		l.findLF()
	}
}

// findLF looks for the next LF from l.lf on.
func (l *lines) findLF() {
	if i := bytes.IndexByte(l.buf[l.lf:l.end], '\n'); i >= 0 {
		l.lf += i
	} else {
		l.lf = l.end
	}
}

// fill reads more. It is called when no end of line is left in the buffer.
func (l *lines) fill() error {
	if l.err != nil {
		return l.err
	}
	l.makeRoom()
	// An io.Reader may return nothing and no error, but not for ever.
	for range 100 {
		n, err := l.src.Read(l.buf[l.end:])
		l.err = err
		if n > 0 {
			l.end += n
			l.findLF()
			return nil
		}
		if err != nil {
			return err
		}
	}
	l.err = io.ErrNoProgress
	return l.err
}

// makeRoom moves the unread bytes to the front, and grows the buffer if they fill half of it. They are the start of one
// line and stay at the front until it ends, so no byte is moved twice, except when the buffer grows.
func (l *lines) makeRoom() {
	if l.start > 0 {
		l.seen -= l.start
		l.lf -= l.start
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	if 2*l.end >= len(l.buf) {
		grown := make([]byte, max(firstBuffer, 2*len(l.buf)))
		copy(grown, l.buf[:l.end])
		l.buf = grown
	}
}
