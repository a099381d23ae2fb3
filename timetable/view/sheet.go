package view

import (
	"slices"
	"time"

	"flightboard/timetable"
)

// A Sheet is a reader's view of a board: the page of it that they ask for, drawn on a surface, whose rows keep still
// while they are in it. The zero value is the first page, in the board's own order.
//
// Drawing again what is drawn already calls no verb, and allocates nothing.
type Sheet struct {
	Hold      Hold             // what keeps the rows where they are
	Hidden    timetable.Fields // columns that the reader does not want
	Zone      Zone             // in which times are shown
	Announcer Announcer        // what screen readers announce

	list    list
	table   Table
	brought timetable.Fields // columns that the page has brought, until the board is known
	asked   bool             // the reader has asked for the next drawing
	waiting int
	resting time.Duration       // until the hold lets go by itself; 0: it does not
	flights []*timetable.Flight // scratch
}

// Adopt takes over the rows of the page: see [Table.Adopt]. Columns that are empty in all of them stay until Forget,
// because a row on a later page may fill them.
func (s *Sheet) Adopt(flights []timetable.Flight, columns timetable.Fields) {
	s.table.Adopt(flights, columns)
	s.brought, s.list.part = columns, true
	for i := range flights {
		for _, c := range Columns {
			if flights[i].Text(c) != "" {
				s.brought &^= c.Bit() // the board itself knows of it
			}
		}
	}
}

// Forget ends what Adopt has begun: the board is known now, so the columns are the board's.
func (s *Sheet) Forget() {
	if s.list.part {
		s.brought, s.list.part, s.list.fresh = 0, false, false
	}
}

// Collate has names sorted by a collator from now on.
func (s *Sheet) Collate(c Collator) { s.list.collate = c }

// Query is what the reader asks for.
func (s *Sheet) Query() Query { return s.list.query }

// Ask changes what the reader asks for. The next drawing shows it, even while the rows hold still.
func (s *Sheet) Ask(q Query) {
	if slices.Equal(q.Pairs(), s.list.query.Pairs()) {
		return
	}
	s.list.ask(q)
	s.asked = true
}

// Release lets the next drawing apply the waiting changes.
func (s *Sheet) Release() { s.asked = true }

// Total returns how many flights are on all pages, as of the last drawing.
func (s *Sheet) Total() int { return s.list.total }

// Pages returns how many pages there are, at least one, as of the last drawing.
func (s *Sheet) Pages() int { return s.list.pages() }

// Waiting returns how many rows wait to enter, leave or move until the rows are no longer held; 1 if only columns do.
func (s *Sheet) Waiting() int { return s.waiting }

// Shown is the set of columns that are shown of this board.
func (s *Sheet) Shown(b *timetable.Board) timetable.Fields {
	shown := Shown(b) | s.brought
	if left := shown &^ s.Hidden; left != 0 {
		return left
	}
	return shown
}

// Tick tells the sheet the time, before a drawing. It ends old marks, and the hold of a pointer that has not moved.
func (s *Sheet) Tick(now time.Time, surface Surface) {
	s.resting = s.Hold.Tick(now)
	s.table.Tick(now, surface)
}

// Next returns how long after its last tick the sheet has to be ticked and drawn again, even if nothing happens; 0:
// not at all.
func (s *Sheet) Next() time.Duration {
	next := s.table.wait()
	if said := s.Announcer.next(s.table.now); said > 0 && (next == 0 || said < next) {
		next = said
	}
	if s.waiting > 0 && s.resting > 0 && (next == 0 || s.resting < next) {
		next = s.resting
	}
	return next
}

// Draw makes the surface show the page, after changes of the board that amount to d. While the rows are held their
// cells change, and they stay where they are.
func (s *Sheet) Draw(b *timetable.Board, d timetable.Delta, surface Surface) {
	s.list.update(b, d)
	s.waiting = 0
	flights, columns := s.list.page, s.Shown(b)
	if s.Hold.Held() && !s.asked {
		if s.waiting = s.table.waiting(flights, s.list.full()); s.waiting > 0 {
			s.flights = s.table.held(s.flights[:0], b)
			flights = s.flights
		}
		if shown := s.table.shown(); shown != columns { // a column moves the others
			columns = shown
			s.waiting = max(s.waiting, 1)
		}
	}
	s.table.Draw(flights, columns, s.Zone, surface, s.asked)
	s.asked = false
	clear(s.flights)
	s.Announcer.announce(&s.table, surface)
}

// Look sets the columns that the reader has hidden, and the zone in which times are shown.
func (s *Sheet) Look(hidden timetable.Fields, zone Zone) {
	if zone != s.Zone {
		s.list.zone, s.list.fresh = zone, false // a filter finds what the cells say
	}
	if hidden != s.Hidden || zone != s.Zone {
		s.Hidden, s.Zone, s.asked = hidden, zone, true
	}
}
