package web

import (
	"sync"
	"time"
)

// rate limits how many changes are posted: this many a second, and as many at once after a pause. A body that
// is larger than what is left is let in, and the ones after it pay for it, so that no body is too large for ever.
type rate struct {
	perSecond float64 // 0 or less: no bound

	mu   sync.Mutex
	left float64
	at   time.Time // when left was right; zero: everything is left
}

// take takes n changes. It returns 0, or how long to wait before asking again, and then has taken nothing.
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
