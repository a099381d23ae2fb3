package fanout

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"flightboard/server/eventlog"
)

// A viewer whose connection accepts no byte for WriteTimeout has stopped reading, and is dropped. Bytes are written in
// parts of at most PartSize, each with its own deadline, so that a slow reader is not dropped. A whole stream has no
// deadline.
const (
	WriteTimeout = 10 * time.Second
	PartSize     = 16 << 10
)

// writeError returns the reason for which a viewer's stream ends when a write fails with err, or nil.
func writeError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrStuck
	}
	return ErrLeft
}

// writeBlocking starts a goroutine that writes texts to a viewer whose socket is full, and then the records that were
// appended since. It gives the viewer back to its sweeper when the viewer has caught up. The texts are the rest of
// next.
func (p *Pool) writeBlocking(c *conn, texts net.Buffers, next eventlog.Next) {
	p.blocking.Go(func() {
		progress := p.measures.Follow(&c.Viewer)
		defer p.measures.Leave(progress)
		progress.Begins(time.Now())
		c.SetWriteDeadline(time.Time{}) // the first call, before AfterFunc's
		stop := context.AfterFunc(p.ctx, func() { c.SetWriteDeadline(time.Unix(1, 0)) })
		defer stop()
		for len(texts) > 0 {
			if reason := p.writeAll(c, texts); reason != nil {
				p.drop(c, reason)
				return
			}
			p.measures.wrote(c.Cursor.Form(), &next)
			if next.Ended {
				p.drop(c, ErrEnded)
				return
			}
			next = c.Cursor.Next() // may encode a snapshot, for which no other viewer waits here
			c.Events += next.Events
			progress.Wrote(c.Cursor.Position())
			texts = nil
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
	queued, moved := unacknowledged(c.tryConn), time.Now()
	for _, text := range texts {
		for len(text) > 0 {
			c.SetWriteDeadline(time.Now().Add(WriteTimeout / 10))
			if p.ctx.Err() != nil { // after the deadline was set, which may have replaced the one of AfterFunc
				return ErrClosing
			}
			if c.expired.Load() {
				return ErrExpired // in the middle of an event: the viewer asks for the rest, and gets the reason
			}
			n, err := c.Write(text[:min(PartSize, len(text))])
			p.measures.Bytes[c.Cursor.Form()].Add(n)
			text = text[n:]
			now, left := time.Now(), unacknowledged(c.tryConn)
			if n > 0 || left < queued {
				moved = now
			}
			queued = left
			switch {
			case err == nil:
			case p.ctx.Err() != nil:
				return ErrClosing
			case !errors.Is(err, os.ErrDeadlineExceeded) || now.Sub(moved) >= WriteTimeout:
				return writeError(err)
			}
		}
	}
	return nil
}
