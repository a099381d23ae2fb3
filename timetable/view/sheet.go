package view

import (
	"slices"
	"time"

	"flightboard/timetable"
)

// A Sheet is a reader's view of a board: one page of it, drawn on a surface. While the reader is in the table its rows
// stay where they are. The zero value is the first page, in the board's own order.
//
// A drawing that changes nothing calls no method of the Surface and allocates nothing.
type Sheet struct {
	Hold      Hold             // whether the rows stay where they are
	Hidden    timetable.Fields // columns that the reader has hidden
	Zone      Zone             // in which times are shown
	Clock     Clock            // the board's clock
	Announcer Announcer        // what screen readers announce

	list     list
	table    Table
	adopted  timetable.Fields // columns that the page has brought, until the board is known
	asked    bool             // the reader has asked for the next drawing
	more     bool             // something is left for the next drawing
	waiting  int
	holdEnds time.Duration       // until the hold ends without another event; 0: it does not
	dayOf    moment              // for which the board's day was computed last
	dayEnds  time.Duration       // until the board's day may be another; 0: no flight has a date
	flights  []*timetable.Flight // scratch
}

// Adopt takes over the rows of the page: see [Table.Adopt]. Columns that are empty in all of them stay until Forget,
// because a row on a later page may fill them. Today is the board's day for which the rows were written; 0: none.
func (s *Sheet) Adopt(flights []timetable.Flight, columns timetable.Fields, today int64) {
	s.table.Adopt(flights, columns, Airport.On(today))
	s.adopted, s.list.part = columns, true
	for i := range flights {
		for _, c := range Columns {
			if flights[i].Text(c) != "" {
				s.adopted &^= c.Bit() // the board has it
			}
		}
	}
}

// Forget ends the effect of Adopt: the board is known, so the columns are the board's.
func (s *Sheet) Forget() {
	if s.list.part {
		s.adopted, s.list.part, s.list.fresh = 0, false, false
	}
}

// Collate sets the collator that sorts names.
func (s *Sheet) Collate(c Collator) { s.list.collate = c }

// Query returns the reader's query.
func (s *Sheet) Query() Query { return s.list.query }

// Ask sets the reader's query. The next drawing shows it, even while the rows are held.
func (s *Sheet) Ask(q Query) {
	if slices.Equal(q.Pairs(), s.list.query.Pairs()) {
		return
	}
	s.list.ask(q)
	s.asked = true
}

// Pin puts the flights with these keys first on every page, if they match the query, in the query's order. The next
// drawing moves the rows even while they are held if the reader has asked for that. The sheet keeps the keys.
func (s *Sheet) Pin(keys []string, asked bool) {
	s.list.pins, s.list.fresh, s.table.starred = keys, false, false
	s.asked = s.asked || asked
}

// Pinned returns how many pinned flights the page has, as of the last drawing.
func (s *Sheet) Pinned() int { return s.list.pinned }

// More reports whether the last drawing has left rows or texts to the next one, which should follow with the browser's
// next frame.
func (s *Sheet) More() bool { return s.more }

// Len returns how many rows the page has.
func (s *Sheet) Len() int { return len(s.list.page) }

// Columns returns the columns that are drawn.
func (s *Sheet) Columns() timetable.Fields { return s.table.shown() }

// Release lets the next drawing apply the waiting changes.
func (s *Sheet) Release() { s.asked = true }

// Total returns how many flights are on all pages, as of the last drawing.
func (s *Sheet) Total() int { return s.list.total }

// Page returns which page is drawn, from 0. While the board is not known wholly the query may ask for a later one.
func (s *Sheet) Page() int { return max(0, min(s.list.query.Page, s.list.pages()-1)) }

// Known reports whether the board is known wholly, so that the query's page is the one that is drawn.
func (s *Sheet) Known() bool { return !s.list.part }

// Pages returns how many pages there are, at least one, as of the last drawing.
func (s *Sheet) Pages() int { return s.list.pages() }

