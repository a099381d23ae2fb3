package web

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// refusals logs what is refused: the first at once, the others in sums, at most one line in every refusalInterval. A
// line has the number of refusals of each kind, and the last address.
type refusals struct {
	logger  *slog.Logger
	message string // of the lines

	mu      sync.Mutex
	counts  map[string]int // by kind, since the last line
	last    string         // the address of the newest request
	request string         // its ID; "": it was a connection without one
	waiting bool           // a line was logged less than an interval ago
}

const refusalInterval = 10 * time.Second

// add counts the refusal of a request.
func (r *refusals) add(kind string, request *http.Request) {
	r.note(kind, request.RemoteAddr, requestID(request))
}

// note counts a refusal. id is that of the request, if there is one.
func (r *refusals) note(kind, address, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts = make(map[string]int)
	}
	r.counts[kind]++
	r.last, r.request = address, id
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
	counts = append(counts, "last", r.last)
	if r.request != "" {
		counts = append(counts, "request", r.request)
	}
	r.logger.Warn(r.message, counts...)
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
