package web

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
)

// writeTimeout bounds each write, so that a viewer who has stopped reading is cut. The stream as a whole has no bound.
const writeTimeout = 10 * time.Second

// stream answers GET /events.
type stream struct {
	log     *eventlog.Log
	heart   heart
	arrived func(fresh bool)
	logger  *slog.Logger
	page    fs.FS // when set, viewers are told to reload when a file of it changes

	once    sync.Once
	closing chan struct{} // closed when viewers are to leave
	within  time.Duration // they leave
}

func (s *stream) drain(within time.Duration) {
	s.once.Do(func() {
		s.within = max(within, 1)
		close(s.closing)
	})
}

var errClosing = errors.New("the server is closing")

// ready is why the server wants no viewers, or nil.
func (s *stream) ready() error {
	select {
	case <-s.closing:
		return errClosing
	default:
		return s.log.Health()
	}
}

func (s *stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.closing:
		w.Header().Set("Connection", "close")
		http.Error(w, errClosing.Error(), http.StatusServiceUnavailable)
		return
	default:
	}
	cursor, err := s.log.Cursor(lastEventID(r))
	if errors.Is(err, eventlog.ErrEnded) {
		w.WriteHeader(http.StatusNoContent) // HTML 9.2.5: anything but 200 makes an EventSource stop for good
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache, no-transform")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would collect the events otherwise
	if r.Method == http.MethodHead {
		return
	}
	s.arrived(cursor.Fresh())
	v := &viewer{
		stream:  s,
		cursor:  cursor,
		to:      http.NewResponseController(w),
		body:    w,
		reload:  s.watch(r.Context()),
		resumed: !cursor.Fresh(),
	}
	s.logger.Info("viewer arrives", "viewer", r.RemoteAddr, "resumed", v.resumed)
	began := time.Now()
	why := v.follow(r.Context())
	s.logger.Info("viewer leaves", "viewer", r.RemoteAddr, "reason", why.Error(), "events", v.events,
		"after", time.Since(began).Round(time.Millisecond).String())
}

// lastEventID is where the viewer wants to go on. The query serves clients that cannot set the header.
func lastEventID(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get("lastEventId")
}

// A viewer is one connection: a cursor and where to write.
type viewer struct {
	stream  *stream
	cursor  eventlog.Cursor
	to      *http.ResponseController
	body    http.ResponseWriter
	reload  <-chan struct{}
	resumed bool
	events  int
}

var (
	errOver  = errors.New("the feed is over")
	errLeft  = errors.New("the viewer went away")
	errStuck = errors.New("the viewer stopped reading")
)

// follow sends what the viewer has missed and then what happens, until one side ends it. It returns why it ended,
// never nil.
func (v *viewer) follow(ctx context.Context) error {
	if err := v.write(greeting()); err != nil {
		return err
	}
	quiet := time.NewTimer(v.stream.heart.interval)
	defer quiet.Stop()
	closing, leave := v.stream.closing, (<-chan time.Time)(nil)
	for {
		wake := v.stream.log.Wake() // before reading, so that nothing appended in between is slept through
		next := v.cursor.Next()
		if len(next.Bytes) > 0 {
			if err := v.write(next.Bytes); err != nil {
				return err
			}
			v.events += next.Events
			quiet.Reset(v.stream.heart.interval)
		}
		if next.Ended {
			return errOver
		}
		if len(next.Bytes) > 0 {
			continue
		}
		select {
		case <-wake:
		case <-quiet.C:
			if err := v.write(v.stream.heart.beat(time.Now())); err != nil {
				return err
			}
			quiet.Reset(v.stream.heart.interval)
		case <-v.reload:
			v.reload = nil
			if err := v.write([]byte("event: reload\ndata:\n\n")); err != nil {
				return err
			}
		case <-closing:
			closing, leave = nil, time.After(rand.N(v.stream.within))
		case <-leave:
			return errClosing
		case <-ctx.Done():
			return errLeft
		}
	}
}

// greeting sets the reconnection time, another one for each viewer, so that those who lose the server together do not
// return together. It is sent at once: some proxies hold the headers back until the first byte of the body.
func greeting() []byte {
	text, _ := eventstream.Event{Retry: time.Duration(1000+rand.IntN(2000)) * time.Millisecond}.AppendText(nil)
	return text
}

func (v *viewer) write(b []byte) error {
	v.to.SetWriteDeadline(time.Now().Add(writeTimeout))
	_, err := v.body.Write(b)
	if err == nil {
		err = v.to.Flush()
	}
	switch {
	case err == nil:
		// On HTTP/2 a deadline that passes between writes would reset the stream.
		v.to.SetWriteDeadline(time.Time{})
		return nil
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return errStuck
	}
	return errLeft
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && t.Timeout()
}
