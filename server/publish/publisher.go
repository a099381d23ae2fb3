// Package publish makes changes of what publishers report: it decides which feed owns a flight, names the cities of
// airports, and knows how each publisher is.
//
// All of it happens in one function under the log's lock, see [eventlog.Log.Update]. So claims, overrides, origins and
// the answer to the publisher are about one state of the board, whoever publishes at the same moment.
package publish

import (
	"context"
	"errors"
	"slices"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Board is where reports are merged and published. Package override has one, and an *eventlog.Log is one.
type Board interface {
	Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error)
}

// Log is the log below the board.
type Log interface {
	Read(f func(b *timetable.Board, at eventlog.Position))
	End(ctx context.Context) (eventlog.Position, error)
}

// A Publisher publishes the reports of one feed, or of all who post them, and knows how it is: when it was last heard
// from, and how many reports were accepted. It is safe for concurrent use.
type Publisher struct {
	board  Board
	log    Log
	name   string
	source string // of its reports; empty: the feed that the flight names, or unknown
	shares bool   // others publish, too: its flights bear its name, and it replaces and ends no others
	status
}

// New returns a publisher.
func New(board Board, log Log, name string) *Publisher {
	return &Publisher{board: board, log: log, name: name}
}

// Publish publishes all reports or, with an [*eventlog.RefusedError], none.
func (p *Publisher) Publish(ctx context.Context, reports ...timetable.Report) (
	outcomes []timetable.Outcome, at eventlog.Position, err error,
) {
	accepted := 0
	if i := slices.IndexFunc(reports, overrides); i >= 0 && len(reports) > 1 {
		err = &eventlog.RefusedError{Changes: []eventlog.Refusal{{Index: i, Err: errTogether}}}
	} else {
		at, err = p.board.Update(ctx, func(b *timetable.Batch) error {
			var merged []timetable.Outcome
			var rejected []eventlog.Refusal
			accepted = 0
			for i := range reports {
				one, n, err := p.merge(b, reports[i])
				if err != nil {
					rejected = append(rejected, eventlog.Refusal{Index: i, Err: err})
				}
				merged, accepted = append(merged, one), accepted+n
			}
			if len(rejected) > 0 {
				return &eventlog.RefusedError{Changes: rejected}
			}
			outcomes = merged
			return nil
		})
	}
	if err != nil {
		outcomes = nil
	}
	p.heard(false, accepted, err)
	return outcomes, at, err
}

func overrides(r timetable.Report) bool { return r.Until != 0 }

var errTogether = &timetable.FieldError{Field: "until", Err: errors.New("until: an override is published alone")}

// merge merges a report with the board, and counts the reports that it stands for.
func (p *Publisher) merge(b *timetable.Batch, r timetable.Report) (o timetable.Outcome, n int, err error) {
	if r.Source = p.source; r.Source == "" {
		r.Source = r.Flight.Feed
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
	}
	o, err = b.Merge(&r)
	return o, 1, err
}

// claim returns the report with the feed's name on a flight that it adds. It does not take over a flight that another
// feed has added: the report updates it. ours is false if the report removes a flight as a table of the feed's flights
// does, and the flight is another feed's.
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

// replace puts the feed's flights in place of those that bear its name.
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

// End tells viewers that no more will come. A feed that shares the board ends for itself alone.
func (p *Publisher) End(ctx context.Context) (at eventlog.Position, err error) {
	if p.shares {
		p.log.Read(func(_ *timetable.Board, head eventlog.Position) { at = head })
	} else {
		at, err = p.log.End(ctx)
	}
	p.heard(true, 0, err)
	return at, err
}
