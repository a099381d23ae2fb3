// Package publish turns the reports of publishers into changes: it decides which feed owns a flight, adds the cities of
// airports, and has the status of each publisher.
//
// It does so in one function under the log's lock, see [eventlog.Log.Update]. Claims, overrides, origins and the answer
// to the publisher are thus about the same state of the board.
package publish

import (
	"context"
	"errors"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A Board merges and publishes reports. An *override.Overrides and an *eventlog.Log are Boards.
type Board interface {
	Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error)
}

// Log has the methods of the board's log that a Publisher uses.
type Log interface {
	Read(f func(b *timetable.Board, at eventlog.Position))
	End(ctx context.Context) (eventlog.Position, error)
}

// A Publisher publishes the reports of one feed, or of all clients that post, and has their status: the time of the
// last report and the numbers of accepted and rejected ones. It is safe for concurrent use.
type Publisher struct {
	board  Board
	log    Log
	name   string
	source string // of its reports; empty: the feed that the flight names, or unknown
	shares bool   // there are other publishers: its flights have its name, and it replaces and ends only those
	alone  bool   // nobody else can publish
	waits  bool   // while the log is unavailable, it tries again; a client that posts does that itself

	calendar *Calendar // gives dates to times without one; nil: they stay as they are
	status
}

// New returns a publisher.
func New(board Board, log Log, name string) *Publisher {
	return &Publisher{board: board, log: log, name: name}
}

// Publish publishes all reports or, with an [*eventlog.RefusedError], none. It blocks as [eventlog.Log.Update] does.
func (p *Publisher) Publish(ctx context.Context, reports ...timetable.Report) (
	outcomes []timetable.Outcome, at eventlog.Position, err error,
) {
	accepted, idle, stamp := 0, timetable.Idle{}, int64(0)
	if eventlog.IsStamped(reports) {
		ctx = eventlog.WithStamp(ctx, &stamp)
	}
	err = p.whenAvailable(ctx, func() error {
		at, err = p.board.Update(ctx, func(b *timetable.Batch) error {
			var rejected []eventlog.Refusal
			if outcomes, accepted, rejected = p.mergeAll(b, reports); len(rejected) > 0 {
				return &eventlog.RefusedError{Changes: rejected}
			}
			idle, stamp = b.Idle(), eventlog.OldestStamp(reports, outcomes)
			return nil
		})
		return err
	})
	if err != nil {
		outcomes = nil
	}
	if err == nil {
		p.rests(idle)
	}
	p.heard(false, accepted, err)
	return outcomes, at, err
}

// retry is the pause before a publisher that waits tries again.
const retry = time.Second

