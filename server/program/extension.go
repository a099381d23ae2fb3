package program

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/follow"
	"flightboard/server/web"
)

// An Extension adds what needs dependencies that the root module may not have. Its zero value adds nothing.
type Extension struct {
	// Flags declares flags of its own. It may keep the set, to look the program's own flags up in Readers. Nil: it has
	// none.
	Flags func(*flag.FlagSet)

	// Readers is called once, when the flags have been read. The readers that it returns may read besides those of
	// -readers, and their handler is that of /sign-in; if they are nil, it adds none. What it starts ends with ctx.
	Readers func(ctx context.Context, logger *slog.Logger) (web.Readers, error)

	// Share is called once, when the flags have been read, with the server's log, which is empty and in memory. It makes
	// it one of several logs that are kept equal, and returns when it is equal to them. Nil, or a nil result: it has no
	// others.
	Share func(ctx context.Context, log *eventlog.Log, logger *slog.Logger) (*Shared, error)
}

// Shared is what keeps a server's log equal to others.
type Shared struct {
	Silent func(now time.Time) []web.Silence // the stream between the logs, if it cannot be reached; for viewers
	Health func(now time.Time) []web.Health
	End    func() // ends it, after the last append
}

// share shares the log by the first extension that does.
func (s settings) share(ctx context.Context, log *eventlog.Log, o *web.Options, extensions []Extension) (
	end func(), err error,
) {
	for _, e := range extensions {
		if e.Share == nil {
			continue
		}
		shared, err := e.Share(ctx, log, o.Log)
		if err != nil {
			return nil, err
		}
		if shared == nil {
			continue
		}
		o.CatchUp = follow.CatchUp
		silent, feeds := o.Silent, o.Feeds
		o.Silent = func(now time.Time) []web.Silence { return append(shared.Silent(now), silent(now)...) }
		o.Feeds = func(now time.Time) []web.Health { return append(shared.Health(now), feeds(now)...) }
		return shared.End, nil
	}
	return func() {}, nil
}

// either are two kinds of readers. The second one's handler answers sign-ins.
type either struct{ first, second web.Readers }

// Reader implements [web.Readers].
func (e either) Reader(r *http.Request) (web.Session, bool) {
	if s, ok := e.first.Reader(r); ok {
		return s, true
	}
	return e.second.Reader(r)
}

// ServeHTTP implements [web.Readers].
func (e either) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.second.ServeHTTP(w, r) }
