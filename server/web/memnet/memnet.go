// Package memnet is a network in memory, for tests of servers inside a testing/synctest bubble, where a real socket
// would stop the clock. Each direction of a connection has a buffer, as sockets have.
package memnet

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// A Listener accepts what Dial connects.
type Listener struct {
	buffer int
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Listen returns a listener that only its own Dial can reach. Its connections have a buffer of the given number of
// bytes in each direction.
func Listen(buffer int) *Listener {
	return &Listener{buffer: buffer, conns: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to the listener, as a peer on this machine. It has the shape of http.Transport.DialContext.
func (l *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	up, down := newPipe(l.buffer), newPipe(l.buffer)
	select {
	case l.conns <- &Conn{in: up, out: down}:
		return &Conn{in: down, out: up}, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close makes Accept and Dial fail. Connections stay.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is a loopback address.
func (l *Listener) Addr() net.Addr { return loopback }

var loopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}

// A Conn is one end of a connection.
type Conn struct{ in, out *pipe }

// TryWrite writes the bytes that fit in the buffer now. It does not block.
func (c *Conn) TryWrite(b []byte) (int, error) {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return c.out.put(b)
}

// Gone returns a channel that is closed when the peer has closed its end.
func (c *Conn) Gone() <-chan struct{} { return c.in.ended }

func (c *Conn) Read(b []byte) (int, error)  { return c.in.read(b) }
func (c *Conn) Write(b []byte) (int, error) { return c.out.write(b) }

// Close ends both directions: the peer reads what was written and then the end, and cannot write any more.
func (c *Conn) Close() error {
	c.in.close()
	c.out.close()
	return nil
}

func (c *Conn) LocalAddr() net.Addr                { return loopback }
func (c *Conn) RemoteAddr() net.Addr               { return loopback }
func (c *Conn) SetReadDeadline(t time.Time) error  { c.in.reading.set(c.in, t); return nil }
func (c *Conn) SetWriteDeadline(t time.Time) error { c.out.writing.set(c.out, t); return nil }

// SetDeadline sets the deadlines of reads and writes.
func (c *Conn) SetDeadline(t time.Time) error {
	c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

// pipe is one direction.
type pipe struct {
	mu               sync.Mutex
	data             []byte
	limit            int
	changed          chan struct{} // closed at every change
	closed           bool
	ended            chan struct{} // closed when closed is set
	reading, writing deadline
}

func newPipe(limit int) *pipe {
	return &pipe{limit: limit, changed: make(chan struct{}), ended: make(chan struct{})}
}

// change wakes all waiting calls. It is called with mu held.
func (p *pipe) change() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait unlocks mu until the next change.
func (p *pipe) wait() {
	changed := p.changed
	p.mu.Unlock()
	<-changed
	p.mu.Lock()
}

func (p *pipe) put(b []byte) (int, error) {
	if p.closed {
		return 0, net.ErrClosed
	}
	n := min(len(b), p.limit-len(p.data))
	if p.data = append(p.data, b[:n]...); n > 0 {
		p.change()
	}
	return n, nil
}

func (p *pipe) write(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n < len(b) {
		if p.writing.passed {
			return n, os.ErrDeadlineExceeded
		}
		m, err := p.put(b[n:])
		if n += m; err != nil {
			return n, err
		}
		if n < len(b) {
			p.wait()
		}
	}
	return n, nil
}

func (p *pipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.reading.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p.data) > 0:
			n := copy(b, p.data)
			p.data = append(p.data[:0], p.data[n:]...)
			p.change()
			return n, nil
		case p.closed:
			return 0, io.EOF
		}
		p.wait()
	}
}

func (p *pipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		close(p.ended)
		p.change()
	}
}

// deadline is guarded by its pipe's mu.
type deadline struct {
	passed bool
	timer  *time.Timer
}

func (d *deadline) set(p *pipe, t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	left := time.Until(t)
	if d.passed = !t.IsZero() && left <= 0; d.passed {
		p.change()
	} else if !t.IsZero() {
		var timer *time.Timer
		timer = time.AfterFunc(left, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if d.timer == timer {
				d.passed = true
				p.change()
			}
		})
		d.timer = timer
	}
}
