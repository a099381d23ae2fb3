package web

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"flightboard/server/web/fanout"
)

// admission counts the viewers, and limits their number. It rejects new viewers and does not drop any, because a
// dropped viewer would reconnect at once.
type admission struct {
	most     int // viewers at once; 0: any number
	mostEach int // viewers at once from one clientPrefix; 0: any number

	mu      sync.Mutex
	viewers int
	from    map[netip.Prefix]int // viewers by clientPrefix, when mostEach is set

	closing chan struct{} // closed by close: the streams have to end
	within  time.Duration // the time in which they end; set before closing is closed
	empty   chan struct{} // closed when they have ended
}

func newAdmission(most, mostEach int) admission {
	return admission{most: most, mostEach: mostEach, from: map[netip.Prefix]int{},
		closing: make(chan struct{}), empty: make(chan struct{})}
}

// The reasons for which viewers are rejected, besides fanout.ErrClosing.
var (
	errFull     = errors.New("the server has its maximum number of viewers")
	errFullEach = errors.New("the server has its maximum number of viewers from your address")
)

// admit counts a viewer with this address and port, or returns the reason to reject it. The caller must call release
// when the stream of an admitted viewer has ended.
func (a *admission) admit(address string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.isClosing() {
		return fanout.ErrClosing
	}
	if a.most > 0 && a.viewers >= a.most {
		return errFull
	}
	if a.mostEach > 0 {
		prefix := clientPrefix(address)
		if a.from[prefix] >= a.mostEach {
			return errFullEach
		}
		a.from[prefix]++
	}
	a.viewers++
	return nil
}

func (a *admission) release(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.mostEach > 0 {
		prefix := clientPrefix(address)
		if a.from[prefix]--; a.from[prefix] == 0 {
			delete(a.from, prefix)
		}
	}
	if a.viewers--; a.viewers == 0 && a.isClosing() {
		close(a.empty)
	}
}

// close makes admit reject viewers from now on, and closes closing. Only the first call counts.
func (a *admission) close(within time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.isClosing() {
		return
	}
	a.within = max(within, 1)
	close(a.closing)
	if a.viewers == 0 {
		close(a.empty)
	}
}

func (a *admission) isClosing() bool {
	select {
	case <-a.closing:
		return true
	default:
		return false
	}
}

// clientPrefix returns the network whose connections count as one client's: an IPv4 address, or an IPv6 /64, which one
// subscriber has.
func clientPrefix(address string) netip.Prefix {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.Prefix{} // one client for all addresses that cannot be parsed
	}
	ip := at.Addr().Unmap()
	prefix, _ := ip.Prefix(min(ip.BitLen(), 64))
	return prefix
}

// reject counts a viewer that is not admitted, and answers it.
func (s *streamHandler) reject(w http.ResponseWriter, reason error) {
	s.measures.rejected.Add(nameOf(reason))
	reject(w, reason)
}

// reject answers a viewer that is not admitted. Retry-After is random, so that rejected viewers do not return together.
func reject(w http.ResponseWriter, reason error) {
	status := http.StatusServiceUnavailable
	switch reason {
	case errFullEach:
		status = http.StatusTooManyRequests
	case fanout.ErrClosing:
		w.Header().Set("Connection", "close")
	}
	w.Header().Set("Retry-After", strconv.Itoa(5+rand.IntN(10)))
	if w.Header().Get("Access-Control-Allow-Origin") != "" {
		w.Header().Set("Access-Control-Expose-Headers", "ETag, Last-Event-ID, Retry-After")
	}
	http.Error(w, reason.Error(), status)
}
