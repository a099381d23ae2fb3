package e2e

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// A proxy is the network between a reader and a server: it carries bytes, until it is cut.
type proxy struct {
	url string

	mu     sync.Mutex
	target string // The server's host and port; "" while the network is cut.
	conns  map[net.Conn]bool
}

// startProxy starts a proxy on a port of its own. It ends with the test.
func startProxy(t *testing.T, s *server) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{url: "http://" + listener.Addr().String(), conns: make(map[net.Conn]bool)}
	p.mend(s)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.carry(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		p.cut()
		running.Wait()
	})
	return p
}

// mend leads new connections to the server.
func (p *proxy) mend(s *server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = strings.TrimPrefix(s.url, "http://")
}

// cut breaks every connection, and new ones as soon as they are made.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = ""
	for conn := range p.conns {
		conn.Close()
	}
}

// carry copies both ways until one side closes or the network is cut.
func (p *proxy) carry(near net.Conn) {
	defer near.Close()
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
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
	var up sync.WaitGroup
	up.Go(func() {
		io.Copy(far, near)
		far.Close()
		near.Close()
	})
	io.Copy(near, far)
	near.Close()
	far.Close()
	up.Wait()
}
