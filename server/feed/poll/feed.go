// Package poll publishes the arrivals of a public source: it asks again and again, and turns the answers into reports.
//
// It asks as the source's publisher wants it to: conditionally, no more often than its terms and its responses allow,
// within its quota, and with a back-off when it fails. A source's keys go to its own host only, and are in no error,
// log line or status.
package poll

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"flightboard/server/feed"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// Options are the options of a [Feed]. The zero value asks, and publishes on a board that begins empty.
type Options struct {
	Client  *http.Client // nil: the default one. Its redirects, cookies and timeout are the feed's own
	Contact string       // an address that the source's publisher can write to
	Logger  *slog.Logger // nil: nothing is logged

	// Board calls its argument with each flight on the board, until that returns false. With it the feed recognises the
	// flights that it has published before a restart, and those that have left. It is called by Run only.
	Board func(yield func(timetable.Flight) bool)

	// Resumed is when the board's log was last written before a restart; zero: it is new, or there is none. With it the
	// feed knows that flights which are over and not on the board have left it, even if the board is empty.
	Resumed time.Time

	// How long flights stay that have landed, those that were cancelled or diverted, and those that are overdue; 0: for
	// ever. See [feed.Linger]. A flight that a first answer has, and that would have left by then, is not published.
	Landed, OffSchedule, Overdue time.Duration

	// These are called by Run, and may be nil.
	Heard    func(news time.Time)   // after each good answer
	Complain func(source.Complaint) // for each complaint about an answer, of the source or of the board
	Rejected func(feed.Rejections)  // when the rows that are rejected have changed
	Status   func(Status)           // when the status has changed
}

// A Feed publishes the arrivals of a source. [New] makes one.
type Feed struct {
	name    string
	options Options
	logger  *slog.Logger
	client  *client
	schedule
	legs   *legs
	logged map[string]bool // the kinds of trouble since the last good answer

	mu     sync.Mutex
	status Status
}

// New returns a feed. The name is that by which its flights are known on the board.
func New(name string, s source.Source, o Options) *Feed {
	f := &Feed{name: name, options: o, logger: o.Logger, client: newClient(s, o), logged: make(map[string]bool)}
	if f.logger == nil {
		f.logger = slog.New(slog.DiscardHandler)
	}
	f.logger = f.logger.With("feed", name)
	f.legs = newLegs(name, f.client.about, o, f.logger)
	f.schedule = newSchedule(f.client.about.Every)
	f.status = Status{Interval: f.every, Quota: f.client.quota.remaining()}
	return f
}

// Status returns the state of the feed. It can be called at any time.
func (f *Feed) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.status
	s.Reasons, s.Unmapped = slices.Clone(s.Reasons), slices.Clone(s.Unmapped)
	return s
}

// Describe implements [feed.Describer].
func (f *Feed) Describe(time.Time) feed.Description {
	about := &f.client.about
	d := feed.Description{Airport: about.Airport, Zone: about.Zone}
	if about.Credit != "" {
		d.Credit = []string{about.Credit}
	}
	return d
}

// Run implements [feed.Feed].
func (f *Feed) Run(ctx context.Context, log feed.Log) error {
	for {
		wait, err := f.turn(ctx, log)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
	}
}

// turn asks once, publishes the answer, and returns how long to wait until the next one. The error is that of the log.
func (f *Feed) turn(ctx context.Context, log feed.Log) (wait time.Duration, err error) {
	a, err := f.client.ask(ctx)
	if ctx.Err() != nil {
		return 0, nil
	}
	quota := f.client.quota.interval(time.Now(), max(a.requests, 1))
	if t, ok := errors.AsType[*trouble](err); ok { // as all errors of ask
		wait = f.afterTrouble(t, quota)
		f.complain(t.kind, t.Error(), wait)
		f.set(func(s *Status) { s.Trouble = t.Error() }, wait)
		return wait, nil
	}
	if err := f.legs.publish(ctx, log, &a); err != nil {
		return 0, err
	}
	wait = f.after(a.fresh, quota)
	if a.nothing != "" {
		f.complain("nothing", nothingNow(&a), wait)
	} else {
		f.recover()
	}
	f.answered(&a, max(f.every, a.fresh, quota), wait)
	return wait, nil
}
