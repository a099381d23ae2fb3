package web

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"flightboard/server/metrics"
)

// connections limits the connections that wait for a request: those that have not sent one, and those that have sent
// one before. It closes those beyond the limits. A browser opens a connection anew without an error, so of the used
// ones it does not miss any.
type connections struct {
	most, mostEach int            // of each of the two kinds: in all, and from one client; 0: any number
	proxies        []netip.Prefix // have any number
	counts         *metrics.Counts
	log            *refusals

	mu      sync.Mutex
	waiting map[net.Conn]waitingConn
	all     [2]int // by kind
	from    [2]map[netip.Prefix]int
}

// A waitingConn is a connection that waits for a request.
type waitingConn struct {
	client netip.Prefix
	kind   int // 0: it has not sent one; 1: it has
}

var (
	errConns     = errors.New("too many connections without a request")
	errConnsEach = errors.New("too many connections without a request from one address")
)

// set is called with each state of a connection: see [http.Server.ConnState].
func (n *connections) set(c net.Conn, state http.ConnState) {
	if n.most <= 0 && n.mostEach <= 0 {
		return
	}
	kind := 0
	switch state {
	case http.StateNew:
	case http.StateIdle:
		kind = 1
	default:
		n.mu.Lock()
		defer n.mu.Unlock()
		n.forget(c)
		return
	}
	if reason := n.wait(c, kind); reason != nil {
		n.counts.Add(nameOf(reason))
		n.log.note(nameOf(reason), c.RemoteAddr().String(), "")
		c.Close()
	}
}

// wait counts a connection that begins to wait, or returns the reason to close it.
func (n *connections) wait(c net.Conn, kind int) error {
	address, each := c.RemoteAddr().String(), n.mostEach
	client := clientPrefix(address)
	if isThisMachine(client) || isIn(n.proxies, peerOf(address)) {
		each = 0
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forget(c)
	switch {
	case n.most > 0 && n.all[kind] >= n.most:
		return errConns
	case each > 0 && n.from[kind][client] >= each:
		return errConnsEach
	}
	if n.waiting == nil {
		n.waiting = make(map[net.Conn]waitingConn)
		n.from = [2]map[netip.Prefix]int{{}, {}}
	}
	n.waiting[c] = waitingConn{client, kind}
	n.all[kind]++
	n.from[kind][client]++
	return nil
}

// forget is called with mu held.
func (n *connections) forget(c net.Conn) {
	w, waits := n.waiting[c]
	if !waits {
		return
	}
	delete(n.waiting, c)
	n.all[w.kind]--
	if n.from[w.kind][w.client]--; n.from[w.kind][w.client] == 0 {
		delete(n.from[w.kind], w.client)
	}
}
