package web

import (
	"encoding/json"
	"sync"
	"time"

	"flightboard/server/eventstream"
)

// heart makes the heartbeat: an event, not a comment, because a page cannot see comments and so could not tell a quiet
// airport from a dead connection. It carries no ID and moves nobody's place in the log.
//
// A viewer gets it when nothing else was sent for an interval. Silent feeds are not for quiet airports alone: as long as
// there is one, and once more when there is none, a viewer gets it with each interval, whatever else is sent. Two are
// never less than an interval apart.
type heart struct {
	interval time.Duration
	silent   func(now time.Time) []Silence

	mu       sync.Mutex
	at       int64 // the second that bytes tell
	bytes    []byte
	troubled bool // they name a silent feed
}

// beat returns the heartbeat of this second, the same bytes for every viewer, and whether it names a silent feed.
func (h *heart) beat(now time.Time) (bytes []byte, troubled bool) {
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
		h.at, h.troubled = now.Unix(), len(body.Silent) > 0
	}
	return h.bytes, h.troubled
}

// waits is since when the viewer waits for a heartbeat, if a feed is silent now or none is.
func (v *viewer) waits(troubled bool) time.Time {
	if troubled || v.troubled {
		return v.beat
	}
	return v.spoke
}

// heartbeat returns the viewer's, in its form.
func (v *viewer) heartbeat(h *heart, now time.Time) []byte {
	bytes, troubled := h.beat(now)
	v.spoke, v.beat, v.troubled = now, now, troubled
	return v.cursor.Wrap(bytes)
}
