package web

import (
	"encoding/json"
	"sync"
	"time"

	"flightboard/server/eventstream"
)

// heart makes the heartbeat: an event, not a comment, because a page cannot see comments and so could not tell a quiet
// airport from a dead connection. It carries no ID and moves nobody's place in the log.
type heart struct {
	interval time.Duration
	silent   func(now time.Time) []Silence

	mu    sync.Mutex
	at    int64 // the second that bytes tell
	bytes []byte
}

// beat returns the heartbeat of this second, the same bytes for every viewer.
func (h *heart) beat(now time.Time) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.bytes == nil || h.at != now.Unix() {
		var body struct {
			Time   time.Time `json:"time"`
			Silent []Silence `json:"silent,omitempty"`
		}
		body.Time = now.UTC().Truncate(time.Second)
		if h.silent != nil {
			body.Silent = h.silent(now)
		}
		data, _ := json.Marshal(body) // times of this era and plain texts
		h.bytes, _ = eventstream.Event{Type: "heartbeat", Data: data}.AppendText(nil)
		h.at = now.Unix()
	}
	return h.bytes
}
