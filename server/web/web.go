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

// Options of the face. The zero value serves no page, lets no page of another origin read, and lets nobody
// publish.
type Options struct {
	Heartbeat   time.Duration // silence after which viewers get a heartbeat; 15 s when 0
	AllowOrigin []string      // web origins that may read; "*" allows all
	Page        fs.FS         // the page's files; nil: no page
	Live        bool          // the files may change: read them anew for each request and tell viewers to reload
	Arrived     func(fresh bool)
	Viewers     int                           // at once; those beyond get 503. Any number when 0
	ViewersEach int                           // of them from one address, IPv6 by /64; those beyond get 429. Any number when 0
	Publish     Publisher                     // where POST and DELETE /flights publish; the log itself when nil
	Refused     func()                        // called for each line that is no change, so that Publish does not hear of it; may be nil
	Tokens      []string                      // of publishers; none: nobody may publish, but for OpenDoor
	OpenDoor    bool                          // without tokens, this machine may publish, not through a proxy
	Rate        float64                       // changes a second that publishers may make; 20,000 when 0, any when negative
	Silent      func(now time.Time) []Silence // feeds that have fallen silent, for viewers to know; nil: none ever
	Feeds       func(now time.Time) []Health  // what GET /healthz?verbose tells of feeds; nil: nothing
	Fault       func() error                  // what else than the log cannot be kept, for GET /healthz; nil: nothing
	Log         *slog.Logger                  // nil: no logs
}

// A Publisher publishes what is posted: all reports or, with an [*eventlog.RefusedError], none. An *eventlog.Log is one.
type Publisher interface {
	Publish(ctx context.Context, reports ...timetable.Report) ([]timetable.Outcome, eventlog.Position, error)
}

// A Silence is a feed that has not been heard of.
type Silence struct {
	Feed  string    `json:"feed"`
	Since time.Time `json:"since"`
}

// A Face is the handler of all routes.
type Face struct {
	http.Handler
	stream     *stream
	publishers *guard
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
	b := &boards{log: log}
	read := cors{origins: o.AllowOrigin}
	s := &stream{log: log, heart: heart{interval: o.Heartbeat, silent: o.Silent}, arrived: o.Arrived, logger: o.Log,
		room: newRoom(o.Viewers, o.ViewersEach)}
	s.fleet = newFleet(s)
	if o.Live && o.Page != nil {
		s.page = o.Page
	}

	publishers := newGuard(o.Tokens, o.OpenDoor, &refusals{logger: o.Log})
	d := &door{log: o.Publish, rate: &rate{perSecond: o.Rate}, once: new(once), refused: o.Refused, logger: o.Log,
		large: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.Handle("GET /events", read.allow(s))
	mux.Handle("OPTIONS /events", read.preflight())
	mux.Handle("GET /flights", inPieces(read.allow(&document{b})))
	mux.Handle("OPTIONS /flights", read.preflight("POST"))
	mux.Handle("POST /flights", bounded(publishers.before(d.post)))
	mux.Handle("DELETE /flights/{id}", bounded(publishers.before(d.remove)))
	known := &complaints{logger: o.Log}
	healthy := known.public(func() error { return cmp.Or(log.Health(), o.Fault()) })
	mux.Handle("GET /healthz", verbose(healthy, o.Feeds, health(healthy)))
	mux.Handle("GET /readyz", health(known.public(s.ready)))
	if o.Page != nil {
		mux.Handle("GET /", inPieces(newPage(b, o)))
	}
	return &Face{secured(mux), s, publishers}
}

// SetTokens replaces Options.Tokens. It is for the requests that come from now on, and may be called at any time.
func (f *Face) SetTokens(tokens []string) { f.publishers.setTokens(tokens) }

// ConnContext is for http.Server.ConnContext. Together with Run it lets the face take over the connections of viewers,
// who then cost a fraction of what they cost otherwise.
func (f *Face) ConnContext(ctx context.Context, c net.Conn) context.Context { return withConn(ctx, c) }

// Run drives the viewers whose connections have been taken over, until ctx is done. Then it closes those connections
// and returns. It is called at most once; without it, viewers are driven by their handlers.
func (f *Face) Run(ctx context.Context) { f.stream.fleet.run(ctx) }

// Drain makes every viewer leave within the given time, each at a moment of its own, so that those who come back come
// back one by one. From now on new viewers are turned away. It returns when all have left, or when ctx is done.
func (f *Face) Drain(ctx context.Context, within time.Duration) { f.stream.drain(ctx, within) }
