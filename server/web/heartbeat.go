package web

import (
	"encoding/json"
	"sync"
	"time"

	"flightboard/server/eventstream"
)

// heartbeat makes heartbeats. A heartbeat is an event, because scripts do not get comments and could not distinguish a
// quiet airport from a dead connection. It has no ID, so it does not change the position at which a viewer resumes.
// [fanout.Viewer] has the times of heartbeats; its trouble is a silent feed, or rows that cannot be read.
type heartbeat struct {
	interval time.Duration
	silent   func(now time.Time) []Silence
	rejected func(now time.Time) []Rejection
	describe description

	mu      sync.Mutex
	second  int64 // the time in bytes, in seconds
	bytes   []byte
	alone   int  // the length of the heartbeat in bytes
	trouble bool // bytes name a feed, or have a description that is new
}

// event returns the heartbeat of this second, the same bytes for every viewer, and whether it names a feed. If the
// board's description has changed in the last two intervals, it follows in the same bytes.
func (h *heartbeat) event(now time.Time) (bytes []byte, trouble bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.renew(now)
	return h.bytes, h.trouble
}

// withoutDescription returns the heartbeat of this second alone.
func (h *heartbeat) withoutDescription(now time.Time) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.renew(now)
	return h.bytes[:h.alone]
}

// renew makes the heartbeat of this second. It is called with mu held.
func (h *heartbeat) renew(now time.Time) {
	if h.bytes == nil || h.second != now.Unix() {
		var body struct {
			Time     time.Time   `json:"time"`
			Silent   []Silence   `json:"silent,omitempty"`
			Rejected []Rejection `json:"rejected,omitempty"`
		}
		body.Time = now.UTC().Truncate(time.Second)
		if h.silent != nil {
			body.Silent = h.silent(now)
		}
		if h.rejected != nil {
			for _, one := range h.rejected(now) { // without reasons: GET /healthz?verbose has them for publishers
				body.Rejected = append(body.Rejected, Rejection{Feed: one.Feed, Rows: one.Rows})
			}
		}
		data, _ := json.Marshal(body) // does not fail for a time of this era and strings
		h.bytes, _ = eventstream.Event{Type: "heartbeat", Data: data}.AppendText(nil)
		h.second, h.alone = now.Unix(), len(h.bytes)
		h.trouble = len(body.Silent)+len(body.Rejected) > 0
		if event, changed := h.describe.event(now); !changed.IsZero() && now.Sub(changed) < 2*h.interval {
			h.bytes, h.trouble = append(h.bytes, event...), true
		}
	}
}
