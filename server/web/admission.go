package web

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// A room counts the viewers who are there and says whether one more may come in. It rejects and never evicts: whoever is
// thrown out comes back at once, and throws out another one.
type room struct {
	most    int // viewers at once; 0: any number
	each    int // of them from one address; 0: any number
	mu      sync.Mutex
	viewers int
	from    map[netip.Prefix]int
	closing chan struct{} // closed when viewers are to leave, and nobody comes in any more
	within  time.Duration // they leave
	empty   chan struct{} // closed when they have left
}

func newRoom(most, each int) room {
	return room{most: most, each: each, from: map[netip.Prefix]int{}, closing: make(chan struct{}), empty: make(chan struct{})}
}

// Why viewers are turned away, besides errClosing.
var (
	errFull    = errors.New("there are as many viewers as this server takes")
	errCrowded = errors.New("there are as many viewers from your address as this server takes")
)

// enter lets the viewer with this address and port in. Then leave has to follow.
func (r *room) enter(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isClosing() {
		return errClosing
	}
	if r.most > 0 && r.viewers >= r.most {
		return errFull
	}
	if r.each > 0 {
		home := homeOf(name)
		if r.from[home] >= r.each {
			return errCrowded
		}
		r.from[home]++
	}
	r.viewers++
	return nil
}

func (r *room) leave(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.each > 0 {
		home := homeOf(name)
		if r.from[home]--; r.from[home] == 0 {
			delete(r.from, home)
		}
	}
	if r.viewers--; r.viewers == 0 && r.isClosing() {
		close(r.empty)
	}
}

// close makes viewers leave. It counts once.
func (r *room) close(within time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isClosing() {
		return
	}
	r.within = max(within, 1)
	close(r.closing)
	if r.viewers == 0 {
		close(r.empty)
	}
}

func (r *room) isClosing() bool {
	select {
	case <-r.closing:
		return true
	default:
		return false
	}
}

// homeOf is whose connections are counted together: an IPv4 address, or an IPv6 network of 64 bits, which one
// subscriber has to himself.
func homeOf(name string) netip.Prefix {
	at, err := netip.ParseAddrPort(name)
	if err != nil {
		return netip.Prefix{} // no network that has addresses
	}
	address := at.Addr().Unmap()
	home, _ := address.Prefix(min(address.BitLen(), 64))
	return home
}

// turnAway answers a viewer who may not come in, with a time of its own to try again.
func turnAway(w http.ResponseWriter, why error) {
	status := http.StatusServiceUnavailable
	switch why {
	case errCrowded:
		status = http.StatusTooManyRequests
	case errClosing:
		w.Header().Set("Connection", "close")
	}
	w.Header().Set("Retry-After", strconv.Itoa(5+rand.IntN(10)))
	http.Error(w, why.Error(), status)
}
