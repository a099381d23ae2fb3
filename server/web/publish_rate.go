package web

import (
	"sync"
	"time"

	"flightboard/server/token"
)

// rates are the rates of all publishers, by their keys.
type rates struct {
	perSecond float64

	mu sync.Mutex
	of map[token.Hash]*rate
}

// take takes n changes from a publisher's rate, as [rate.take] does.
func (r *rates) take(p publisher, n int) (wait time.Duration) {
	r.mu.Lock()
	if r.of == nil {
		r.of = make(map[token.Hash]*rate)
	}
	one := r.of[p.key]
	if one == nil {
		one = &rate{perSecond: r.perSecond}
		r.of[p.key] = one
	}
	r.mu.Unlock()
	return one.take(n)
}

// rate limits the number of a publisher's changes a second; after a pause, as many may come at once. A body that is
// larger than what is left is accepted, and later bodies have to wait for it, so that large bodies are not rejected for
// ever.
type rate struct {
	perSecond float64 // 0 or less: no bound

	mu   sync.Mutex
	left float64
	at   time.Time // the time for which left was computed; zero: all changes of a second are left
}

// take takes n changes and returns 0, or takes none and returns the time after which the caller may try again.
func (r *rate) take(n int) (wait time.Duration) {
	if r.perSecond <= 0 {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.at.IsZero() {
		r.left = r.perSecond
	} else {
		r.left = min(r.perSecond, r.left+now.Sub(r.at).Seconds()*r.perSecond)
	}
	r.at = now
	if r.left <= 0 {
		return time.Duration((1-r.left)/r.perSecond*float64(time.Second)) + 1
	}
	r.left -= float64(n)
	return 0
}
