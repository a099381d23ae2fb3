package program

import (
	"context"
	"flag"
	"log/slog"
	"net/http"

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
