package web

import (
	"sync"
	"time"

	"flightboard/server/eventstream"
)

// heart makes the heartbeat: an event, not a comment, because a page cannot see comments and so could not tell a quiet
// airport from a dead connection. It carries no ID and moves nobody's place in the log.
type heart struct {
	interval time.Duration

	mu    sync.Mutex
	at    int64 // the second that bytes tell
	bytes []byte
}

// beat returns the heartbeat of this second, the same bytes for every viewer.
func (h *heart) beat(now time.Time) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.bytes == nil || h.at != now.Unix() {
		data := now.UTC().AppendFormat([]byte(`{"time":"`), time.RFC3339)
		e := eventstream.Event{Type: "heartbeat", Data: append(data, `"}`...)}
		h.bytes, _ = e.AppendText(nil) // nothing in it can be refused
		h.at = now.Unix()
	}
	return h.bytes
}
