package e2e

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// A proxy is the network between a reader and a server: it carries bytes, until it is cut. Then every connection
// breaks. Or it is a black hole for a while: then packets are dropped, and nobody learns anything until TCP sends them
// again.
type proxy struct {
	url string

	mu       sync.Mutex
	target   string        // The server's host and port; "" while the network is cut.
	carrying chan struct{} // Closed while packets are not dropped.
	conns    map[net.Conn]bool
}

// startProxy starts a proxy on a port of its own. It ends with the test.
func startProxy(t *testing.T, s *server) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{url: "http://" + listener.Addr().String(), carrying: make(chan struct{}), conns: make(map[net.Conn]bool)}
	p.mend(s)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.link(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		p.cut()
		running.Wait()
	})
	return p
}

// mend leads new connections to the server, and lets those in the black hole go on.
func (p *proxy) mend(s *server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.carry()
	p.target = strings.TrimPrefix(s.url, "http://")
}

// cut breaks every connection, and new ones as soon as they are made.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = ""
	p.carry()
	for conn := range p.conns {
		conn.Close()
	}
}

// drop makes the network a black hole: connections stay, and new ones are made, but nothing comes through.
func (p *proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.carrying = make(chan struct{})
}

// carry ends a black hole. It is called with the lock held.
func (p *proxy) carry() {
	select {
	case <-p.carrying:
	default:
		close(p.carrying)
	}
}

// through waits until the network carries, and returns where to.
func (p *proxy) through() (target string) {
	for {
		p.mu.Lock()
		target, carrying := p.target, p.carrying
		p.mu.Unlock()
		select {
		case <-carrying:
			return target
		default:
			<-carrying
		}
	}
}

// link copies both ways until one side closes or the network is cut.
func (p *proxy) link(near net.Conn) {
	defer near.Close()
	target := p.through()
	if target == "" {
		return
	}
	far, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer far.Close()
	p.mu.Lock()
	if p.target != target {
		p.mu.Unlock()
		return // It was cut meanwhile.
	}
	p.conns[near], p.conns[far] = true, true
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, near)
		delete(p.conns, far)
	}()
	copyTo := func(to, from net.Conn) {
		io.Copy(packets{to, p}, from)
		p.through() // That one side has closed is a packet too.
		far.Close()
		near.Close()
	}
	var up sync.WaitGroup
	up.Go(func() { copyTo(far, near) })
	copyTo(near, far)
	up.Wait()
}

// packets writes what the network carries.
type packets struct {
	to net.Conn
	p  *proxy
}

func (w packets) Write(b []byte) (int, error) {
	w.p.through()
	return w.to.Write(b)
}
