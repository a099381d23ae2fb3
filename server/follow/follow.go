// Package follow makes a server an edge: it follows another server, the origin, and keeps an equal log. Positions mean
// the same on both, so a viewer of one resumes exactly at the other. An origin can be an edge itself.
//
// An edge has no publishers. It forwards requests to publish to the origin. While the origin cannot be reached, its
// viewers stay, and are told since when the board may be out of date.
package follow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
)

// Options of a follower.
type Options struct {
	Origin    *url.URL          // the address of the origin's page, without a query
	Token     string            // of a reader at the origin; "": it needs none
	Transport http.RoundTripper // http.DefaultTransport when nil
	Logger    *slog.Logger
}

// A Follower keeps a log equal to that of its origin.
type Follower struct {
	Options
	log    *eventlog.Log
	client http.Client
	equal  chan struct{} // closed when the log has first been equal to the origin's
	once   sync.Once
	state
}

// New returns a follower, which must be the only one that appends to the log.
func New(log *eventlog.Log, o Options) *Follower {
	f := &Follower{Options: o, log: log, equal: make(chan struct{}), client: http.Client{Transport: o.Transport}}
	f.state.name = o.Origin.Host
	return f
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
	pause, told := shortestPause, ""
	for {
		err := f.follow(ctx, func() {
			if told != "" {
				f.Logger.Info("the origin is followed again", "origin", f.name)
			}
			pause, told = shortestPause, ""
			f.state.reached()
			f.once.Do(func() { close(f.equal) })
		})
		if ctx.Err() != nil {
			return
		}
		f.state.cut(time.Now(), err)
		if why := err.Error(); why != told {
			f.Logger.Warn("the origin cannot be followed", "origin", f.name, "error", err)
			told = why
		}
		wait := pause/2 + rand.N(pause)
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
	answer, err := f.get(ctx, f.log.Stats().Head.String())
	if gone, ok := errors.AsType[*statusError](err); ok && gone.status == http.StatusGone {
		at, err := f.restore(ctx)
		if err != nil {
			return err
		}
		if answer, err = f.get(ctx, at.String()); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	defer answer.Body.Close()
	seconds, _ := strconv.ParseFloat(answer.Header.Get(web.HeartbeatInterval), 64)
	silence := time.Duration(patience * float64(time.Second) * cmp.Or(seconds, 15))
	watchdog := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer watchdog.Stop()
	reached()
	err = f.replicate(ctx, answer.Body, func() { watchdog.Reset(silence) })
	return cmp.Or(context.Cause(ctx), err)
}

// patience is after how many intervals without a heartbeat a connection is given up.
const patience = 2.5

var errSilent = errors.New("it sends no heartbeats")

// A statusError is an answer with a status other than 200.
type statusError struct {
	status int
	after  time.Duration // Retry-After
}

func (e *statusError) Error() string {
	return fmt.Sprintf("GET /log: status %d %s", e.status, http.StatusText(e.status))
}

// get requests the origin's log after the event with this ID, or its window.
func (f *Follower) get(ctx context.Context, lastEventID string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Origin.JoinPath("log").String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Accept-Encoding", "identity")
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	if f.Token != "" {
		request.Header.Set("Authorization", "Bearer "+f.Token)
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return nil, &statusError{answer.StatusCode, time.Duration(min(seconds, 60)) * time.Second}
	}
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		answer.Body.Close()
		return nil, fmt.Errorf("GET /log: the answer is %.40q, not an event stream", got)
	}
	return answer, nil
}