// Waiting returns how many rows wait to enter, leave or move until the rows are no longer held; 1 if only columns do.
func (s *Sheet) Waiting() int { return s.waiting }

// Shown returns the set of columns that the sheet shows of a board.
func (s *Sheet) Shown(b *timetable.Board) timetable.Fields {
	shown := Shown(b) | s.adopted
	if left := shown &^ s.Hidden; left != 0 {
		return left
	}
	return shown
}

// Tick sets the time of the next drawing. It ends old marks, and the hold of a pointer that has not moved.
func (s *Sheet) Tick(now time.Time, surface Surface) {
	s.holdEnds = s.Hold.Tick(now)
	s.table.Tick(now, surface)
}

// Next returns how long after its last tick the sheet has to be ticked and drawn again, even if nothing happens; 0:
// not at all.
func (s *Sheet) Next() time.Duration {
	next := s.table.wait()
	if wait := s.Announcer.next(s.table.now); wait > 0 && (next == 0 || wait < next) {
		next = wait
	}
	if s.dayEnds > 0 && (next == 0 || s.dayEnds < next) {
		next = s.dayEnds
	}
	if s.waiting > 0 && s.holdEnds > 0 && (next == 0 || s.holdEnds < next) {
		next = s.holdEnds
	}
	return next
}

// Draw draws the page on the surface; d is the sum of the board's changes since the last drawing. While the rows are
// held, their cells change and the rows stay where they are.
func (s *Sheet) Draw(b *timetable.Board, d timetable.Delta, surface Surface) {
	zone := s.date(b, d)
	s.list.update(b, d)
	s.waiting = 0
	flights, columns := s.list.page, s.Shown(b)
	if s.Hold.Held() && !s.asked {
		if s.waiting = s.table.waiting(flights, s.list.full()); s.waiting > 0 {
			s.flights = s.table.shownFlights(s.flights[:0], b)
			flights = s.flights
		}
		if shown := s.table.shown(); shown != columns { // a new column moves the others
			columns = shown
			s.waiting = max(s.waiting, 1)
		}
	}
	left := 0
	if n := len(flights); n > enterFirst {
		s.flights = s.table.part(s.flights[:0], flights)
		flights, left = s.flights, n-len(s.flights)
	}
	s.table.days, s.table.waits = s.list.query.dayOrder(), s.waiting > 0
	unplaced, more := s.table.Draw(flights, columns, zone, surface, s.asked)
	s.table.star(s.list.pins, surface)
	s.more = more || left > 0
	// The rows that are left are no news, and neither are those that the page has not brought of what was asked for.
	s.asked = unplaced || left > 0 || s.asked && s.list.part
	clear(s.flights)
	s.Announcer.announce(&s.table, surface)
}

// A moment is a quarter of an hour of a board's clock, in a zone. A day begins with one in all zones.
type moment struct {
	zone    Zone
	quarter int64
	known   bool
}

// date returns the zone with the board's day. It computes the day only if another moment has come, or the flights or
// their times have changed.
func (s *Sheet) date(b *timetable.Board, d timetable.Delta) Zone {
	zone, now := s.Zone.On(s.list.zone.today), s.Clock.unix(s.table.now)
	at := moment{s.Zone, now / (15 * minute), true}
	if at != s.dayOf || d.Entered > 0 || d.Left > 0 || d.Fields&orderFields != 0 {
		s.dayOf = at
		zone = zone.On(zone.Today(b, now))
	}
	if s.dayEnds = 0; zone.today != 0 {
		s.dayEnds = s.Clock.until(s.table.now)
	}
	if zone != s.list.zone {
		s.list.zone, s.list.fresh = zone, false // filters compare the texts of cells
	}
	return zone
}

// SetDisplay sets the columns that the reader has hidden, and the zone in which times are shown.
func (s *Sheet) SetDisplay(hidden timetable.Fields, zone Zone) {
	if hidden != s.Hidden || zone != s.Zone {
		s.Hidden, s.Zone, s.asked = hidden, zone, true
	}
}
