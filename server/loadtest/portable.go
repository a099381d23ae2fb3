package main

import (
	"fmt"
	"io"
	"net"
	"time"
)

// portable is the network of systems without epoll: a goroutine and a small buffer for each connection. What comes is
// handed to the pool's goroutine piece by piece.
type portable struct {
	pool   *pool
	conns  []net.Conn
	pieces chan piece
	over   chan struct{} // closed when the connections made so far no longer matter
}

type piece struct {
	viewer int
	conn   net.Conn
	text   []byte
	now    time.Time
	err    error
	taken  chan<- struct{} // the reader waits until its buffer is free again
	over   chan struct{}
}

func newPortable(c *pool) *portable {
	return &portable{pool: c, conns: make([]net.Conn, len(c.viewers)), pieces: make(chan piece), over: make(chan struct{})}
}

func (n *portable) dial(i int, request string) error {
	conn, err := net.Dial("tcp", n.pool.host(i))
	if err != nil {
		return err
	}
	n.conns[i] = conn
	go n.read(i, conn, n.over)
	_, err = conn.Write([]byte(request))
	return err
}

func (n *portable) send(i int, text []byte) error {
	_, err := n.conns[i].Write(text)
	return err
}

// read ends with the connection.
func (n *portable) read(i int, conn net.Conn, over chan struct{}) {
	buffer, taken := make([]byte, 8<<10), make(chan struct{})
	for {
		got, err := conn.Read(buffer)
		if err == io.EOF {
			err = errEnded
		}
		select {
		case n.pieces <- piece{i, conn, buffer[:got], time.Now(), err, taken, over}:
		case <-over:
			return
		}
		select {
		case <-taken:
		case <-over:
			return
		}
		if err != nil {
			return
		}
	}
}

func (n *portable) poll(wait time.Duration) error {
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	select {
	case p := <-n.pieces:
		if err := n.take(p); err != nil {
			return err
		}
	case <-timeout.C:
	}
	for range 63 {
		select {
		case p := <-n.pieces:
			if err := n.take(p); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (n *portable) take(p piece) error {
	if p.over != n.over { // it was on its way when the connection was cut
		return nil
	}
	if p.conn != n.conns[p.viewer] { // this one was cut alone
		p.taken <- struct{}{}
		return nil
	}
	if len(p.text) > 0 {
		if err := n.pool.receive(p.viewer, p.text, p.now); err != nil {
			return err
		}
	}
	if p.err != nil {
		return fmt.Errorf("viewer %d: %w", p.viewer+1, p.err)
	}
	p.taken <- struct{}{}
	return nil
}

func (n *portable) cut() {
	close(n.over)
	n.over = make(chan struct{})
	for i := range n.conns {
		n.cutOne(i)
	}
}

func (n *portable) cutOne(i int) {
	if conn := n.conns[i]; conn != nil {
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
		n.conns[i] = nil
	}
}

func (n *portable) close() { n.cut() }
