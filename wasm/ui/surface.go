//go:build js && wasm

package main

import (
	"strings"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

// A surface is the page's table. It implements [view.Surface] and keeps handles of what it has touched, because each
// look into the document costs about a microsecond, and a handle nothing.
type surface struct {
	dom
	document safejs.Value
	body     safejs.Value // tbody
	columns  timetable.Fields
	blank    safejs.Value // a row with empty cells, to be cloned
	lines    []line       // by view.Row
	leaving  int          // rows that are fading
	undo     []func()     // what the surface has registered
}

// fading is how many rows may fade at a time. Where more leave at once they just go.
const fading = 32

var _ view.Surface = (*surface)(nil)

// A line is a row on the surface. Handles that have not been needed yet are undefined, as is the zero Value.
type line struct {
	tr    safejs.Value
	ours  bool   // it was inserted, so it has no text but what was written into it
	cells []cell // by column
}

type cell struct{ td, text safejs.Value }

// newSurface takes over the table of the document with the rows that it has, which show these columns.
func newSurface(rows safejs.Value, count int, columns timetable.Fields) (*surface, error) {
	s := &surface{lines: make([]line, count)}
	s.document = s.get(safejs.Global(), "document")
	s.body = s.element("#flights > tbody")
	for i := range s.lines {
		s.lines[i].tr = s.index(rows, i)
	}
	s.head(columns)
	s.columns = columns
	s.blank = s.newBlank()
	// The mark of a row that has come is gone when its animation is, and a row that has left when it has shut.
	for _, ending := range []string{"animationend", "animationcancel"} {
		s.undo = append(s.undo, s.listen(s.body, ending, func(event safejs.Value) {
			target, name := s.get(event, "target"), s.text(s.get(event, "animationName"))
			switch left := strings.HasPrefix(s.text(s.get(target, "className")), "left"); {
			case left && name == "shut":
				s.call(target, "remove")
				s.leaving--
			case !left && strings.HasPrefix(name, "news"):
				s.call(target, "removeAttribute", "class")
			}
			if err := s.take(); err != nil {
				report(err)
			}
		}))
	}
	return s, s.take()
}

// end takes back what the surface has registered.
func (s *surface) end() {
	for _, undo := range s.undo {
		undo()
	}
}

// head shows the header cells of these columns.
func (s *surface) head(columns timetable.Fields) {
	for _, c := range view.Columns {
		th := s.element(`#flights th[data-col="` + c.String() + `"]`)
		s.set(th, "hidden", !columns.Has(c))
	}
}

func (s *surface) newBlank() safejs.Value {
	tr := s.call(s.document, "createElement", "tr")
	for _, c := range view.Columns {
		if s.columns.Has(c) {
			s.call(tr, "append", s.newCell(c))
		}
	}
	return tr
}

func (s *surface) newCell(c timetable.Field) safejs.Value {
	td := s.call(s.document, "createElement", "td")
	s.call(td, "setAttribute", "data-col", c.String())
	return td
}

// Columns implements [view.Surface].
func (s *surface) Columns(columns timetable.Fields) {
	s.head(columns)
	before := s.columns
	for i := range s.lines {
		l := &s.lines[i]
		if l.tr.IsUndefined() {
			continue
		}
		place := 0
		for n, c := range view.Columns {
			switch {
			case before.Has(c) && !columns.Has(c):
				s.call(s.index(s.get(l.tr, "cells"), place), "remove")
				if l.cells != nil {
					l.cells[n] = cell{}
				}
				continue
			case !before.Has(c) && columns.Has(c):
				at := s.index(s.get(l.tr, "cells"), place)
				if at.IsUndefined() {
					at = safejs.Null()
				}
				s.call(l.tr, "insertBefore", s.newCell(c), at)
			}
			if columns.Has(c) {
				place++
			}
		}
	}
	s.columns = columns
	s.blank = s.newBlank()
}

// Insert implements [view.Surface].
func (s *surface) Insert(r view.Row, key string, after view.Row, news bool) {
	tr := s.call(s.blank, "cloneNode", true)
	s.call(tr, "setAttribute", "data-flight", key)
	if int(r) == len(s.lines) {
		s.lines = append(s.lines, line{})
	}
	s.lines[r] = line{tr: tr, ours: true}
	s.put(tr, after)
	switch {
	case !news:
	case s.leaving > 0 && s.get(tr, "nextElementSibling").IsNull():
		s.set(tr, "className", "entered late") // there is no room yet
	default:
		s.set(tr, "className", "entered")
	}
}

// Move implements [view.Surface].
func (s *surface) Move(r, after view.Row) { s.put(s.lines[r].tr, after) }

func (s *surface) put(tr safejs.Value, after view.Row) {
	if after == view.None {
		s.call(s.body, "prepend", tr)
	} else {
		s.call(s.lines[after].tr, "after", tr)
	}
}

// Remove implements [view.Surface]. A row that fades is no flight's row any more.
func (s *surface) Remove(r view.Row, news bool) {
	tr := s.lines[r].tr
	s.lines[r] = line{}
	if !news || s.leaving >= fading {
		s.call(tr, "remove")
		return
	}
	s.leaving++
	s.call(tr, "removeAttribute", "data-flight")
	class := "left"
	if s.yes(s.call(s.body, "closest", "#flights:is(:hover, :focus-within)")) {
		class = "left anyway" // a reader in the table no longer holds the rows
	}
	s.set(tr, "className", class)
}

// SetText implements [view.Surface]. A text node is kept and written into, so that a selection in it survives.
func (s *surface) SetText(r view.Row, c timetable.Field, text string) {
	cell := s.cell(r, c)
	if cell.text.IsUndefined() {
		s.set(cell.td, "textContent", text)
		if text != "" {
			cell.text = s.get(cell.td, "firstChild")
		}
	} else {
		s.set(cell.text, "data", text)
	}
}

// Mark implements [view.Surface].
func (s *surface) Mark(r view.Row, c timetable.Field, on bool) {
	class := ""
	if on {
		class = "changed"
	}
	s.set(s.cell(r, c).td, "className", class)
}

// SetSign implements [view.Surface].
func (s *surface) SetSign(r view.Row, sign string) {
	if sign == "" {
		s.call(s.lines[r].tr, "removeAttribute", "data-state")
	} else {
		s.call(s.lines[r].tr, "setAttribute", "data-state", sign)
	}
}

// cell returns the handles of a cell. It looks for the text node of one that the page has brought.
func (s *surface) cell(r view.Row, c timetable.Field) *cell {
	l := &s.lines[r]
	if l.cells == nil {
		l.cells = make([]cell, len(view.Columns))
	}
	place := 0
	for n, other := range view.Columns {
		if other == c {
			cell := &l.cells[n]
			if cell.td.IsUndefined() {
				cell.td = s.index(s.get(l.tr, "cells"), place)
				if !l.ours {
					cell.text = s.onlyText(cell.td)
				}
			}
			return cell
		}
		if s.columns.Has(other) {
			place++
		}
	}
	return nil // there is no such column
}

// onlyText returns the text node of a cell that has nothing else in it, or undefined.
func (s *surface) onlyText(td safejs.Value) safejs.Value {
	const textNode = 3
	first := s.get(td, "firstChild")
	if s.err != nil || first.IsNull() {
		return safejs.Undefined()
	}
	kind, err := s.get(first, "nodeType").Int()
	if err != nil || kind != textNode || !s.get(first, "nextSibling").IsNull() {
		return safejs.Undefined()
	}
	return first
}
