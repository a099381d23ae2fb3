package main

import (
	"context"
	"net"
	"sync"
	"time"
)

// A lag is a network on which each byte needs half of a round trip, and a new connection a whole one.
type lag struct {
	roundTrip time.Duration
	dial      func(ctx context.Context, network, address string) (net.Conn, error)

	mu    sync.Mutex
	conns []*laggingConn
}

// Dial connects, after a round trip.
func (l *lag) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	select {
	case <-time.After(l.roundTrip):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	conn, err := l.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &laggingConn{Conn: conn, way: l.roundTrip / 2, out: make(chan delayed, 64), in: make(chan delayed, 64),
		closed: make(chan struct{})}
	go c.send()
	go c.receive()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, c)
	return c, nil
}

// cut closes all connections that were made so far.
func (l *lag) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		c.Close()
	}
	l.conns = nil
}

// delayed is text that arrives at a time.
type delayed struct {
	text []byte
	at   time.Time
	err  error
}

// A laggingConn hands over each byte half of a round trip after it was sent.
type laggingConn struct {
	net.Conn
	way     time.Duration
	out, in chan delayed
	rest    []byte // of what has arrived
	once    sync.Once
	closed  chan struct{}
}

func (c *laggingConn) Write(b []byte) (int, error) {
	select {
	case c.out <- delayed{text: append([]byte(nil), b...), at: time.Now().Add(c.way)}:
		return len(b), nil
	case <-c.closed:
		return 0, net.ErrClosed
	}
}

func (c *laggingConn) send() {
	for {
		select {
		case d := <-c.out:
			c.wait(d.at)
			if _, err := c.Conn.Write(d.text); err != nil {
				return
			}
		case <-c.closed:
			return
		}
	}
}

// wait returns at the time, or when the connection is closed.
func (c *laggingConn) wait(until time.Time) {
	select {
	case <-time.After(time.Until(until)):
	case <-c.closed:
	}
}

func (c *laggingConn) receive() {
	for {
		b := make([]byte, 16<<10)
		n, err := c.Conn.Read(b)
		select {
		case c.in <- delayed{b[:n], time.Now().Add(c.way), err}:
		case <-c.closed:
			return
		}
		if err != nil {
			return
		}
	}
}

func (c *laggingConn) Read(b []byte) (int, error) {
	if len(c.rest) == 0 {
		select {
		case d := <-c.in:
			c.wait(d.at)
			if c.rest = d.text; len(c.rest) == 0 && d.err != nil {
				return 0, d.err
			}
		case <-c.closed:
			return 0, net.ErrClosed
		}
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *laggingConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// The deadlines are the network's: what has arrived may be read later.
func (c *laggingConn) SetDeadline(time.Time) error      { return nil }
func (c *laggingConn) SetReadDeadline(time.Time) error  { return nil }
func (c *laggingConn) SetWriteDeadline(time.Time) error { return nil }
