package web

import (
	"context"
	"net/http"
	"strconv"

	"flightboard/server/eventlog"
)

// logHandler answers GET /log, from which servers that follow this one make an equal log.
//
// With the ID of a position inside the window it sends a stream with every record after that one, also after the log's
// end, and with the same out-of-band events as any stream. For any other ID it answers 410. Without an ID it answers
// with the snapshot of the board and then the records of the window up to the snapshot's position, and ends.
// The response header [HeartbeatInterval] has the time after which a heartbeat comes.
type logHandler struct {
	stream *streamHandler
	via    func() (via string, equal bool) // Options.Via
}

// HeartbeatInterval is a response header of GET /log: a number of seconds.
const HeartbeatInterval = "Heartbeat-Interval"

func (h *logHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.via != nil {
		via, equal := h.via()
		if !equal {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "this server does not have the log of the one that it follows", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Via", via)
	}
	id := lastEventID(r, r.URL.Query())
	if id == "" {
		inPieces(http.HandlerFunc(h.window)).ServeHTTP(w, r)
		return
	}
	cursor, err := h.stream.log.Exact(id)
	if err != nil {
		http.Error(w, "this position is not in the window of the log", http.StatusGone)
		return
	}
	w.Header().Set(HeartbeatInterval, strconv.FormatFloat(h.stream.heartbeat.interval.Seconds(), 'f', -1, 64))
	h.stream.serve(w, r, id, cursor, 0, false)
}

func (h *logHandler) window(w http.ResponseWriter, r *http.Request) {
	snapshot, at, window := h.stream.log.Window()
	size := len(snapshot)
	for _, part := range window {
		size += len(part)
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("Last-Event-ID", at.String())
	header.Set("Content-Length", strconv.Itoa(size))
	if r.Method == http.MethodHead {
		return
	}
	for _, part := range append([][]byte{snapshot}, window...) {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}

// catchUp waits until the log has the position of an event ID that is later than its head, but not longer than
// Options.CatchUp: another server that is ahead may have sent it.
func (s *streamHandler) catchUp(ctx context.Context, id string) {
	at, ok := eventlog.ParsePosition(id)
	if !ok || s.behind == 0 || at <= s.log.Stats().Head {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.behind)
	defer cancel()
	s.log.Reach(ctx, at)
}
