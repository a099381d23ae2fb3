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

	// How long flights stay that are overdue, see [feed.Linger]; 0: for ever.
	LingerOverdue time.Duration

	Airport string // the code of the board's airport; "": that of the first feed that knows its own

	// Closed reports that no client can post. Then the flights that are on the board at the start are those of the
	// feed, if it is the only one.
	Closed bool

	board  Board
	log    *eventlog.Log
	logger *slog.Logger
	list   []namedFeed

	calendar *Calendar
	zone     *time.Location // of Date
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

// Date sets the calendar by which publishers' times get dates. The zone is the airport's; if it is nil, it is a
// replay's or else the server's. The clock is a recording's or else the server's. If the tutorial is the only feed and
// zone is nil, times stay without dates. Date must be called after Add and before Run.
func (f *Feeds) Date(zone *time.Location) {
	f.zone = zone
	c := &Calendar{Zone: zone, Log: f.logger}
	for _, one := range f.list {
		switch source := one.Feed.(type) {
		case *feed.Replay:
			c.Clock = source.Clock
			if zone == nil {
				c.Zone = source.Zone()
			}
		case *feed.Playback:
			c.Clock = source.Clock
		case *feed.Tutorial:
			if zone == nil && len(f.list) == 1 {
				return
			}
		}
	}
	f.calendar, f.Posted.calendar = c, c
	for _, one := range f.list {
		one.calendar = c
	}
}

// Add adds a feed that publishes by p. It must be called before Run.
func (f *Feeds) Add(p *Publisher, source feed.Feed) {
	p.waits = true
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
		one.alone = f.Closed && len(f.list) == 1
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
	to := New(f.board, f.log, "")
	to.waits = true
	themselves := make(map[string]bool)
	for _, one := range f.list {
		if one.removesFlights() && !one.shares {
			return f.lingerBeside(one.Feed, to)
		}
		themselves[one.name] = one.removesFlights()
	}
	return &feed.Linger{Landed: f.LingerLanded, OffSchedule: f.LingerCancelled, Overdue: f.LingerOverdue,
		Now: f.calendar.now, Except: func(name string) bool { return themselves[name] }, To: to}
}

// lingerBeside returns what removes posted flights from the board of a replay, or nil for other feeds. A replay's own
// flights are never overdue.
func (f *Feeds) lingerBeside(one feed.Feed, to *Publisher) *feed.Linger {
	if _, ok := one.(*feed.Replay); !ok || f.LingerOverdue == 0 {
		return nil
	}
	return &feed.Linger{Overdue: f.LingerOverdue, Now: f.calendar.now, To: to}
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
