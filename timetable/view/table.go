package view

import (
	"time"

	"flightboard/timetable"
)

// A Surface is where rows are drawn. Rows have numbers, which a Table chooses, and reuses after Remove. A row that is
// inserted or moved after None becomes the first. Only one goroutine calls a Surface.
type Surface interface {
	// Columns sets the columns that are shown, and adds and removes the cells of every row. New cells are empty.
	Columns(timetable.Fields)
	// Insert makes a row with empty cells, without a sign. It is highlighted if its flight has just entered the board.
	Insert(r Row, key string, after Row, highlight bool)
	// Move moves a row, which stays the same element.
	Move(r, after Row)
	// Remove removes a row. It may fade first if its flight has just left the board.
	Remove(r Row, fade bool)
	// SetText writes a cell.
	SetText(r Row, c timetable.Field, text string)
	// Mark marks a cell whose text has just changed, or ends the mark.
	Mark(r Row, c timetable.Field, on bool)
	// SetSign gives the row the sign of a state, or none for "".
	SetSign(r Row, sign string)
	// SetTooltip writes a row's tooltip, and names the fields that are overridden. The tooltip belongs to the cell of
	// the state, and is removed with it.
	SetTooltip(r Row, tooltip, overridden string)
	// Announce makes a screen reader announce a text.
	Announce(text string)
}

// A Row is the number of a row on a surface.
type Row int

// None is no row.
const None Row = -1

// A Table keeps the rows of a surface equal to flights of a board. The zero value is a table without rows, on which the
// first four columns are shown. A flight's row is the same one for as long as the flight is among those drawn.
//
// A drawing that changes nothing calls no method of the Surface and allocates nothing.
type Table struct {
	columns  timetable.Fields
	rows     []*row // as on the surface, from the top
	next     []*row // as on the board; only while drawing
	byKey    map[string]*row
	free     []Row // numbers of rows that were removed
	pass     uint32
	run      longestRun
	changed  int // cells that the last drawing changed
	zone     Zone
	now      time.Time // of the last tick
	marks    []mark    // on the surface
	restated []*row    // rows whose states have changed since the last summary
}

type row struct {
	number   Row
	key      string
	drawn    timetable.Flight // the flight that the cells show
	sign     string
	marked   timetable.Fields
	before   string // its state at the last summary, if it is restated
	restated bool
	pass     uint32 // the last drawing that found the flight on the board
	old      int    // its place before this drawing; -1: it is new
}

// markedAtMost is the number of changed cells in a drawing beyond which the next drawing marks none. If nearly every
// cell changes, marks do not help the reader, and each costs a style calculation.
const markedAtMost = 64

// Adopt takes over rows that are on the surface already, from the top: row i, with the number i, shows flights[i], in
// these columns, with times in a zone.
func (t *Table) Adopt(flights []timetable.Flight, columns timetable.Fields, zone Zone) {
	*t = Table{byKey: make(map[string]*row, len(flights)), columns: columns, zone: zone}
	for i := range flights {
		f := &flights[i]
		r := &row{number: Row(i), key: f.Key(), drawn: *f, sign: Sign(f)}
		t.rows = append(t.rows, r)
		if t.byKey[r.key] != nil {
			r.key = "" // the second row of a flight is removed by the next drawing
			continue
		}
		t.byKey[r.key] = r
	}
}

// Draw makes the surface equal to the flights, with the fewest calls. Rows that enter are highlighted and rows that
// leave fade, unless the reader has asked for other flights.
func (t *Table) Draw(flights []*timetable.Flight, columns timetable.Fields, zone Zone, s Surface, asked bool) {
	appearing := columns &^ t.shown()
	if columns != t.columns {
		t.columns = columns
		s.Columns(columns)
		for _, r := range t.rows {
			r.marked &= columns
		}
	}
	busy := t.changed > markedAtMost
	t.changed = 0
	if t.match(flights) {
		t.sweep(s, !asked && !busy)
		t.place(s, !asked && !busy)
	}
	old := t.zone
	t.zone = zone
	for i, f := range flights {
		r := t.rows[i]
		if r.drawn != *f || old != zone || appearing != 0 {
			t.write(r, f, s, old, appearing, !busy && !asked)
		}
	}
}

func (t *Table) shown() timetable.Fields {
	if t.columns == 0 {
		t.columns = always
	}
	return t.columns
}

// match finds the row of each flight and makes the missing ones. It reports whether rows have to enter, leave or move.
func (t *Table) match(flights []*timetable.Flight) (differs bool) {
	t.pass++
	t.next = t.next[:0]
	for i, f := range flights {
		if i < len(t.rows) && t.rows[i].key == f.Key() {
			// The usual case: the row is where it was, so no look-up is needed.
			t.rows[i].pass = t.pass
			t.next = append(t.next, t.rows[i])
			continue
		}
		differs = true
		r := t.byKey[f.Key()]
		if r == nil {
			r = &row{number: None, key: f.Key(), old: -1}
			if t.byKey == nil {
				t.byKey = make(map[string]*row)
			}
			t.byKey[r.key] = r
		}
		r.pass = t.pass
		t.next = append(t.next, r)
	}
	return differs || len(t.next) != len(t.rows)
}

