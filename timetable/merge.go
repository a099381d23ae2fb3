package timetable

import (
	"errors"
	"fmt"
	"slices"
)

// Merge validates a report, merges it with the board, and adds the changes that result to the batch. It does not alter
// the report. After an error the batch is as before. Compared with the report, the outcome's change
//
//   - is an Add or an Update where the report is a Put, and an Update where it is an Add of a known flight with a
//     stamp, so that an older report does not replace newer fields;
//   - lacks the fields that are older than the board's, and has the state that the report's times prove;
//   - names the flight's number as well as its ID, for clients that know numbers only.
//
// A change is idle, and alters nothing that viewers see, if (a) all its fields are older than the board's, (b) it
// repeats the board, (c) it adds a flight that was removed by a newer report, or (d) it removes a flight about which
// there is a newer report. Manual changes, without source and stamp, are never idle.
//
// A report does not alter overridden fields, but their base. A report with Until overrides fields, and the outcome has
// the change that viewers get.
func (b *Batch) Merge(report *Report) (Outcome, error) {
	b.merged++
	r := *report
	if !r.Published {
		r.Named &^= FieldOverridden.Bit() // only reports with Until override
		r.Flight.Overridden = ""
		r.Named &^= FieldDated.Bit() // publishers give dates in the times themselves
		r.Flight.Dated = ""
	}
	err := r.Validate()
	if ahead := b.checkStamp(&r); ahead != nil {
		err = with(err, ahead)
	}
	if err != nil {
		return Outcome{}, err
	}
	if r.Kind == KindReplace {
		return b.replace(&r)
	}
	if !r.Published && r.Flight.foldState() && r.Named.Has(FieldState) {
		r.Named |= FieldWord.Bit()
	}
	key := r.Flight.Key()
	row := b.row(key)
	if r.Until != 0 {
		return b.setByHand(key, &row, &r)
	}
	base, known := row.base()
	adds := !known && (r.Kind == KindAdd || r.Kind == KindPut)
	switch {
	case r.Stamp != 0 && adds && r.Stamp <= row.newest():
		return idle(&r, &b.idle.Removed), nil
	case r.Stamp != 0 && known && r.Kind == KindRemove && r.Stamp < row.newest():
		return idle(&r, &b.idle.Older), nil
	case adds && row.over != nil && !r.Published && (r.Kind == KindPut || !r.isManual()):
		if repeated := row.over.repeatedBy(&r, b.now); repeated != nil {
			row.over = repeated
			b.put(key, row)
			return idle(&r, &b.idle.Removed), nil
		}
	}
	number := base.Number
	switch {
	case r.Kind == KindPut && known:
		r.Kind = KindUpdate
	case r.Kind == KindPut:
		r.Kind = KindAdd
	case r.Kind == KindAdd && known && r.Stamp != 0:
		r.Kind, r.Named = KindUpdate, r.Flight.named()
	case r.Kind == KindRemove && !known && row.isHidden():
		return Outcome{Change: r.Change}, nil
	case r.Kind != KindAdd && !known:
		return Outcome{}, errUnknownFlight(key)
	}
	switch r.Kind {
	case KindAdd:
		if r.Flight.Number == "" {
			return Outcome{}, errMissing
		}
		if !row.isShown && !row.isHidden() {
			if err := b.checkRoom(); err != nil {
				return Outcome{}, err
			}
		}
		named := r.Named
		r.Named = r.Flight.named()
		var fresh provenance
		by := fresh.merge(&r, &Flight{}, b.now)
		row.proofs = fresh.proofs
		row.note(&r, r.Flight.State, by, b.now, true)
		r.Named = named
		b.date(&r, report, base)
	case KindUpdate:
		older := r.Stamp != 0 && r.Stamp < row.newest()
		by := row.merge(&r, base, b.now)
		if !r.news().Has(FieldNumber) {
			r.Flight.Number = number // the publisher may have sent the ID in its place
		}
		if r.Flight.Number != key {
			r.Flight.ID = key
		}
		r.Named |= FieldNumber.Bit()
		if r.Flight.ID != "" {
			r.Named |= FieldID.Bit()
		}
		b.date(&r, report, base)
		after := base.With(&r.Flight, r.news())
		repeats := after == *base
		row.note(&r, after.State, by, b.now, false)
		if repeats && !r.isManual() {
			b.put(key, row)
			if older {
				return idle(&r, &b.idle.Older), nil
			}
			return idle(&r, &b.idle.Repeated), nil
		}
	case KindRemove:
		if row.over = nil; r.Over {
			row.over = &overFlight{*base, row.provenance, b.now}
		}
		if number != key {
			r.Flight.ID = key
		}
		r.Flight.Number = number
		row.derived = max(row.newest(), r.asOf(b.now))
	}
	b.alter(key, &row, r.Change)
	return Outcome{Change: r.Change}, nil
}

