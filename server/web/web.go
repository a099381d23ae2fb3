// Package web is the HTTP face of a log: the event stream, the board as a document, the publisher's door, and the page.
//
// It is importable so that more than one main can put it before more than one log. It decides nothing about flights
// (package timetable does) and nothing about positions (package eventlog does).
package web

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Options of the face. The zero value serves no page and lets nobody in from another origin.
type Options struct {
	Heartbeat   time.Duration // silence after which viewers get a heartbeat; 15 s when 0
	AllowOrigin []string      // web origins that may read; "*" allows all
	Page        fs.FS         // the page's files; nil: no page
	Live        bool          // the files may change: read them anew for each request and tell viewers to reload
	Arrived     func(fresh bool)
	Viewers     int                           // at once; those beyond get 503. Any number when 0
	ViewersEach int                           // of them from one address, IPv6 by /64; those beyond get 429. Any number when 0
	Publish     Publisher                     // where POST and DELETE /flights append; the log itself when nil
	Refused     func()                        // called for each line that is no change, so that Publish does not hear of it; may be nil
	Tokens      []string                      // of publishers; none: publishers have to be on this machine
	Rate        float64                       // changes a second that publishers may make; 20,000 when 0, any when negative
	Silent      func(now time.Time) []Silence // feeds that have fallen silent, for viewers to know; nil: none ever
	Feeds       func(now time.Time) []Health  // what GET /healthz?verbose tells of feeds; nil: nothing
	Fault       func() error                  // what else than the log cannot be kept, for GET /healthz; nil: nothing
	Log         *slog.Logger                  // nil: no logs
}

// A Publisher takes what comes through the door. *eventlog.Log is one.
type Publisher interface {
	Append(ctx context.Context, changes ...timetable.Change) (eventlog.Position, error)
}

// A Silence is a feed that has not been heard of.
type Silence struct {
	Feed  string    `json:"feed"`
	Since time.Time `json:"since"`
}

// A Face is the handler of all routes.
type Face struct {
	http.Handler
	stream *stream
}

// New returns the face of a log. Options.Arrived, when set, is called for every viewer before its first event is
// chosen; fresh says that it will get a snapshot, because it cannot be resumed.
func New(log *eventlog.Log, o Options) *Face {
	if o.Heartbeat == 0 {
		o.Heartbeat = 15 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Arrived == nil {
		o.Arrived = func(bool) {}
	}
	if o.Publish == nil {
		o.Publish = log
	}
	if o.Refused == nil {
		o.Refused = func() {}
	}
	if o.Fault == nil {
		o.Fault = func() error { return nil }
	}
	if o.Rate == 0 {
		o.Rate = 20_000
	}
	read := cors{origins: o.AllowOrigin}
	s := &stream{log: log, heart: heart{interval: o.Heartbeat, silent: o.Silent}, arrived: o.Arrived, logger: o.Log,
		room: newRoom(o.Viewers, o.ViewersEach)}
	s.fleet = newFleet(s)
	if o.Live && o.Page != nil {
		s.page = o.Page
	}

	mux := http.NewServeMux()
	mux.Handle("GET /events", read.allow(s))
	mux.Handle("OPTIONS /events", read.preflight("GET, HEAD"))
	mux.Handle("GET /flights", bounded(read.allow(&document{log})))
	mux.Handle("OPTIONS /flights", read.preflight("GET, HEAD, POST"))
	publishers := newGuard(o.Tokens)
	d := &door{log: o.Publish, rate: &rate{perSecond: o.Rate}, once: new(once), refused: o.Refused, logger: o.Log}
	mux.Handle("POST /flights", bounded(publishers.before(d.post)))
	mux.Handle("DELETE /flights/{id}", bounded(publishers.before(d.remove)))
	complaint := func() error { return cmp.Or(log.Health(), o.Fault()) }
	mux.Handle("GET /healthz", verbose(complaint, o.Feeds, health(complaint)))
	mux.Handle("GET /readyz", health(s.ready))
	if o.Page != nil {
		mux.Handle("GET /", bounded(&page{files: o.Page, live: o.Live, log: log, logger: o.Log}))
	}
	return &Face{mux, s}
}

// ConnContext is for http.Server.ConnContext. Together with Run it lets the face take over the connections of viewers,
// who then cost a fraction of what they cost otherwise.
func (f *Face) ConnContext(ctx context.Context, c net.Conn) context.Context { return withConn(ctx, c) }

// Run drives the viewers whose connections have been taken over, until ctx is done. Then it closes those connections
// and returns. It is called at most once; without it, viewers are driven by their handlers.
func (f *Face) Run(ctx context.Context) { f.stream.fleet.run(ctx) }

// Drain makes every viewer leave within the given time, each at a moment of its own, so that those who come back come
// back one by one. From now on new viewers are turned away. It returns when all have left, or when ctx is done.
func (f *Face) Drain(ctx context.Context, within time.Duration) { f.stream.drain(ctx, within) }

// bounded ends requests that do not end by themselves.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := http.NewResponseController(w)
		to.SetReadDeadline(time.Now().Add(30 * time.Second))
		to.SetWriteDeadline(time.Now().Add(time.Minute))
		next.ServeHTTP(w, r)
	})
}

// health answers 200 while there is nothing to complain of.
func health(complaint func() error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := complaint(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ok\n"))
	})
}
