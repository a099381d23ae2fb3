package web

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// refusals logs requests that may not publish: the first at once, the others in sums, at most one line in every
// refusalInterval. A line has the number of denials of each kind, and the last address.
type refusals struct {
	logger *slog.Logger

	mu      sync.Mutex
	counts  map[string]int // by kind, since the last line
	last    string         // the address of the newest request
	request string         // its ID
	waiting bool           // a line was logged less than an interval ago
}

const refusalInterval = 10 * time.Second

func (r *refusals) add(kind string, request *http.Request) {
	id := requestID(request)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts = make(map[string]int)
	}
	r.counts[kind]++
	r.last, r.request = request.RemoteAddr, id
	if !r.waiting {
		r.log()
	}
}

// log writes the line, and waits until the next may be written. It is called with mu held.
func (r *refusals) log() {
	var counts []any
	for _, kind := range slices.Sorted(maps.Keys(r.counts)) {
		counts = append(counts, kind, r.counts[kind])
	}
	r.logger.Warn("publishers were refused", append(counts, "last", r.last, "request", r.request)...)
	clear(r.counts)
	r.waiting = true
	time.AfterFunc(refusalInterval, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.waiting = false; len(r.counts) > 0 {
			r.log()
		}
	})
}
