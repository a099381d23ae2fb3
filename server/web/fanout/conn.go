package fanout

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A tryConn is a connection that can be written to without waiting.
type tryConn interface {
	io.WriteCloser

	// TryWrite writes without blocking. If the connection is full, it writes fewer than len(b) bytes and returns no error.
	TryWrite(b []byte) (n int, err error)

	// SetWriteDeadline sets the deadline of Write. The first call must not be concurrent with another one.
	SetWriteDeadline(t time.Time) error
}

// A conn is a viewer of the pool. It belongs to its sweeper, or to one goroutine of writeBlocking.
type conn struct {
	Viewer
	tryConn
	sweeper *sweeper
	index   int         // in sweeper.conns; -1: not there
	gone    atomic.Bool // the peer has closed the connection
	expired atomic.Bool // the viewer's session has ended
	forget  func()      // ends OnEnd; nil: the viewer has no session
}

type connKey struct{}

// ConnContext keeps the connection in the context, for TakeOver and LimitUnsent. It has the signature of
// http.Server.ConnContext.
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(*tls.Conn); ok {
		b, ok := t.NetConn().(*below)
		if !ok {
			return ctx
		}
		c = &secure{Conn: t, below: b}
	} else if !detachable(c) {
		return ctx
	}
	return context.WithValue(ctx, connKey{}, c)
}

// detach returns a connection of ConnContext as one that can be written to without waiting. If the process cannot open
// another file, it returns an error. In both cases c must not be used afterwards.
func detach(c net.Conn) (_ tryConn, err error) {
	switch c := c.(type) {
	case *secure:
		c.tryConn, err = detach(c.below.Conn)
		return c, err
	case tryConn:
		return c, nil
	}
	defer c.Close()
	return newSocket(c)
}

// unsent is the most bytes that the kernel accepts for a viewer of the pool and has not sent: enough for the snapshot
// of an ordinary board, which then needs no goroutine.
const unsent = 256 << 10

// LimitUnsent limits the bytes that the kernel accepts for a request's connection and has not sent. By default there
// are megabytes for each connection, and the kernel accepts more only after it has sent a third of them, so that a slow
// reader seems to have stopped. The context is the request's, and must come from ConnContext.
func LimitUnsent(ctx context.Context, bytes int) {
	switch c := ctx.Value(connKey{}).(type) {
	case *secure:
		limitUnsent(c.below.Conn, bytes)
	case net.Conn:
		limitUnsent(c, bytes)
	}
}

// watchInMemory watches a connection that is not a socket and has a channel for the end of its peer.
func watchInMemory(c *conn) {
	if t, ok := lowest(c.tryConn).(interface{ Gone() <-chan struct{} }); ok {
		go func() {
			<-t.Gone() // closed by our Close too
			c.sweeper.lost(c)
		}()
	}
}
