// Package follow makes a server an edge: it follows another server, the origin, and keeps an equal log. Positions mean
// the same on both, so a viewer of one resumes exactly at the other. An origin can be an edge itself.
//
// An edge has no publishers. It forwards requests to publish to the origin. While the origin cannot be reached, its
// viewers stay, and are told since when the board may be out of date.
package follow

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"flightboard/server/eventlog"
)

// Options of a follower.
type Options struct {
	Origin    *url.URL          // the address of the origin's page, without a query
	Token     string            // of a reader at the origin; "": it needs none
	Transport http.RoundTripper // nil: one of its own
	Heard     time.Time         // when an earlier run that wrote the log heard the origin; zero: there was none
	Logger    *slog.Logger
}

// A Follower keeps a log equal to that of its origin.
type Follower struct {
	Options
	log    *eventlog.Log
	client http.Client
	id     string        // of this server, by which it recognizes itself in a loop
	equal  chan struct{} // closed when the log has first been equal to the origin's
	once   sync.Once
	state
}

// New returns a follower, which must be the only one that appends to the log.
func New(log *eventlog.Log, o Options) *Follower {
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	now := time.Now()
	return &Follower{Options: o, log: log, equal: make(chan struct{}), id: rand.Text(),
		client: http.Client{Transport: o.Transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // it would not apply to what is posted
		}},
		state: state{name: o.Origin.Host, away: now, last: cmp.Or(o.Heard, now)}}
}

// newTransport returns a transport that notices when a connection of HTTP/2, which all requests share, is dead.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: answerTime, PingTimeout: answerTime}
	return t
}

// Equal returns a channel that is closed when the log has first been equal to the origin's.
func (f *Follower) Equal() <-chan struct{} { return f.equal }

// The times between two attempts to reach the origin. They double, and vary by half, so that the edges of an origin
// that has been restarted do not return at the same time.
const (
	shortestPause = 200 * time.Millisecond
	longestPause  = 5 * time.Second
)

// CatchUp is how long a viewer of an edge waits for its position: longer than a hop takes.
const CatchUp = 3 * time.Second

// Run follows the origin until ctx is done.
func (f *Follower) Run(ctx context.Context) {
	pause, logged := shortestPause, ""
	for {
		var reached time.Time
		err := f.follow(ctx, func() {
			if logged != "" {
				f.Logger.Info("the origin is followed again", "origin", f.name)
			}
			reached, logged = time.Now(), ""
			f.state.reached(reached)
			f.once.Do(func() { close(f.equal) })
		})
		if ctx.Err() != nil {
			return
		}
		f.state.cut(time.Now(), err)
		f.client.CloseIdleConnections() // the address may lead elsewhere by now
		if why := err.Error(); why != logged {
			f.Logger.Warn("the origin cannot be followed", "origin", f.name, "error", err)
			logged = why
		}
		if !reached.IsZero() && time.Since(reached) > longestPause {
			pause = shortestPause // else it may be a record or a disk that fails each time
		}
		wait := pause/2 + mathrand.N(pause)
		if later, ok := errors.AsType[*statusError](err); ok {
			wait = max(wait, later.after)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		pause = min(2*pause, longestPause)
	}
}

// follow replicates the origin's records until that fails. It calls reached when the origin sends records from the
// log's head on.
func (f *Follower) follow(ctx context.Context, reached func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &watchdog{silence: answerTime}
	w.timer = time.AfterFunc(w.silence, func() { cancel(errSilent) })
	defer w.timer.Stop()
	answer, err := f.open(ctx, w)
	if err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	defer answer.Body.Close()
	w.silence = time.Duration(patience * float64(heartbeatOf(answer)))
	w.timer.Reset(w.silence)
	reached()
	err = f.replicate(ctx, answer.Body)
	return cmp.Or(context.Cause(ctx), err)
}

// open returns the origin's stream of records after the log's head. If the origin's window does not have the head, or
// the log is empty, it restores the log first.
func (f *Follower) open(ctx context.Context, w *watchdog) (*http.Response, error) {
	if s := f.log.Stats(); s.Oldest <= s.Head {
		answer, err := f.get(ctx, w, s.Head.String())
		if gone, ok := errors.AsType[*statusError](err); !ok || gone.status != http.StatusGone {
			return answer, err
		}
	}
	at, err := f.restore(ctx, w)
	if err != nil {
		return nil, err
	}
	return f.get(ctx, w, at.String())
}