// sweep removes the rows whose flights are gone, and numbers the other rows by their places.
func (t *Table) sweep(s Surface, fade bool) {
	kept := t.rows[:0]
	for _, r := range t.rows {
		if r.pass == t.pass {
			r.old = len(kept)
			kept = append(kept, r)
			continue
		}
		s.Remove(r.number, fade)
		r.marked = 0
		t.free = append(t.free, r.number)
		delete(t.byKey, r.key)
	}
	clear(t.rows[len(kept):])
	t.rows = kept
}

// place inserts the new rows and moves the fewest of the others that give the board's order.
func (t *Table) place(s Surface, highlight bool) {
	t.run.find(t.next)
	used := len(t.rows) + len(t.free) // all lower numbers are in use or free
	after := None
	for i, r := range t.next {
		switch {
		case r.old < 0:
			if n := len(t.free); n > 0 {
				r.number, t.free = t.free[n-1], t.free[:n-1]
			} else {
				r.number = Row(used)
				used++
			}
			s.Insert(r.number, r.key, after, highlight)
		case !t.run.has(i):
			s.Move(r.number, after)
		}
		after = r.number
	}
	t.rows = append(t.rows[:0], t.next...)
	clear(t.next)
}

// write writes the cells of a row that differ from the flight. Cells of columns that have just appeared are empty.
func (t *Table) write(r *row, f *timetable.Flight, s Surface, old Zone, appearing timetable.Fields, mark bool) {
	entering := r.old < 0
	d := &r.drawn
	moved := old != t.zone || d.Arrival != f.Arrival || d.Dated != f.Dated // then the texts of times may differ
	for _, c := range Columns {
		if !t.columns.Has(c) || r.drawn.Text(c) == f.Text(c) && !appearing.Has(c) && !(moved && isTime(c)) {
			continue
		}
		before := ""
		if !appearing.Has(c) {
			before = old.Text(&r.drawn, c)
		}
		if text := t.zone.Text(f, c); text != before {
			s.SetText(r.number, c, text)
			if entering {
				continue
			}
			t.changed++
			if mark && old == t.zone && r.drawn.Text(c) != f.Text(c) {
				t.mark(r, c, s)
			}
		}
	}
	if !entering && r.drawn.State != f.State {
		t.keepState(r)
	}
	t.annotate(r, f, s, appearing)
	if sign := Sign(f); sign != r.sign {
		s.SetSign(r.number, sign)
		r.sign = sign
	}
	r.drawn, r.old = *f, 0
}

// enterAtMost is how many rows enter in one drawing. Making a row and laying it out takes the browser some 50 µs, and a
// page of all rows may have ten thousand.
const enterAtMost = 250

// part appends the flights that have rows, and of the others the first enterAtMost. Dst may have the memory of flights.
func (t *Table) part(dst, flights []*timetable.Flight) []*timetable.Flight {
	entering := 0
	for i, f := range flights {
		if key := f.Key(); i >= len(t.rows) || t.rows[i].key != key {
			if t.byKey[key] == nil {
				if entering++; entering > enterAtMost {
					continue
				}
			}
		}
		dst = append(dst, f)
	}
	return dst
}

// held appends the flights that the rows show now, as the board has them; those that have left, as they were drawn.
func (t *Table) shownFlights(dst []*timetable.Flight, b *timetable.Board) []*timetable.Flight {
	for _, r := range t.rows {
		f := b.Flight(r.key)
		if f == nil {
			f = &r.drawn
		}
		dst = append(dst, f)
	}
	return dst
}

// waiting returns how many rows would enter, leave or move if these flights were drawn. On a page that stays full, a
// row that leaves and the one that takes its place count once.
func (t *Table) waiting(flights []*timetable.Flight, full bool) int {
	t.pass++
	t.next = t.next[:0]
	for i, r := range t.rows {
		r.old = i
	}
	same, entering := len(flights) == len(t.rows), 0
	for i, f := range flights {
		key := f.Key()
		if i < len(t.rows) && t.rows[i].key == key {
			t.next = append(t.next, t.rows[i])
			continue
		}
		same = false
		if r := t.byKey[key]; r != nil {
			t.next = append(t.next, r)
		} else {
			entering++
		}
	}
	if same {
		return 0
	}
	t.run.find(t.next)
	moving := 0
	for i := range t.next {
		if !t.run.has(i) {
			moving++
		}
	}
	leaving := len(t.rows) - len(t.next)
	clear(t.next)
	if full && entering == leaving {
		return moving + entering
	}
	return moving + entering + leaving
}
