// Package web is the HTTP face of a log: the event stream, the board as a document, the publisher's door, and the page.
//
// It is importable so that more than one main can put it before more than one log. It decides nothing about flights
// (package timetable does) and nothing about positions (package eventlog does).
package web

import (
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"flightboard/server/eventlog"
)

// Options of the face. The zero value serves no page and lets nobody in from another origin.
type Options struct {
	Heartbeat   time.Duration // silence after which viewers get a heartbeat; 15 s when 0
	AllowOrigin []string      // web origins that may read; "*" allows all
	Page        fs.FS         // the page's files; nil: no page
	Live        bool          // the files may change: read them anew for each request and tell viewers to reload
	Arrived     func(fresh bool)
	Log         *slog.Logger // nil: no logs
}

// New returns the handler of all routes. Options.Arrived, when set, is called for every viewer before its first event
// is chosen; fresh says that it will get a snapshot, because it cannot be resumed.
func New(log *eventlog.Log, o Options) http.Handler {
	if o.Heartbeat == 0 {
		o.Heartbeat = 15 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Arrived == nil {
		o.Arrived = func(bool) {}
	}
	read := cors{origins: o.AllowOrigin}
	stream := &stream{log: log, heart: heart{interval: o.Heartbeat}, arrived: o.Arrived, logger: o.Log}
	if o.Live && o.Page != nil {
		stream.page = o.Page
	}

	mux := http.NewServeMux()
	mux.Handle("GET /events", read.allow(stream))
	mux.Handle("OPTIONS /events", read.preflight("GET, HEAD"))
	mux.Handle("GET /flights", read.allow(&document{log}))
	mux.Handle("OPTIONS /flights", read.preflight("GET, HEAD, POST"))
	mux.Handle("POST /flights", publishGuard(&door{log, o.Log}))
	if o.Page != nil {
		mux.Handle("GET /", &page{files: o.Page, live: o.Live, log: log, logger: o.Log})
	}
	return mux
}
