package signin

import (
	"net/netip"
	"sync"
	"time"
)

// attempts limits how often somebody may try a wrong token: from an IPv4 address or an IPv6 /64 a few times at once,
// and then once in a while. The zero value is ready to use.
type attempts struct {
	mu   sync.Mutex
	next map[netip.Prefix]time.Time // when all attempts are left again
}

const (
	mostAtOnce   = 10
	attemptEvery = 6 * time.Second
	mostClients  = 10_000 // that are remembered
)

// take counts an attempt from an address and returns 0, or returns the time until the next one is allowed.
func (a *attempts) take(address string, now time.Time) (wait time.Duration) {
	client := prefixOf(address)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next == nil || len(a.next) >= mostClients {
		kept := make(map[netip.Prefix]time.Time)
		for one, at := range a.next {
			if at.After(now) && len(kept) < mostClients/2 {
				kept[one] = at
			}
		}
		a.next = kept
	}
	full := a.next[client]
	if full.Before(now) {
		full = now
	}
	if wait := full.Sub(now) - (mostAtOnce-1)*attemptEvery; wait > 0 {
		return wait
	}
	a.next[client] = full.Add(attemptEvery)
	return 0
}

// giveBack does not count an attempt that take has allowed: the token was right. So a class that shares an address can
// sign in at once.
func (a *attempts) giveBack(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if until, ok := a.next[prefixOf(address)]; ok {
		a.next[prefixOf(address)] = until.Add(-attemptEvery)
	}
}

// prefixOf returns the network whose attempts are one client's.
func prefixOf(address string) netip.Prefix {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.Prefix{}
	}
	ip := at.Addr().Unmap().WithZone("")
	prefix, _ := ip.Prefix(min(ip.BitLen(), 64))
	return prefix
}
