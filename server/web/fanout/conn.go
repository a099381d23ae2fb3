package fanout

import (
	"context"
	"net"
	"sync/atomic"
)

// A tryConn is a connection that can be written to without waiting.
type tryConn interface {
	net.Conn

	// TryWrite writes what the connection takes now: fewer than len(b) bytes, without an error, when it is full.
	TryWrite(b []byte) (n int, err error)
}

// A conn is a viewer of the pool. It belongs to its sweeper, or to one goroutine of writeBlocking.
type conn struct {
	Viewer
	tryConn
	sweeper *sweeper
	index   int         // in sweeper.conns; -1: not there
	gone    atomic.Bool // the peer has closed the connection
}

type connKey struct{}

// ConnContext keeps the connection in the context, for TakeOver and LimitUnsent. It has the signature of
// http.Server.ConnContext.
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	if c, ok := tryable(c); ok {
		return context.WithValue(ctx, connKey{}, c)
	}
	return ctx
}

// unsent is how many bytes the kernel takes for a viewer of the pool and has not sent: enough for the snapshot of an
// ordinary board, which then needs no goroutine.
const unsent = 256 << 10

// LimitUnsent limits how many bytes the kernel takes for a request's connection and has not sent. By default that is
// megabytes for each connection, and the kernel takes more only after a third of them has been sent, so that a slow
// reader looks as if it had stopped. The context is the request's, and must come from ConnContext.
func LimitUnsent(ctx context.Context, bytes int) {
	if c, ok := ctx.Value(connKey{}).(tryConn); ok {
		limitUnsent(c, bytes)
	}
}

// watchInMemory watches a connection that is not a socket and has a channel for the end of its peer.
func watchInMemory(c *conn) {
	if t, ok := c.tryConn.(interface{ Gone() <-chan struct{} }); ok {
		go func() {
			<-t.Gone() // closed by our Close too
			c.sweeper.lost(c)
		}()
	}
}
