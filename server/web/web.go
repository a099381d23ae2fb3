// Package web is the HTTP handler of a log: the event stream, the board as a document, publishing, and the page.
//
// It can be imported, so that other mains can use it with other logs. Package timetable has the meaning of changes,
// package eventlog stores them, and package fanout sends them to many viewers.
package web

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/token"
	"flightboard/server/web/fanout"
	"flightboard/timetable"
)

// Options of the handler. With the zero value there is no page, pages of other origins may not read, and all requests
// to publish are rejected.
type Options struct {
	Heartbeat   time.Duration                   // a viewer gets a heartbeat after this time without events; 15 s when 0
	Silent      func(now time.Time) []Silence   // the feeds that heartbeats name as silent; nil: none
	Describe    func(now time.Time) Description // what the board is; nil: nothing is known
	AllowOrigin []string                        // the web origins that may read; "*" allows all
	Viewers     int                             // the most viewers at once; the others get 503. Any number when 0
	ViewersEach int                             // the same for one IPv4 address or IPv6 /64; the others get 429
	Proxies     []netip.Prefix                  // whose reports of their clients' addresses count
	HSTS        time.Duration                   // browsers use only https for this time; 0: they are not told
	NoTakeover  bool                            // send all events from handlers, at several times the cost per viewer

	// Arrived is called for each viewer before its first event is chosen. A fresh viewer gets a snapshot, because it
	// cannot be resumed. May be nil.
	Arrived func(fresh bool)

	Page      fs.FS    // the page's files; nil: no page
	Live      bool     // the files may change: they are read for each request, and viewers get reload events
	Embed     []string // the sources of frame-ancestors, from flagvalue.Sites: who may frame the page; nil: nobody
	NoOffline bool     // browsers do not keep the page and the board, and remove what they have kept

	Publish  Publisher // publishes for POST and DELETE /flights; the log when nil
	Refused  func()    // called for each line that fails to parse, which Publish does not get; may be nil
	OpenDoor bool      // without tokens, programs on this machine may publish, but not through a proxy
	Rate     float64   // the most changes a second from a publisher; 20,000 when 0, any number when negative
	Readers  Readers   // who may read, besides publishers with a token; nil: everybody

	Tokens []token.Token // of publishers; if there are none, only OpenDoor allows publishing

	Feeds    func(now time.Time) []Health    // the state of the feeds, for GET /healthz?verbose; nil: no feeds
	Rejected func(now time.Time) []Rejection // the rows that cannot be read, for it and for heartbeats; nil: none
	Fault    func() error                    // another error than the log's, for GET /healthz; may be nil
	Log      *slog.Logger                    // nil: no logs
}

// A Publisher publishes the posted reports: all or, with an [*eventlog.RefusedError], none. It blocks until they are in
// the log. An *eventlog.Log is one.
type Publisher interface {
	Publish(ctx context.Context, reports ...timetable.Report) ([]timetable.Outcome, eventlog.Position, error)

	// Check returns what Publish would reject, and publishes nothing.
	Check(ctx context.Context, reports ...timetable.Report) ([]eventlog.Refusal, error)
}

// A Silence is a feed that has reported nothing for too long.
type Silence struct {
	Feed  string    `json:"feed"`
	Since time.Time `json:"since"`
}

// A Handler answers the requests for all routes.
type Handler struct {
	routes     http.Handler
	stream     *streamHandler
	publishers *guard
	healthy    func() error
	options    Options
}

// New returns the handler for a log.
func New(log *eventlog.Log, o Options) *Handler {
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
	b := &boards{log: log, describe: o.Describe}
	read := cors{origins: o.AllowOrigin, private: o.Readers != nil}
	s := newStreamHandler(log, o)

	publishers := newGuard(o.Tokens, o.OpenDoor, &refusals{logger: o.Log}, s.measures.denied)
	readers := access{o.Readers, publishers, s.measures.rejected}
	d := &publishHandler{log: o.Publish, rates: &rates{perSecond: o.Rate}, answers: new(idempotency), refused: o.Refused,
		logger: o.Log,
		large:  make(chan struct{}, 1), measures: s.measures}
	mux := http.NewServeMux()
	mux.Handle("GET /events", read.allow(readers.only(s)))
	mux.Handle("OPTIONS /events", read.preflight())
	mux.Handle("GET /sse", read.allow(readers.only(&sseHandler{s})))
	mux.Handle("OPTIONS /sse", read.preflight())
	mux.Handle("GET /flights", inPieces(read.allow(readers.only(&document{b}))))
	mux.Handle("OPTIONS /flights", read.preflight("POST"))
	mux.Handle("POST /flights", bounded(publishers.before(d.post)))
	mux.Handle("DELETE /flights/{id}", bounded(publishers.before(d.remove)))
	known := &complaints{logger: o.Log}
	healthy := known.public(func() error { return cmp.Or(log.Health(), o.Fault()) })
	details := readers.only(verbose(healthy, o.feeds()))
	mux.Handle("GET /healthz", ifVerbose(details, health(healthy)))
	mux.Handle("GET /readyz", health(known.public(s.ready)))
	if o.Page != nil {
		mux.Handle("GET /", inPieces(newPage(b, o, readers)))
	}
	if o.Readers != nil {
		for _, route := range []string{"GET /sign-in", "POST /sign-in", "GET /sign-in/", "POST /sign-in/", "POST /sign-out"} {
			mux.Handle(route, bounded(o.Readers))
		}
	}
	return &Handler{behindProxies(secured(mux, o.HSTS), o.Proxies), s, publishers, healthy, o}
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.routes.ServeHTTP(w, r) }

// SetTokens replaces Options.Tokens for requests that come from now on. It may be called at any time.
func (h *Handler) SetTokens(tokens []token.Token) { h.publishers.setTokens(tokens) }

// ConnContext is for http.Server.ConnContext. Without it no connection is taken over.
func (h *Handler) ConnContext(ctx context.Context, c net.Conn) context.Context {
	return fanout.ConnContext(ctx, c)
}

// Run sends events to the viewers whose connections have been taken over, until ctx is done. Then it closes those
// connections and returns. It must be called at most once. Before it, no connection is taken over.
func (h *Handler) Run(ctx context.Context) {
	if h.stream.pool == nil {
		<-ctx.Done()
		return
	}
	h.stream.pool.Run(ctx)
}

// Drain ends the viewers' streams one by one within the given time, so that viewers do not all reconnect at the same
// time. New viewers are rejected from now on. It returns when all streams have ended, or when ctx is done.
func (h *Handler) Drain(ctx context.Context, within time.Duration) { h.stream.drain(ctx, within) }
