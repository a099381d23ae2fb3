package fanout

import (
	"context"
	"errors"
	"net"
	"os"
	"time"
)

// A viewer whose connection accepts no byte for WriteTimeout has stopped reading, and is dropped. Bytes are written in
// parts of at most PartSize, each with its own deadline, so that a slow reader is not dropped. A whole stream has no
// deadline.
const (
	WriteTimeout = 10 * time.Second
	PartSize     = 16 << 10
)

// WriteError returns the reason for which a viewer's stream ends when a write fails with err, or nil.
func WriteError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrStuck
	}
	return ErrLeft
}

// writeBlocking starts a goroutine that writes texts to a viewer whose socket is full, and then the records that were
// appended since. It gives the viewer back to its sweeper when the viewer has caught up. If ended is set, no records
// follow texts.
func (p *Pool) writeBlocking(c *conn, texts net.Buffers, ended bool) {
	p.blocking.Go(func() {
		stop := context.AfterFunc(p.ctx, func() { c.SetWriteDeadline(time.Unix(1, 0)) })
		defer stop()
		for len(texts) > 0 {
			if reason := p.writeAll(c, texts); reason != nil {
				p.drop(c, reason)
				return
			}
			if ended {
				p.drop(c, ErrEnded)
				return
			}
			next := c.Cursor.Next() // may encode a snapshot, for which no other viewer waits here
			c.Events += next.Events
			texts, ended = nil, next.Ended
			if len(next.Bytes) > 0 {
				texts = net.Buffers{next.Bytes}
			}
		}
		c.SetWriteDeadline(time.Time{})
		c.Written = time.Now()
		c.sweeper.add(c)
	})
}

// writeAll writes all texts, and returns the reason for which that fails, or nil. It fails if the connection accepts no
// byte for WriteTimeout. It checks the progress ten times as often, because a full socket accepts bytes in small parts.
func (p *Pool) writeAll(c *conn, texts net.Buffers) error {
	queued, moved := queuedBytes(c.tryConn), time.Now()
	for _, text := range texts {
		for len(text) > 0 {
			c.SetWriteDeadline(time.Now().Add(WriteTimeout / 10))
			if p.ctx.Err() != nil { // after the deadline was set, which may have replaced the one of AfterFunc
				return ErrClosing
			}
			n, err := c.Write(text[:min(PartSize, len(text))])
			text = text[n:]
			now, left := time.Now(), queuedBytes(c.tryConn)
			if n > 0 || left < queued {
				moved = now
			}
			queued = left
			switch {
			case err == nil:
			case p.ctx.Err() != nil:
				return ErrClosing
			case !errors.Is(err, os.ErrDeadlineExceeded) || now.Sub(moved) >= WriteTimeout:
				return WriteError(err)
			}
		}
	}
	return nil
}
