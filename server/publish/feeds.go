package publish

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
)

// Feeds are all publishers of one board: feeds, and those who post reports. None can stop another.
type Feeds struct {
	Posted *Publisher // of the reports that are posted

	// How long flights stay that have landed, and that were cancelled or diverted; 0: for ever.
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

// Add adds a feed that publishes by p. It is called before Run.
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

// Run runs all of them until ctx is done. Each failure is logged where it happens, so there is none to return.
func (f *Feeds) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, one := range f.list {
		running.Go(func() {
			one.begin()
			err := one.guarded(ctx)
			if ctx.Err() != nil {
				return
			}
			one.fail(err)
			if err != nil {
				f.logger.Error("a feed has failed; the others go on", "feed", one.name, "error", err)
			} else {
				f.logger.Info("a feed has ended", "feed", one.name)
			}
		})
	}
	if l := f.linger(); l != nil {
		running.Go(func() {
			if err := l.Run(ctx, f.log); err != nil {
				f.logger.Error("flights that are over stay on the board", "error", err)
			}
		})
	}
	running.Wait()
	<-ctx.Done()
}

// linger returns what takes flights that are over from the board, or nil when those who brought them do.
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

// guarded turns a panic, which would end all feeds and the server, into an error of this one.
func (n namedFeed) guarded(ctx context.Context) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v", what)
		}
	}()
	return n.Feed.Run(ctx, n.Publisher)
}

// Statuses returns how all publishers are, beginning with those who post.
func (f *Feeds) Statuses(now time.Time) []Status {
	all := []Status{f.Posted.Status(now)}
	for _, one := range f.list {
		all = append(all, one.Status(now))
	}
	return all
}
