package web

import (
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// requestRate limits the requests a second of each client; after a pause, requestBurst times as many may come at once,
// because pupils who share an address open the page together.
type requestRate struct {
	perSecond float64 // 0: any number
	refuser   *refuser

	mu sync.Mutex
	// The time until which a client has spent its requests, in two generations: a client that is in neither has not sent
	// any for long. When the newer one is full, the older one is forgotten.
	spent, before map[netip.Prefix]time.Time
}

const (
	requestBurst = 10       // seconds
	wholeBoard   = 10       // requests as which one for all flights counts: its answer may have a megabyte
	mostClients  = 16 << 10 // in a generation
)

// take counts a request of a client now, as so many ordinary ones, and returns 0, or returns the time after which the
// client may try again.
func (q *requestRate) take(client netip.Prefix, cost int, now time.Time) (wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	until, known := q.spent[client]
	if !known {
		until = q.before[client]
	}
	if until.Before(now) {
		until = now
	}
	each := time.Duration(cost) * time.Duration(min(float64(time.Second)/q.perSecond, float64(time.Hour)))
	most := max(requestBurst*time.Second, each) // after a pause any request is allowed
	if wait = until.Add(each).Sub(now.Add(most)); wait <= 0 {
		until, wait = until.Add(each), 0
	}
	if q.spent == nil || !known && len(q.spent) >= mostClients {
		q.spent, q.before = make(map[netip.Prefix]time.Time), q.spent
	}
	q.spent[client] = until // also if it has to wait, so that it is not forgotten
	return wait
}

// limit refuses the requests to next that come too fast, unless one is exempt; exempt may be nil. Each counts as cost
// ordinary ones.
func (q *requestRate) limit(next http.Handler, cost int, exempt func(*http.Request) bool) http.Handler {
	if q.perSecond <= 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := clientPrefix(r.RemoteAddr)
		if !isThisMachine(client) && (exempt == nil || !exempt(r)) {
			if wait := q.take(client, cost, time.Now()); wait > 0 {
				q.refuser.refuse(w, r, errTooFast, wait)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
