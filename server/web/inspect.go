package web

import (
	"context"
	"time"

	"flightboard/server/web/fanout"
)

// EachViewer calls f with the state of each viewer of a stream, in no order. It waits for sweeps that are going on, and
// returns early when ctx is done. f must not block.
func (h *Handler) EachViewer(ctx context.Context, f func(fanout.State)) {
	if h.stream.pool != nil {
		h.stream.pool.Each(ctx, f)
	}
	h.stream.measures.Each(f)
}

// FeedStates returns the state of the feeds, and their rows that cannot be read.
func (h *Handler) FeedStates(now time.Time) ([]Health, []Rejection) {
	if feeds := h.options.feeds(); feeds != nil {
		return feeds(now)
	}
	return nil, nil
}

// Health returns the reason for which the server cannot publish, as /healthz does, or nil.
func (h *Handler) Health() error { return h.healthy() }
