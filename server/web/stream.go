package web

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/server/web/fanout"
)

// streamHandler answers GET /events. It finds the position at which a viewer's stream begins. Then the pool takes over
// the connection, or the handler sends the events itself (see loop). With ?wait it answers once (see wait).
type streamHandler struct {
	log       *eventlog.Log
	heartbeat heartbeat
	behind    time.Duration // Options.CatchUp
	arrived   func(fresh bool)
	logger    *slog.Logger
	page      fs.FS        // if not nil, viewers get a reload event when a file of it changes
	pool      *fanout.Pool // nil: the handlers send all events
	answers   answers      // to requests with ?wait
	measures  *measures
	refuser   refuser // of viewers
	admission
}

func newStreamHandler(log *eventlog.Log, o Options) *streamHandler {
	s := &streamHandler{log: log, behind: o.CatchUp, arrived: o.Arrived, logger: o.Log, measures: newMeasures(),
		heartbeat: heartbeat{interval: o.Heartbeat, silent: o.Silent, rejected: o.Rejected,
			describe: description{now: o.Describe}},
		admission: newAdmission(o.Viewers, o.ViewersEach)}
	s.answers.log, s.answers.heartbeat = log, &s.heartbeat
	s.refuser = refuser{s.measures.rejected, &refusals{logger: o.Log, message: "viewers were refused"}}
	if o.Live && o.Page != nil {
		s.page = o.Page // only the loop sends reload events
	} else if !o.NoTakeover {
		s.pool = fanout.New(log, fanout.Options{Interval: o.Heartbeat, Heartbeat: s.heartbeat.event, Left: s.left,
			Measures: &s.measures.Measures, Expired: []byte(signInAgain)})
	}
	return s
}

// unsent is the most bytes that the kernel accepts for an answer of a handler and has not sent.
const unsent = 64 << 10

func (s *streamHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	query := r.URL.Query()
	waits, waiting, err := waitOf(query)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	id := lastEventID(r, query)
	s.catchUp(r.Context(), id)
	cursor, err := s.log.Cursor(id, formOf(r, query))
	if errors.Is(err, eventlog.ErrEnded) {
		w.WriteHeader(http.StatusNoContent) // HTML 9.2.5: any status but 200 makes an EventSource stop for ever
		return
	}
	s.serve(w, r, id, cursor, waits, waiting)
}

// serve sends what follows the cursor: a stream, or one answer to a request that waits.
func (s *streamHandler) serve(w http.ResponseWriter, r *http.Request, id string, cursor eventlog.Cursor,
	waits time.Duration, waiting bool,
) {
	h, form := w.Header(), cursor.Form()
	v := fanout.NewViewer(cursor, r.RemoteAddr, time.Now())
	v.HTTP = fanout.VersionOf(r)
	if r.TLS != nil {
		v.Way = fanout.SweeperTLS
	}
	if r.Method != http.MethodHead {
		if err := s.admit(v.Name); err != nil {
			s.refuser.refuseViewer(w, r, err)
			return
		}
	}
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", cached(r, "no-cache, no-transform"))
	h.Set("X-Accel-Buffering", "no") // or nginx would buffer the events
	if waiting {
		h.Set("Cache-Control", cached(r, "no-store, no-transform")) // a cache could repeat it, because it is complete
	}
	if form&eventlog.Gzip != 0 {
		h.Set("Content-Encoding", "gzip")
	}
	if r.Method == http.MethodHead {
		return
	}
	if waiting {
		v.Way = fanout.Polling
		s.measures.count(v.Kind, form, 1)
		defer s.measures.count(v.Kind, form, -1)
		defer s.release(v.Name)
		s.wait(w, r, cursor, waits)
		return
	}
	v.Request = requestID(r)
	arrives := []any{"viewer", v.Name, "resumed", !cursor.Fresh(), "request", v.Request}
	if session := sessionOf(r); session != nil {
		v.OnEnd = session.onEnd
		arrives = append(arrives, "reader", session.Name)
	}
	s.logger.Info("viewer arrives", arrives...)
	s.measures.arrived(id, cursor.Fresh())
	s.arrived(cursor.Fresh())
	s.measures.count(v.Kind, form, 1) // before TakeOver: the stream may end at once
	if s.pool != nil && s.pool.TakeOver(w, r, v, s.greeting()) {
		return
	}
	s.measures.count(v.Kind, form, -1)
	v.Way = fanout.Handler
	s.measures.count(v.Kind, form, 1)
	fanout.LimitUnsent(r.Context(), unsent)
	reason := (&loop{Viewer: v, partWriter: newPartWriter(w), stream: s}).follow(r.Context())
	s.left(v, reason)
	if reason == fanout.ErrClosing {
		panic(http.ErrAbortHandler) // otherwise net/http ends the body properly, as if the feed were over
	}
}

// formOf returns the form of events that the request asks for.
func formOf(r *http.Request, query url.Values) (form eventlog.Form) {
	if query.Has("batch") {
		form |= eventlog.Batch
	}
	if acceptsCoding(r.Header.Get("Accept-Encoding"), "gzip") {
		form |= eventlog.Gzip
	}
	return form
}

// lastEventID returns the ID of the event after which the stream has to continue. The query parameter is for clients
// that cannot set the header.
func lastEventID(r *http.Request, query url.Values) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return query.Get("lastEventId")
}

// left is called when a viewer's stream has ended.
func (s *streamHandler) left(v *fanout.Viewer, reason error) {
	s.measures.count(v.Kind, v.Cursor.Form(), -1)
	s.measures.cuts.Add(nameOf(reason))
	s.logger.Info("viewer leaves", "viewer", v.Name, "reason", reason.Error(), "events", v.Events,
		"after", time.Since(v.Began).Round(time.Millisecond).String(), "request", v.Request)
	s.release(v.Name)
}

// drain ends all streams within a time. It returns when they have ended, or when ctx is done.
func (s *streamHandler) drain(ctx context.Context, within time.Duration) {
	s.admission.close(within)
	if s.pool != nil {
		s.pool.Drain(within)
	}
	select {
	case <-s.empty:
	case <-ctx.Done():
	}
}

// ready returns the reason for which the server admits no viewers, or nil.
func (s *streamHandler) ready() error {
	if s.isClosing() {
		return fanout.ErrClosing
	}
	return s.log.Health()
}

// greeting returns a field with a random reconnection time, so that viewers that lose their connections at the same
// time do not return together. It is sent at once, because some proxies forward the headers only with the first byte of
// the body. The first event's blank line ends its block, because many libraries dispatch an empty event for a block
// without data.
//
// The board's description, if there is one, is that first event.
func (s *streamHandler) greeting() []byte {
	text, _ := eventstream.Event{Retry: time.Duration(1000+rand.IntN(2000)) * time.Millisecond}.AppendText(nil)
	event, _ := s.heartbeat.describe.event(time.Now())
	return append(text[:len(text)-1], event...)
}
