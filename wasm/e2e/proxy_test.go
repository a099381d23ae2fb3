package e2e

import (
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A proxy is the network between a reader and a server. It forwards bytes until cut breaks every connection, or until
// drop makes it lose packets, as a failed route does, so that neither side notices until TCP sends them again.
type proxy struct {
	url string

	mu       sync.Mutex
	target   string        // The server's host and port; "" while the network is cut.
	carrying chan struct{} // Closed while packets are not dropped.
	rate     int           // Bytes a second of each direction of a connection; 0: no limit.
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

// mend forwards new connections to the server again, and continues those that drop has interrupted.
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

// drop loses all packets: connections stay, and new ones are accepted, but no bytes are forwarded.
func (p *proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.carrying = make(chan struct{})
}

// slow limits each connection to so many bytes a second.
func (p *proxy) slow(rate int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rate = rate
}

// carry ends the effect of drop. The caller holds the lock.
func (p *proxy) carry() {
	select {
	case <-p.carrying:
	default:
		close(p.carrying)
	}
}

// through waits until the network forwards bytes, and returns the address to which it does.
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

// packets writes the bytes that the network forwards.
type packets struct {
	to net.Conn
	p  *proxy
}

func (w packets) Write(b []byte) (n int, err error) {
	w.p.through()
	w.p.mu.Lock()
	rate := w.p.rate
	w.p.mu.Unlock()
	if rate == 0 {
		return w.to.Write(b)
	}
	for packet := range slices.Chunk(b, 512) {
		<-time.After(time.Duration(len(packet)) * time.Second / time.Duration(rate))
		if _, err = w.to.Write(packet); err != nil {
			break
		}
		n += len(packet)
	}
	return n, err
}
