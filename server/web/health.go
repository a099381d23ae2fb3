package web

import (
	"encoding/json"
	"net/http"
	"time"
)

// A Health says how a feed is.
type Health struct {
	Feed     string    `json:"feed"`
	Last     time.Time `json:"last,omitzero"` // when it was last heard of
	Accepted int64     `json:"accepted"`      // changes
	Refused  int64     `json:"refused"`       // changes, or lines that are none
	Silent   bool      `json:"silent"`
	Over     bool      `json:"over,omitzero"`  // it has said so itself
	Fault    string    `json:"fault,omitzero"` // why it will not be heard of again
}

// verbose answers a request that asks for more than ok. A feed in trouble is no complaint against the server: whoever
// restarts servers that are ill would make it worse.
func verbose(complaint func() error, feeds func(now time.Time) []Health, plain http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("verbose") {
			plain.ServeHTTP(w, r)
			return
		}
		body := struct {
			Status string   `json:"status"`
			Feeds  []Health `json:"feeds"`
		}{"ok", []Health{}}
		if feeds != nil {
			body.Feeds = feeds(time.Now())
		}
		status := http.StatusOK
		if err := complaint(); err != nil {
			body.Status, status = err.Error(), http.StatusServiceUnavailable
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(body) // an error here is the connection's
	})
}
