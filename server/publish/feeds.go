package publish

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/timetable"
)

// Feeds are all publishers of one board: its feeds, and the clients that post reports. The failure of one does not stop
// the others.
type Feeds struct {
	Posted *Publisher // publishes the reports that clients post

	// How long flights stay that have landed, and those that were cancelled or diverted; 0: for ever.
	LingerLanded, LingerCancelled time.Duration

	board  Board
	log    *eventlog.Log
	logger *slog.Logger
	list   []namedFeed
}

type namedFeed struct {
	*Publisher
	feed.Feed
}

// NewFeeds returns the publishers of a board without feeds.
func NewFeeds(board Board, log *eventlog.Log, logger *slog.Logger) *Feeds {
	return &Feeds{Posted: New(board, log, "POST /flights"), board: board, log: log, logger: logger}
}

// Has reports whether there is a feed of that name.
func (f *Feeds) Has(name string) bool {
	for _, one := range f.list {
		if one.name == name {
			return true
		}
	}
	return false
}

// Add adds a feed that publishes by p. It must be called before Run.
func (f *Feeds) Add(p *Publisher, source feed.Feed) {
	f.list = append(f.list, namedFeed{p, source})
	for _, one := range f.list {
		one.shares, one.source = len(f.list) > 1, one.name
	}
}

// removesFlights reports whether the feed removes its own flights from the board.
func (n namedFeed) removesFlights() bool {
	switch n.Feed.(type) {
	case *feed.Replay, *feed.Tutorial, *feed.Playback:
		return true
	}
	return false
}

// Run runs all feeds. It blocks until ctx is done and they have ended. It logs their errors.
func (f *Feeds) Run(ctx context.Context) {
	var running sync.WaitGroup
	f.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		if b.Len() > 0 { // somebody has posted them, before this server began; if he has died, nobody else notices
			f.Posted.begin()
		}
	})
	for _, one := range f.list {
		running.Go(func() {
			one.begin()
			err := one.guarded(ctx)
			if ctx.Err() != nil {
				return
			}
			one.fail(err)
			if err != nil {
				f.logger.Error("a feed has failed; the others continue", "feed", one.name, "error", err)
			} else {
				f.logger.Info("a feed has ended", "feed", one.name)
			}
		})
	}
	if l := f.linger(); l != nil {
		running.Go(func() {
			if err := l.Run(ctx, f.log); err != nil {
				f.logger.Error("flights that are over can no longer be removed", "error", err)
			}
		})
	}
	running.Wait()
	<-ctx.Done()
}

// linger returns the feed.Linger that removes flights that are over, or nil if all publishers remove their own.
func (f *Feeds) linger() *feed.Linger {
	themselves := make(map[string]bool)
	for _, one := range f.list {
		if one.removesFlights() && !one.shares {
			return nil
		}
		themselves[one.name] = one.removesFlights()
	}
	return &feed.Linger{Landed: f.LingerLanded, OffSchedule: f.LingerCancelled,
		Except: func(name string) bool { return themselves[name] }, To: New(f.board, f.log, "")}
}

// guarded runs the feed and returns an error if it panics, because a panic would end the server.
func (n namedFeed) guarded(ctx context.Context) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v", what)
		}
	}()
	return n.Feed.Run(ctx, n.Publisher)
}

// Statuses returns the status of all publishers. The clients that post are the first.
func (f *Feeds) Statuses(now time.Time) []Status {
	all := []Status{f.Posted.Status(now)}
	for _, one := range f.list {
		all = append(all, one.Status(now))
	}
	return all
}
