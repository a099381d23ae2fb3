package web

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
)

// A viewer who has stopped reading is cut; one who reads slowly is not. So each part of a text has a time of its own in
// which it must be written. The stream as a whole has no bound.
const (
	writeTimeout = 10 * time.Second
	progress     = 16 << 10 // bytes of a part
)

// How many bytes the kernel takes before it has sent them. A viewer whose connection was taken over may have more, so
// that an ordinary snapshot needs no goroutine; that it reads is told by what arrives.
const (
	streamUnsent   = 256 << 10
	documentUnsent = 64 << 10
)

// stream answers GET /events. It finds where a viewer begins; who then drives the viewer depends on the connection: the
// fleet, or the handler's own loop.
type stream struct {
	log     *eventlog.Log
	heart   heart
	arrived func(fresh bool)
	logger  *slog.Logger
	page    fs.FS // when set, viewers are told to reload when a file of it changes
	fleet   *fleet
	room
}

func (s *stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	form := formOf(r)
	cursor, err := s.log.Cursor(lastEventID(r), form)
	if errors.Is(err, eventlog.ErrEnded) {
		w.WriteHeader(http.StatusNoContent) // HTML 9.2.5: anything but 200 makes an EventSource stop for good
		return
	}
	now := time.Now()
	v := viewer{cursor: cursor, name: r.RemoteAddr, began: now, spoke: now, beat: now}
	if r.Method != http.MethodHead {
		if err := s.room.enter(v.name); err != nil {
			turnAway(w, err)
			return
		}
	}
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would collect the events otherwise
	if form&eventlog.Gzip != 0 {
		h.Set("Content-Encoding", "gzip")
	}
	if r.Method == http.MethodHead {
		return
	}
	s.logger.Info("viewer arrives", "viewer", v.name, "resumed", !cursor.Fresh())
	s.arrived(cursor.Fresh())
	if s.page == nil && s.fleet.board(&v, w, r) {
		return
	}
	limitUnsent(r.Context().Value(connKey{}), documentUnsent)
	why := (&loop{viewer: &v, stream: s, to: http.NewResponseController(w), body: w}).follow(r.Context())
	s.leave(&v, why)
	if why == errClosing {
		panic(http.ErrAbortHandler) // net/http would end the body properly otherwise, and this is not the end
	}
}

// formOf is how the viewer wants its events.
func formOf(r *http.Request) (form eventlog.Form) {
	if r.URL.Query().Has("batch") {
		form |= eventlog.Batch
	}
	if acceptsCoding(r.Header.Get("Accept-Encoding"), "gzip") {
		form |= eventlog.Gzip
	}
	return form
}

// lastEventID is where the viewer wants to go on. The query serves clients that cannot set the header.
func lastEventID(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get("lastEventId")
}

// A viewer is one connection: a place in the log, and what is to be said when it leaves.
type viewer struct {
	cursor eventlog.Cursor
	name   string
	began  time.Time
	events int

	spoke    time.Time // when something was last written to it
	beat     time.Time // when that was a heartbeat; at first when it came
	troubled bool      // the heartbeat named a silent feed
}

// Why viewers leave.
var (
	errOver    = errors.New("the feed is over")
	errLeft    = errors.New("the viewer went away")
	errStuck   = errors.New("the viewer stopped reading")
	errClosing = errors.New("the server is closing")
)

func (s *stream) leave(v *viewer, why error) {
	s.logger.Info("viewer leaves", "viewer", v.name, "reason", why.Error(), "events", v.events,
		"after", time.Since(v.began).Round(time.Millisecond).String())
	s.room.leave(v.name)
}

// drain makes viewers leave and returns when they have, or when ctx is done.
func (s *stream) drain(ctx context.Context, within time.Duration) {
	s.room.close(within)
	select {
	case <-s.empty:
	case <-ctx.Done():
	}
}

// ready is why the server wants no viewers, or nil.
func (s *stream) ready() error {
	if s.isClosing() {
		return errClosing
	}
	return s.log.Health()
}

// greeting sets the reconnection time, another one for each viewer, so that those who lose the server together do not
// return together. It is sent at once: some proxies hold the headers back until the first byte of the body. The blank
// line is left to the event that comes first: many libraries dispatch an empty event for a block without data.
func greeting() []byte {
	text, _ := eventstream.Event{Retry: time.Duration(1000+rand.IntN(2000)) * time.Millisecond}.AppendText(nil)
	return text[:len(text)-1]
}
