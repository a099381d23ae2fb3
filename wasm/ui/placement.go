//go:build js && wasm

package ui

import (
	"strconv"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/view"
)

// A table of many rows has several tbodies, of which the browser skips those that are out of sight: see data-long in
// the style. Each has about groupSize rows, and twice as many at most. Others may add and remove rows, so the document
// is asked which rows are where.
const groupSize = 50

// A placement collects rows that are put one after the other, so that they are put in one call, and rows that leave.
type placement struct {
	rows    []any    // elements
	after   view.Row // the row before the first
	last    view.Row
	removed []any // elements
	changed bool  // rows have been put or have left since the last settle
}

// put puts a row after another one when flush is called.
func (s *Surface) put(r, after view.Row) {
	p := &s.placement
	if len(p.rows) == 0 || after != p.last {
		s.flush()
		p.after = after
	}
	p.rows, p.last = append(p.rows, s.lines[r].tr), r
}

// take removes a row's element from the document when flush is called.
func (s *Surface) take(tr safejs.Value) {
	s.placement.removed = append(s.placement.removed, tr)
}

// flush puts the collected rows into the document, and removes others from it.
func (s *Surface) flush() {
	p := &s.placement
	p.changed = p.changed || len(p.rows)+len(p.removed) > 0
	for rows := p.removed; len(rows) > 0; {
		n := min(len(rows), 10*groupSize)
		s.Call(s.Create("tbody"), "append", rows[:n]...) // where nobody looks for them
		rows = rows[n:]
	}
	if len(p.rows) > 0 {
		s.place(p.rows, p.after)
	}
	clear(p.removed)
	clear(p.rows)
	p.removed, p.rows = p.removed[:0], p.rows[:0]
}

// place puts rows into the group of the row that they follow, or, if they are too many for it, into new ones.
func (s *Surface) place(rows []any, after view.Row) {
	var group safejs.Value
	before := safejs.Null()
	if after == view.None {
		group = s.Element("#flights > tbody")
	} else {
		before = s.lines[after].tr
		group = s.Get(before, "parentNode")
	}
	if s.Int(s.Get(group, "childElementCount"))+len(rows) <= 2*groupSize {
		if before.IsNull() {
			s.Call(group, "prepend", rows...)
		} else {
			s.Call(before, "after", rows...)
		}
		return
	}
	place := "before"
	if !before.IsNull() {
		s.split(group, before)
		place = "after"
		n := min(len(rows), max(0, groupSize-s.Int(s.Get(group, "childElementCount"))))
		s.Call(before, "after", rows[:n]...)
		rows = rows[n:]
	}
	for len(rows) > 0 {
		n := min(len(rows), groupSize)
		next := s.Create("tbody")
		s.Call(next, "append", rows[:n]...)
		s.Call(group, place, next)
		rows, group, place = rows[n:], next, "after"
	}
}

// split moves the rows after one of a group into a new group.
func (s *Surface) split(group, last safejs.Value) {
	var rest []any
	for tr := s.Get(last, "nextElementSibling"); s.Truthy(tr); tr = s.Get(tr, "nextElementSibling") {
		rest = append(rest, tr)
	}
	if len(rest) > 0 {
		s.noteFocus()
		next := s.Create("tbody")
		s.Call(next, "append", rest...)
		s.Call(group, "after", next)
	}
}

// tidy removes groups that have become empty, except the last one. It tells the style how many rows each has, and
// whether it begins with an even one.
func (s *Surface) tidy() {
	if !s.placement.changed {
		return
	}
	s.placement.changed = false
	above, group := 0, s.Element("#flights > tbody")
	for s.Truthy(group) {
		next := s.Get(group, "nextElementSibling")
		n := s.Int(s.Get(group, "childElementCount"))
		if n == 0 && (above > 0 || !next.IsNull()) {
			s.Call(group, "remove")
		} else if above > 0 || !next.IsNull() {
			s.Call(s.Get(group, "style"), "setProperty", "--rows", strconv.Itoa(n))
			s.Call(group, "toggleAttribute", "data-odd", above%2 == 1)
		}
		group, above = next, above+n
	}
}
