package view

import (
	"time"

	"flightboard/timetable"
)

// Marked is how long a cell stays marked after its last change.
const Marked = 3 * time.Second

// A mark is a marked cell on the surface.
type mark struct {
	row    *row
	column timetable.Field
	until  time.Time
}

// mark marks a cell, or prolongs its mark, which needs no call of the surface.
func (t *Table) mark(r *row, c timetable.Field, s Surface) {
	until := t.now.Add(Marked)
	if !r.marked.Has(c) {
		r.marked |= c.Bit()
		t.marks = append(t.marks, mark{r, c, until})
		s.Mark(r.number, c, true)
		return
	}
	for i := range t.marks {
		if m := &t.marks[i]; m.row == r && m.column == c {
			m.until = until
			return
		}
	}
}

// Tick sets the time of the next drawing, and ends old marks.
func (t *Table) Tick(now time.Time, s Surface) {
	t.now = now
	kept := t.marks[:0]
	for _, m := range t.marks {
		switch {
		case !m.row.marked.Has(m.column): // the mark was removed with its row or column
		case m.until.After(now):
			kept = append(kept, m)
		default:
			m.row.marked &^= m.column.Bit()
			s.Mark(m.row.number, m.column, false)
		}
	}
	clear(t.marks[len(kept):])
	t.marks = kept
}

// wait returns how long after the last tick the first mark ends; 0: nothing is marked.
func (t *Table) wait() (first time.Duration) {
	for _, m := range t.marks {
		if left := m.until.Sub(t.now); first == 0 || left < first {
			first = left
		}
	}
	return first
}
