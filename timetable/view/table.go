package view

import (
	"time"

	"flightboard/timetable"
)

// A Surface is where rows are drawn. Rows have numbers, which a Table chooses, and reuses after Remove. A row that is
// inserted or moved after None becomes the first. Only one goroutine calls a Surface.
type Surface interface {
	// Columns sets the columns that are shown, and whose cells new rows have. Those of other rows stay as they are.
	Columns(timetable.Fields)
	// FitRow adds and removes cells of a row, so that it has those of the columns. New cells are empty.
	FitRow(r Row)
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
	// SetStar gives a row the button that follows its flight, which is named by its number, and marks a row that is
	// followed. Every row gets it.
	SetStar(r Row, number string, on bool)
	// BeginDay marks a row as the first of a day, counted from 1970-01-01, or ends the mark for 0.
	BeginDay(r Row, day int64)
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
	from     int // the row at which the next drawing begins to write
	changed  int // cells that the last drawing changed
	zone     Zone
	now      time.Time // of the last tick
	marks    []mark    // on the surface
	restated []*row    // rows whose states have changed since the last summary
	starred  bool      // every row has the star that it should have

	days      dayOrder // of the flights that are drawn next
	waits     bool     // the flights that are drawn next are not in their order
	dividedBy dayOrder // the order in which rows have their days
	divided   bool     // the marks of days are right
	redated   bool     // the language has changed since their dates were written
}

type row struct {
	number   Row
	key      string
	drawn    timetable.Flight // the flight that the cells show
	zone     Zone             // in which they show times
	columns  timetable.Fields // that the row has cells of
	sign     string
	marked   timetable.Fields
	before   string // its state at the last summary, if it is restated
	restated bool
	state    string // the text of the state's cell, in the language of that time
	reworded bool   // the language has changed since its texts were written
	star     uint8
	pass     uint32 // the last drawing that found the flight on the board
	old      int    // its place before this drawing; -1: it is new
	place    int    // its place among the flights, if a drawing has left moves
	day      int64  // of its time in the order of days
	begins   int64  // the day that begins with it, as marked
	put      bool   // this drawing has inserted or moved it; only meaningful if it has left moves
}

// markedAtMost is the number of changed cells in a drawing beyond which the next drawing marks none. If nearly every
// cell changes, marks do not help the reader, and each costs a style calculation.
const markedAtMost = 64

// Adopt takes over rows that are on the surface already, from the top: row i, with the number i, shows flights[i], in
// these columns, with times in a zone.
func (t *Table) Adopt(flights []timetable.Flight, columns timetable.Fields, zone Zone) {
	*t = Table{byKey: make(map[string]*row, len(flights)), columns: columns, zone: zone, dividedBy: byDue}
	before := int64(0)
	for i := range flights {
		f := &flights[i]
		r := &row{number: Row(i), key: f.Key(), drawn: *f, zone: zone, columns: columns, sign: Sign(f), state: f.State}
		r.day = zone.dayOf(f, byDue)
		r.begins, before = zone.begins(r.day, before), r.day
		t.rows = append(t.rows, r)
		if t.byKey[r.key] != nil {
			r.key = "" // the second row of a flight is removed by the next drawing
			continue
		}
		t.byKey[r.key] = r
	}
}

// Draw makes the surface equal to the flights, with the fewest calls. Rows that enter are highlighted and rows that
// leave fade, unless the reader has asked for other flights. Unplaced reports whether rows have yet to be moved, more
// whether rows have yet to be moved or written: see movesAtMost and workAtMost.
func (t *Table) Draw(
	flights []*timetable.Flight, columns timetable.Fields, zone Zone, s Surface, asked bool,
) (unplaced, more bool) {
	if t.shown() != columns {
		t.columns = columns
		s.Columns(columns)
	}
	busy := t.changed > markedAtMost
	t.changed = 0
	t.zone = zone
	if t.match(flights) {
		t.divided = false
		t.sweep(s, !asked && !busy)
		unplaced = t.arrange(s, !asked && !busy)
	}
	work, from := 0, t.from
	t.from = 0
	for n := range flights {
		i := (from + n) % len(flights)
		r, f := t.next[i], flights[i]
		if r.drawn == *f && r.zone == zone && r.columns == columns && !r.reworded {
			continue
		}
		if work < workAtMost || r.old < 0 {
			work += t.write(r, f, s, !busy && !asked)
		} else if !more {
			t.from, more = i, true
		}
	}
	clear(t.next)
	t.redate(s)
	if !unplaced && !t.waits {
		t.divide(t.days, s)
	}
	return unplaced, unplaced || more
}

