package fanout

import (
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"
)

// A tryConn is a connection that can be written to without waiting.
type tryConn interface {
	net.Conn

	// TryWrite writes without blocking. If the connection is full, it writes fewer than len(b) bytes and returns no error.
	TryWrite(b []byte) (n int, err error)
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
	if c, ok := c.(*tls.Conn); ok {
		if b, ok := c.NetConn().(*below); ok {
			return context.WithValue(ctx, connKey{}, &secure{Conn: c, below: b})
		}
		return ctx
	}
	if c, ok := tryable(c); ok {
		return context.WithValue(ctx, connKey{}, c)
	}
	return ctx
}

// unsent is the most bytes that the kernel accepts for a viewer of the pool and has not sent: enough for the snapshot
// of an ordinary board, which then needs no goroutine.
const unsent = 256 << 10

// LimitUnsent limits the bytes that the kernel accepts for a request's connection and has not sent. By default there
// are megabytes for each connection, and the kernel accepts more only after it has sent a third of them, so that a slow
// reader seems to have stopped. The context is the request's, and must come from ConnContext.
func LimitUnsent(ctx context.Context, bytes int) {
	if c, ok := ctx.Value(connKey{}).(tryConn); ok {
		limitUnsent(lowest(c), bytes)
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
