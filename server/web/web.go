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
	ViewersEach int                             // the same for one client; the others get 429
	Limits      Limits                          // of all requests and connections
	Proxies     []netip.Prefix                  // whose reports of their clients' addresses count
	HSTS        time.Duration                   // browsers use only https for this time; 0: they are not told
	NoTakeover  bool                            // send all events from handlers, at several times the cost per viewer

	// CatchUp is how long a viewer waits whose position is later than the log's head. It is for a log that follows another
	// one: a viewer that comes from there may be ahead for a moment.
	CatchUp time.Duration

	// Via returns the Via field (RFC 9110, 7.6.3) for GET /log, by which a server that follows this one recognizes itself,
	// and whether the log has been equal to the one that it follows, else GET /log is refused. Nil: it follows none.
	Via func() (via string, equal bool)

	// Arrived is called for each viewer before its first event is chosen. A fresh viewer gets a snapshot, because it
	// cannot be resumed. May be nil.
	Arrived func(fresh bool)

	Page      fs.FS    // the page's files; nil: no page
	Live      bool     // the files may change: they are read for each request, and viewers get reload events
	Embed     []string // the sources of frame-ancestors, from flagvalue.Sites: who may frame the page; nil: nobody
	NoOffline bool     // browsers do not keep the page and the board, and remove what they have kept

	Forward  http.Handler  // answers POST and DELETE /flights in place of all that follows; nil: this server does
	Publish  Publisher     // publishes for POST and DELETE /flights; the log when nil
	Refused  func()        // called for each line that fails to parse, which Publish does not get; may be nil
	Tokens   []token.Token // the tokens of publishers; if there are none, only OpenDoor allows publishing
	OpenDoor bool          // without tokens, programs on this machine may publish, but not through a proxy
	Rate     float64       // the most changes a second from a publisher; 20,000 when 0, any number when negative
	Readers  Readers       // who may read, besides publishers with a token; nil: everybody

	Feeds    func(now time.Time) []Health    // the state of the feeds, for GET /healthz?verbose; nil: no feeds
	Rejected func(now time.Time) []Rejection // the rows that cannot be read, for it and for heartbeats; nil: none
	Fault    func() error                    // another error than the log's, for GET /healthz; may be nil
	Log      *slog.Logger                    // nil: no logs
}

// Limits are for what clients may send. A client is an IPv4 address or an IPv6 /64. 127.0.0.1 and ::1 are no client: a
// proxy on the same machine forwards the requests of all from there.
type Limits struct {
	Requests        float64       // a second from one client; the others get 429. Any number when 0
	Connections     int           // without a request at present, new and used ones each; 0: any number
	ConnectionsEach int           // the same for one client
	Body            int           // bytes of a publisher's body; 1 MiB when 0
	BodyTime        time.Duration // in which a body must come; 30 s when 0
	Keys            int           // bytes of idempotency keys with their answers; 8 MiB when 0
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
	conns      connections
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
	o.Rate = cmp.Or(o.Rate, 20_000)
	o.Limits.Body = cmp.Or(o.Limits.Body, 1<<20)
	o.Limits.BodyTime = cmp.Or(o.Limits.BodyTime, 30*time.Second)
	o.Limits.Keys = cmp.Or(o.Limits.Keys, 8<<20)
	b := &boards{log: log, describe: o.Describe}
	read := cors{origins: o.AllowOrigin, private: o.Readers != nil}
	s := newStreamHandler(log, o)

	publishers := newGuard(o.Tokens, o.OpenDoor, &refusals{logger: o.Log, message: "publishers were refused"},
		s.measures.denied)
	readers := access{o.Readers, publishers, s.measures.rejected}
	d := &publishHandler{log: o.Publish, most: o.Limits.Body, rates: &rates{perSecond: o.Rate},
		answers: &idempotency{most: o.Limits.Keys}, refused: o.Refused, logger: o.Log,
		large: make(chan struct{}, 1), measures: s.measures}
	clients := &refusals{logger: o.Log, message: "clients were refused"}
	requests := &requestRate{perSecond: o.Limits.Requests, refuser: &refuser{s.measures.clients, clients}}
	mux := http.NewServeMux()
	answered := o.Limits.BodyTime + fanout.WriteTimeout
	handle := func(pattern string, h http.Handler) {
		mux.Handle(pattern, requests.limit(answeredWithin(answered, h), 1, nil))
	}
	readable := func(path string, h http.Handler, cost int, others ...string) { // other origins can read refusals too
		mux.Handle("GET "+path, read.allow(requests.limit(readers.only(h), cost, nil)))
		handle("OPTIONS "+path, read.preflight(others...))
	}
	publishing := func(pattern string, f func(http.ResponseWriter, *http.Request, publisher)) {
		h := answeredWithin(answered, publishers.before(f))
		mux.Handle(pattern, requests.limit(h, 1, publishers.admits)) // -rate is for those who may
	}
	readable("/events", s, 1)
	readable("/sse", &sseHandler{s}, 1)
	readable("/flights", inPieces(&document{b}), wholeBoard, "POST")
	handle("GET /log", readers.only(&logHandler{s, o.Via}))
	if o.Forward != nil {
		forward := endedWithin(answered-fanout.WriteTimeout/2, o.Forward) // in time for a refusal
		handle("POST /flights", forward)
		handle("DELETE /flights/{id}", forward)
	} else {
		publishing("POST /flights", d.post)
		publishing("DELETE /flights/{id}", d.remove)
	}
	known := &complaints{logger: o.Log}
	healthy := known.public(func() error { return cmp.Or(log.Health(), o.Fault()) })
	details := readers.only(verbose(healthy, o.feeds()))
	handle("GET /healthz", ifVerbose(details, health(healthy)))
	handle("GET /readyz", health(known.public(s.ready)))
	if o.Page != nil {
		handle("GET /", inPieces(newPage(b, o, readers)))
	}
	if o.Readers != nil {
		for _, route := range []string{"GET /sign-in", "POST /sign-in", "GET /sign-in/", "POST /sign-in/", "POST /sign-out"} {
			handle(route, o.Readers)
		}
	}
	return &Handler{
		routes: receivedWithin(o.Limits.BodyTime, behindProxies(secured(mux, o.HSTS), o.Proxies)),
		conns: connections{most: o.Limits.Connections, mostEach: o.Limits.ConnectionsEach, proxies: o.Proxies,
			counts: s.measures.clients, log: clients},
		stream: s, publishers: publishers, healthy: healthy, options: o}
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.routes.ServeHTTP(w, r) }

// SetTokens replaces Options.Tokens for requests that come from now on. It may be called at any time.
func (h *Handler) SetTokens(tokens []token.Token) { h.publishers.setTokens(tokens) }

// ConnContext is for http.Server.ConnContext. Without it no connection is taken over.
func (h *Handler) ConnContext(ctx context.Context, c net.Conn) context.Context {
	return fanout.ConnContext(ctx, c)
}

// ConnState is for http.Server.ConnState. Without it the number of connections is not limited.
func (h *Handler) ConnState(c net.Conn, state http.ConnState) { h.conns.set(c, state) }

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