// workAtMost is how much is written in one drawing beside the rows that enter, so that the browser can answer the
// reader before the next one. A row counts 1, a text textWork more, a change of its columns columnWork. The next
// drawing continues with the next row.
const (
	workAtMost = 3000
	textWork   = 2
	columnWork = 10
)

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

// movesAtMost is how many rows move in one drawing.
const movesAtMost = 2000

// arrange inserts the new rows and moves the fewest of the others that give the order of the flights. It reports
// whether it has left moves, because they would be more than movesAtMost; the rows are then as far as that in order.
func (t *Table) arrange(s Surface, highlight bool) (left bool) {
	t.run.find(t.next)
	used := len(t.rows) + len(t.free) // all lower numbers are in use or free
	after, moves := None, 0
	for i, r := range t.next {
		r.place, r.put = i, true
		switch {
		case r.old < 0:
			if n := len(t.free); n > 0 {
				r.number, t.free = t.free[n-1], t.free[:n-1]
			} else {
				r.number = Row(used)
				used++
			}
			r.columns, r.zone = t.columns, t.zone
			t.starred = false
			s.Insert(r.number, r.key, after, highlight)
		case t.run.has(i):
			r.put = false
		case moves == movesAtMost:
			r.put, left = false, true
		default:
			s.Move(r.number, after)
			moves++
		}
		after = r.number
	}
	if left {
		t.rows = t.arranged()
	} else {
		t.rows = append(t.rows[:0], t.next...)
	}
	return left
}

// arranged returns the rows as they are on the surface: each that has stayed, and after it those that were put there.
func (t *Table) arranged() []*row {
	rows := make([]*row, 0, len(t.next))
	follow := func(i int) {
		for ; i < len(t.next) && t.next[i].put; i++ {
			rows = append(rows, t.next[i])
		}
	}
	follow(0)
	for _, r := range t.rows {
		if !r.put {
			rows = append(rows, r)
			follow(r.place + 1)
		}
	}
	return rows
}

// write writes the cells of a row that differ from the flight, and returns how much work that was. Cells of columns
// that appear are empty before.
func (t *Table) write(r *row, f *timetable.Flight, s Surface, mark bool) (work int) {
	work = 1
	appearing := t.columns &^ r.columns
	if r.columns != t.columns {
		s.FitRow(r.number)
		r.marked &= t.columns
		r.columns = t.columns
		work += columnWork
	}
	entering := r.old < 0
	old := r.zone
	d := &r.drawn
	moved := old != t.zone || d.Arrival != f.Arrival || d.Dated != f.Dated // then the texts of times may differ
	for _, c := range Columns {
		reworded := r.reworded && c == timetable.FieldState
		if !t.columns.Has(c) || d.Text(c) == f.Text(c) && !appearing.Has(c) && !(moved && isTime(c)) && !reworded {
			continue
		}
		before := ""
		switch {
		case appearing.Has(c):
		case c == timetable.FieldState:
			before = r.state
		default:
			before = old.Text(d, c)
		}
		text := t.zone.Text(f, c)
		if c == timetable.FieldState {
			r.state = text
		}
		if text != before {
			s.SetText(r.number, c, text)
			work += textWork
			if entering {
				continue
			}
			t.changed++
			if mark && old == t.zone && d.Text(c) != f.Text(c) {
				t.mark(r, c, s)
			}
		}
	}
	if d.Number != f.Number {
		r.star, t.starred = noStar, false
	}
	if !entering && d.State != f.State {
		t.keepState(r)
	}
	t.annotate(r, f, s, appearing)
	if sign := Sign(f); sign != r.sign {
		s.SetSign(r.number, sign)
		r.sign = sign
	}
	r.drawn, r.zone, r.old, r.reworded = *f, t.zone, 0, false
	if day := t.zone.dayOf(f, t.dividedBy); day != r.day || old != t.zone {
		r.day, t.divided = day, false
	}
	return work
}

// enterAtMost is how many rows enter in one drawing, and enterFirst how many as long as there are few. Making a row and
// laying it out takes the browser some 50 µs, the first ones, from which it gets the widths of the columns, 500. A page
// of all rows may have ten thousand.
const (
	enterAtMost = 250
	enterFirst  = 50
)

// part appends the flights that have rows, and of the others as many as may enter. Dst may have the memory of flights.
func (t *Table) part(dst, flights []*timetable.Flight) []*timetable.Flight {
	entering, most := 0, enterAtMost
	if len(t.rows) < enterAtMost {
		most = enterFirst
	}
	for i, f := range flights {
		if key := f.Key(); i >= len(t.rows) || t.rows[i].key != key {
			if t.byKey[key] == nil {
				if entering++; entering > most {
					continue
				}
			}
		}
		dst = append(dst, f)
	}
	return dst
}