// whenAvailable calls publish, again and again if the publisher waits while the log is unavailable. What was published
// although publish failed is a repetition then.
func (p *Publisher) whenAvailable(ctx context.Context, publish func() error) error {
	for {
		err := publish()
		if !p.waits || !errors.Is(err, eventlog.ErrUnavailable) {
			return err
		}
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Check returns the reports that Publish would reject. It publishes nothing, and counts nothing.
func (p *Publisher) Check(ctx context.Context, reports ...timetable.Report) ([]eventlog.Refusal, error) {
	_, err := p.board.Update(ctx, func(b *timetable.Batch) error {
		_, _, rejected := p.mergeAll(b, reports)
		return &eventlog.RefusedError{Changes: rejected} // also if there are none: the batch is only a trial
	})
	return eventlog.Checked(err)
}

// mergeAll merges reports with the board. accepted is the number of reports for which they count.
func (p *Publisher) mergeAll(b *timetable.Batch, reports []timetable.Report) (
	outcomes []timetable.Outcome, accepted int, rejected []eventlog.Refusal,
) {
	if p.calendar != nil {
		b.Calendar = p.calendar
	}
	for i := range reports {
		if reports[i].Until != 0 && len(reports) > 1 {
			rejected = append(rejected, eventlog.Refusal{Index: i, Err: errTogether})
			continue
		}
		one, n, err := p.merge(b, reports[i])
		if err != nil {
			rejected = append(rejected, eventlog.Refusal{Index: i, Err: err})
		}
		outcomes, accepted = append(outcomes, one), accepted+n
	}
	return outcomes, accepted, rejected
}

var errTogether = &timetable.FieldError{Field: "until", Err: errors.New("until: an override is published alone")}

// merge merges a report with the board. n is the number of reports for which it counts.
func (p *Publisher) merge(b *timetable.Batch, r timetable.Report) (o timetable.Outcome, n int, err error) {
	if r.Source = p.source; r.Source == "" {
		r.Source = r.Flight.Feed
	}
	if err := b.Resolve(&r); err != nil {
		return o, 0, err
	}
	r = fillOrigin(b, r)
	switch {
	case p.shares && r.Kind == timetable.KindReplace:
		return p.replace(b, r)
	case p.shares:
		var ours bool
		if r, ours = p.claim(b, r); !ours {
			return timetable.Outcome{Change: timetable.Change{Kind: timetable.KindUpdate, Flight: r.Flight}, Idle: true}, 1, nil
		}
	case r.Publisher != "" && r.Flight.Feed == "":
		r = nameFeed(b, r)
	}
	o, err = b.Merge(&r)
	return o, 1, err
}

// claim returns the report with the feed's name if it adds a flight. A flight that another feed has added keeps that
// feed's name. ours is false if the report removes another feed's flight as a table does, which must not happen.
func (p *Publisher) claim(b *timetable.Batch, r timetable.Report) (claimed timetable.Report, ours bool) {
	there, known := b.Flight(r.Flight.Key())
	others := known && there.Feed != p.name
	switch {
	case r.Kind == timetable.KindRemove && r.Flight.Feed != "" && others:
		r.Flight = timetable.Flight{Number: r.Flight.Number, ID: r.Flight.ID}
		return r, false
	case r.Kind == timetable.KindAdd && others:
		r.Kind, r.Named = timetable.KindPut, r.Flight.Filled()&^timetable.FieldFeed.Bit()
	case r.Kind == timetable.KindAdd, r.Kind == timetable.KindPut && !known:
		r.Flight.Feed = p.name
		r.Named |= timetable.FieldFeed.Bit()
	default:
		r.Named &^= timetable.FieldFeed.Bit()
	}
	return r, true
}

// nameFeed returns the report with its publisher's name as the feed of a flight that it adds.
func nameFeed(b *timetable.Batch, r timetable.Report) timetable.Report {
	_, known := b.Flight(r.Flight.Key())
	if !known && (r.Kind == timetable.KindAdd || r.Kind == timetable.KindPut) {
		r.Flight.Feed = r.Publisher
		r.Named |= timetable.FieldFeed.Bit()
	}
	return r
}

// replace replaces the flights that have the feed's name.
func (p *Publisher) replace(b *timetable.Batch, r timetable.Report) (o timetable.Outcome, n int, err error) {
	stays := make(map[string]bool, len(r.Board))
	for i := range r.Board {
		stays[r.Board[i].Key()] = true
	}
	for key, f := range b.Flights() {
		if f.Feed != p.name || stays[key] {
			continue
		}
		removal := timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: key}}
		if _, err := b.Merge(&timetable.Report{Change: removal}); err != nil {
			return o, 0, err
		}
		n++
	}
	for _, f := range r.Board {
		one, _ := p.claim(b, timetable.Report{Change: timetable.Change{Kind: timetable.KindAdd, Flight: f}, Source: r.Source})
		if _, err := b.Merge(&one); err != nil {
			return o, 0, err
		}
		n++
	}
	return timetable.Outcome{Change: r.Change}, n, nil
}

// End publishes that no more changes will come. If there are other publishers, it only ends this one.
func (p *Publisher) End(ctx context.Context) (at eventlog.Position, err error) {
	if p.shares {
		p.log.Read(func(_ *timetable.Board, head eventlog.Position) { at = head })
	} else {
		err = p.whenAvailable(ctx, func() error {
			at, err = p.log.End(ctx)
			return err
		})
	}
	p.heard(true, 0, err)
	return at, err
}
