package web

import (
	"errors"
	"net/netip"
	"sync"
	"time"

	"flightboard/server/web/fanout"
)

// admission counts the viewers, and limits their number. It rejects new viewers and does not drop any, because a
// dropped viewer would reconnect at once.
type admission struct {
	most     int // viewers at once; 0: any number
	mostEach int // viewers at once from one client; 0: any number

	mu      sync.Mutex
	viewers int
	from    map[netip.Prefix]int // viewers by client, when mostEach is set

	closing chan struct{} // closed by close: the streams have to end
	within  time.Duration // the time in which they end; set before closing is closed
	empty   chan struct{} // closed when they have ended
}

func newAdmission(most, mostEach int) admission {
	return admission{most: most, mostEach: mostEach, from: map[netip.Prefix]int{},
		closing: make(chan struct{}), empty: make(chan struct{})}
}

// The reasons for which viewers are refused, besides fanout.ErrClosing.
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
	if prefix := clientPrefix(address); a.mostEach > 0 && !isThisMachine(prefix) {
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
	if prefix := clientPrefix(address); a.mostEach > 0 && !isThisMachine(prefix) {
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