// alter applies a complete change to the base of a row, and publishes the part of it that is not overridden.
func (b *Batch) alter(key string, row *batchRow, c Change) {
	defer func() { b.put(key, *row) }()
	c.Board = nil
	if row.override == nil {
		b.publish(row, c)
		return
	}
	next := *row.override
	switch c.Kind {
	case KindAdd:
		next.Base, next.Removed = c.Flight, false
	case KindUpdate:
		next.Base = next.Base.With(&c.Flight, c.news())
	case KindRemove:
		next.Base, next.Removed = Flight{}, true
	}
	row.override, row.overridden = &next, true
	if !row.isHidden() && (row.isShown || c.Kind == KindAdd) {
		b.publish(row, next.override(c))
	}
}

// replace merges a report of the whole board.
func (b *Batch) replace(r *Report) (Outcome, error) {
	flights := slices.Clone(r.Board)
	shown := make([]Flight, 0, len(flights))
	rows := make(map[string]batchRow, len(flights))
	away := make(map[string]batchRow) // flights that are over, and only repeated
	for i := range flights {
		f := &flights[i]
		row := b.row(f.Key())
		if !r.Published {
			f.Overridden, f.Dated = "", ""
			f.foldState()
			base, known := row.base()
			if b.Calendar != nil {
				f.Dated = b.dateOf(f, base, &Report{Change: Change{Flight: *f}, Stamp: r.Stamp})
			}
			if !known && row.over != nil {
				one := Report{Change: Change{Kind: KindAdd, Flight: *f}, Source: r.Source, Stamp: r.Stamp}
				if repeated := row.over.repeatedBy(&one, b.now); repeated != nil {
					row.over = repeated
					away[f.Key()] = row
					continue
				}
			}
		}
		row.provenance = provenance{source: r.Source}
		row.shown, row.isShown = *f, true
		if row.override != nil {
			row.override = &OverriddenFlight{Override: row.override.Override, Base: *f}
			row.overridden = true
			row.shown, row.isShown = row.override.Apply(f), !row.isHidden()
		}
		if row.isShown {
			shown = append(shown, row.shown)
		}
		rows[f.Key()] = row
	}
	if most := b.board.MaxFlights; most > 0 && len(shown) > most {
		return Outcome{}, errFull(most)
	}
	for _, key := range b.keys() {
		if _, ok := rows[key]; ok {
			continue
		}
		row := b.row(key)
		if _, there := row.base(); !there && !row.isShown {
			continue
		}
		row.shown, row.isShown = Flight{}, false
		if row.override != nil {
			row.override, row.overridden = &OverriddenFlight{Override: row.override.Override, Removed: true}, true
		}
		rows[key] = row
	}
	for _, all := range [...]map[string]batchRow{rows, away} {
		for key, row := range all {
			b.put(key, row)
		}
	}
	b.flights = len(shown)
	b.changes = append(b.changes, PublishedChange{Change{Kind: KindReplace, Board: shown}, b.merged - 1})
	return Outcome{Change: Change{Kind: KindReplace, Board: flights}}, nil
}

// Idle counts reports that are not published, by reason.
type Idle struct {
	Older    int // than what is on the board
	Repeated int // what is on the board
	Removed  int // about a flight that was removed, older than the removal or without news
}

// Idle returns how many reports of the batch were not published.
func (b *Batch) Idle() Idle { return b.idle }

func idle(r *Report, count *int) Outcome {
	*count++
	c := r.Change
	c.Kind = KindUpdate
	return Outcome{Change: c, Idle: true}
}

// ahead is how far in the future a stamp may lie, in microseconds: clocks differ.
const ahead = minute * 1e6

// sane is a moment that has passed, in Unix microseconds: a server's clock that is before it is wrong, as one without a
// battery is at first, and does not judge the stamps that are after it. It is 2026-01-01.
const sane = 1_767_225_600 * 1e6

// checkStamp rejects a stamp in the future: until then it would make all other reports older than itself. A stamp from
// before 1970 is the oldest that there is; 0 would be none.
func (b *Batch) checkStamp(r *Report) error {
	if r.Stamp < 0 {
		r.Stamp = 1
	}
	by := r.Stamp - b.now
	if by <= ahead || b.now == 0 || r.Published || b.now < sane && r.Stamp >= sane {
		return nil
	}
	const format = "is %d min ahead of the server's clock: want UTC with Z, or local time with its offset"
	return inField("stamp", fmt.Errorf(format, by/(minute*1e6)))
}

func (b *Batch) checkRoom() error {
	if most := b.board.MaxFlights; most > 0 && b.flights >= most {
		return errFull(most)
	}
	return nil
}

func errFull(most int) error {
	return fmt.Errorf("the board is full: it holds at most %d flights", most)
}

// An UnknownFlightError is about an update or a removal of a flight that is not on the board.
type UnknownFlightError struct{ Key string }

func (e *UnknownFlightError) Error() string {
	return fmt.Sprintf("flight %q is not on the board", e.Key)
}

func errUnknownFlight(key string) error { return &UnknownFlightError{key} }

func errUntil(text string) error { return inField("until", errors.New(text)) }
