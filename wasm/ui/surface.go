//go:build js && wasm

package ui

import (
	"strings"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/dom"
)

// A Surface is the page's table, and the live region beside it. It implements [view.Surface], whose errors Take
// returns. It keeps references to the nodes that it has used: a query of the document costs about a microsecond.
type Surface struct {
	dom.Caller
	body    safejs.Value // tbody
	columns timetable.Fields
	blank   safejs.Value // a row with empty cells, to be cloned
	lines   []line       // by view.Row
	leaving int          // rows that are fading
	undo    dom.Undo
}

// maxFading is how many rows may fade at a time. Further ones are removed at once.
const maxFading = 32

var _ view.Surface = (*Surface)(nil)

// A line is a row on the surface. References that have not been needed yet are undefined, as is the zero Value.
type line struct {
	tr    safejs.Value
	ours  bool   // the surface inserted it, so SetText has written all its texts
	cells []cell // by column
}

type cell struct{ td, text safejs.Value }

// NewSurface returns a surface for the table of the document and its rows, which show these columns.
func NewSurface(rows safejs.Value, count int, columns timetable.Fields) (*Surface, error) {
	s := &Surface{lines: make([]line, count)}
	s.body = s.Element("#flights > tbody")
	for i := range s.lines {
		s.lines[i].tr = s.Index(rows, i)
	}
	s.head(columns)
	s.columns = columns
	s.blank = s.newBlank()
	// The end of its animation ends the highlight of an inserted row, and deletes a removed row.
	for _, ending := range []string{"animationend", "animationcancel"} {
		s.undo.Add(s.Listen(s.body, ending, func(event safejs.Value) {
			target, name := s.Get(event, "target"), s.Text(s.Get(event, "animationName"))
			switch left := strings.HasPrefix(s.Text(s.Get(target, "className")), "left"); {
			case left && name == "collapse":
				s.Call(target, "remove")
				s.leaving--
			case !left && strings.HasPrefix(name, "highlight"):
				s.Call(target, "removeAttribute", "class")
			}
		}))
	}
	return s, s.Take()
}

// Close removes the surface's listeners. The page stays as it is.
func (s *Surface) Close() { s.undo.Run() }

// head shows the header cells of these columns.
func (s *Surface) head(columns timetable.Fields) {
	for _, c := range view.Columns {
		th := s.Element(`#flights th[data-col="` + c.String() + `"]`)
		s.Set(th, "hidden", !columns.Has(c))
	}
}

func (s *Surface) newBlank() safejs.Value {
	tr := s.Create("tr")
	for _, c := range view.Columns {
		if s.columns.Has(c) {
			s.Call(tr, "append", s.newCell(c))
		}
	}
	return tr
}

func (s *Surface) newCell(c timetable.Field) safejs.Value {
	td := s.Create("td")
	s.Call(td, "setAttribute", "data-col", c.String())
	return td
}

// Columns implements [view.Surface].
func (s *Surface) Columns(columns timetable.Fields) {
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
				s.Call(s.Index(s.Get(l.tr, "cells"), place), "remove")
				if l.cells != nil {
					l.cells[n] = cell{}
				}
				continue
			case !before.Has(c) && columns.Has(c):
				at := s.Index(s.Get(l.tr, "cells"), place)
				if at.IsUndefined() {
					at = safejs.Null()
				}
				s.Call(l.tr, "insertBefore", s.newCell(c), at)
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
func (s *Surface) Insert(r view.Row, key string, after view.Row, highlight bool) {
	tr := s.Call(s.blank, "cloneNode", true)
	s.Call(tr, "setAttribute", "data-flight", key)
	if int(r) == len(s.lines) {
		s.lines = append(s.lines, line{})
	}
	s.lines[r] = line{tr: tr, ours: true}
	s.put(tr, after)
	switch {
	case !highlight:
	case s.leaving > 0 && s.Get(tr, "nextElementSibling").IsNull():
		s.Set(tr, "className", "entered late") // until the row that fades collapses
	default:
		s.Set(tr, "className", "entered")
	}
}

// Move implements [view.Surface].
func (s *Surface) Move(r, after view.Row) { s.put(s.lines[r].tr, after) }

func (s *Surface) put(tr safejs.Value, after view.Row) {
	if after == view.None {
		s.Call(s.body, "prepend", tr)
	} else {
		s.Call(s.lines[after].tr, "after", tr)
	}
}

// Remove implements [view.Surface]. A row that fades loses its key at once.
func (s *Surface) Remove(r view.Row, fade bool) {
	tr := s.lines[r].tr
	s.lines[r] = line{}
	if !fade || s.leaving >= maxFading {
		s.Call(tr, "remove")
		return
	}
	s.leaving++
	s.Call(tr, "removeAttribute", "data-flight")
	class := "left"
	if s.Truthy(s.Call(s.body, "closest", "#flights:is(:hover, :focus-within)")) {
		class = "left anyway" // the rows move although the reader is in the table
	}
	s.Set(tr, "className", class)
}

// SetText implements [view.Surface]. It writes into the cell's text node, so that a selection in it survives.
func (s *Surface) SetText(r view.Row, c timetable.Field, text string) {
	cell := s.cell(r, c)
	if cell.text.IsUndefined() {
		s.Set(cell.td, "textContent", text)
		if text != "" {
			cell.text = s.Get(cell.td, "firstChild")
		}
	} else {
		s.Set(cell.text, "data", text)
	}
}

// Mark implements [view.Surface].
func (s *Surface) Mark(r view.Row, c timetable.Field, on bool) {
	class := ""
	if on {
		class = "changed"
	}
	s.Set(s.cell(r, c).td, "className", class)
}

// SetSign implements [view.Surface].
func (s *Surface) SetSign(r view.Row, sign string) {
	if sign == "" {
		s.Call(s.lines[r].tr, "removeAttribute", "data-state")
	} else {
		s.Call(s.lines[r].tr, "setAttribute", "data-state", sign)
	}
}

// cell returns the references to a cell. It searches the text node of a cell that was in the page before.
func (s *Surface) cell(r view.Row, c timetable.Field) *cell {
	l := &s.lines[r]
	if l.cells == nil {
		l.cells = make([]cell, len(view.Columns))
	}
	place := 0
	for n, other := range view.Columns {
		if other == c {
			cell := &l.cells[n]
			if cell.td.IsUndefined() {
				cell.td = s.Index(s.Get(l.tr, "cells"), place)
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
func (s *Surface) onlyText(td safejs.Value) safejs.Value {
	const textNode = 3
	first := s.Get(td, "firstChild")
	if s.Err() != nil || first.IsNull() {
		return safejs.Undefined()
	}
	if s.Int(s.Get(first, "nodeType")) != textNode || !s.Get(first, "nextSibling").IsNull() {
		return safejs.Undefined()
	}
	return first
}

// Announce implements [view.Surface]. Apart from the banner, #spoken is the only live region of the page.
func (s *Surface) Announce(text string) { s.Set(s.Element("#spoken"), "textContent", text) }
