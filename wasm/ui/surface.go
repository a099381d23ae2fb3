//go:build js && wasm

package ui

import (
	"slices"
	"strings"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/dom"
)

// A Surface is the page's table, and the live region beside it. It implements [view.Surface], whose errors Take
// returns. It keeps handles of the elements that it has touched: a look into the document costs about a microsecond, a
// handle nothing. It keeps none of text nodes, which others replace: a translator, for one, wraps each in an element.
type Surface struct {
	dom.Caller
	table     safejs.Value
	texts     texts
	columns   timetable.Fields
	blank     safejs.Value // a row with empty cells, to be cloned
	lines     []line       // by view.Row
	leaving   int          // rows that are fading
	staying   int          // of these, the ones that a reader in the table holds up
	placement placement
	busy      bool // aria-busy
	focus     rowFocus
	stars     safejs.Value // the object of stars.js
	undo      dom.Undo
}

// maxFading is how many rows may fade at a time. Further ones are removed at once.
const maxFading = 32

var _ view.Surface = (*Surface)(nil)

// A line is a row on the surface. References that have not been needed yet are undefined, as is the zero Value.
type line struct {
	tr      safejs.Value
	columns timetable.Fields // that it has cells of
	cells   []safejs.Value   // by place in view.Columns; nil: none has been needed yet
}

// NewSurface takes over the table of the document with the rows that it has, which show these columns. Write is
// boot.js's function that writes texts into cells, stars the object of stars.js.
func NewSurface(rows, write, stars safejs.Value, count int, columns timetable.Fields) (*Surface, error) {
	s := &Surface{lines: make([]line, count), texts: texts{write: write}, stars: stars}
	s.table = s.Element("#flights")
	for i := range s.lines {
		s.lines[i] = line{tr: s.Index(rows, i), columns: columns}
	}
	s.head(columns)
	s.columns = columns
	s.blank = s.newBlank()
	// The end of its animation ends the highlight of an inserted row, and deletes a removed row.
	for _, ending := range []string{"animationend", "animationcancel"} {
		s.undo.Add(s.Listen(s.table, ending, func(event safejs.Value) {
			target, name := s.Get(event, "target"), s.Text(s.Get(event, "animationName"))
			switch left := strings.HasPrefix(s.Text(s.Get(target, "className")), "left"); {
			case left && name == "collapse":
				s.Call(target, "remove")
				s.placement.changed = true
				s.leaving--
				if s.Text(s.Get(target, "className")) == "left" {
					s.stay(-1)
				}
			case !left && strings.HasPrefix(name, "highlight"):
				s.Call(target, "removeAttribute", "class")
			}
		}))
	}
	return s, s.Take()
}

// Close removes the surface's listeners. The page stays as it is.
func (s *Surface) Close() { s.undo.Run() }

// head shows the header cells of these columns, and tells the style which they are.
func (s *Surface) head(columns timetable.Fields) {
	s.Call(s.table, "setAttribute", "data-columns", view.MoreColumns(columns))
	s.Call(s.table, "toggleAttribute", "data-wide", view.Wide(columns))
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
	s.settleHead()
	s.columns = columns
	s.blank = s.newBlank()
}

// FitRow implements [view.Surface].
func (s *Surface) FitRow(r view.Row) {
	l := &s.lines[r]
	if begins := s.Call(l.tr, "getAttribute", "data-begins"); s.Truthy(begins) {
		s.begin(l, safejs.Null())
		defer func() { s.begin(l, begins) }()
	}
	place := 0
	for n, c := range view.Columns {
		switch before, now := l.columns.Has(c), s.columns.Has(c); {
		case before && !now:
			s.Call(s.Index(s.Get(l.tr, "cells"), place), "remove")
			if l.cells != nil {
				l.cells[n] = safejs.Value{}
			}
			continue
		case !before && now:
			at := s.Index(s.Get(l.tr, "cells"), place)
			if at.IsUndefined() {
				at = safejs.Null()
			}
			s.Call(l.tr, "insertBefore", s.newCell(c), at)
		case !now:
			continue
		}
		place++
	}
	l.columns = s.columns
}

// Insert implements [view.Surface].
func (s *Surface) Insert(r view.Row, key string, after view.Row, highlight bool) {
	tr := s.Call(s.blank, "cloneNode", true)
	s.Call(tr, "setAttribute", "data-flight", key)
	if int(r) == len(s.lines) {
		s.lines = append(s.lines, line{})
	}
	s.lines[r] = line{tr: tr, columns: s.columns}
	s.put(r, after)
	if !highlight {
		return
	}
	s.flush()
	switch {
	case s.leaving > 0 && s.Get(tr, "nextElementSibling").IsNull():
		s.Set(tr, "className", "entered late") // until the row that fades collapses
	default:
		s.Set(tr, "className", "entered")
	}
}

// Move implements [view.Surface].
func (s *Surface) Move(r, after view.Row) {
	s.noteFocus()
	s.put(r, after)
}

// Remove implements [view.Surface]. A row that fades is no flight's row any more.
func (s *Surface) Remove(r view.Row, fade bool) {
	s.noteFocus()
	tr := s.lines[r].tr
	s.lines[r] = line{}
	if !fade || s.leaving >= maxFading {
		s.take(tr)
		return
	}
	s.leaving++
	s.Call(tr, "removeAttribute", "data-flight")
	s.Call(tr, "removeAttribute", "data-begins")
	class := "left"
	if s.Truthy(s.Call(s.table, "closest", "#flights:is(:hover, :focus-within)")) {
		class = "left anyway" // a reader in the table no longer holds the rows
	} else {
		s.stay(1)
	}
	s.Set(tr, "className", class)
}

// stay counts the rows that stay while a reader is in the table, and tells the style whether there are any.
func (s *Surface) stay(by int) {
	s.staying += by
	s.Call(s.table, "toggleAttribute", "data-leaving", s.staying > 0)
}

// Mark implements [view.Surface].
func (s *Surface) Mark(r view.Row, c timetable.Field, on bool) {
	class := ""
	if on {
		class = "changed"
	}
	s.Set(s.cell(r, c), "className", class)
}

// SetSign implements [view.Surface].
func (s *Surface) SetSign(r view.Row, sign string) {
	if sign == "" {
		s.Call(s.lines[r].tr, "removeAttribute", "data-state")
	} else {
		s.Call(s.lines[r].tr, "setAttribute", "data-state", sign)
	}
}

// cell returns a cell's element, and keeps the handle.
func (s *Surface) cell(r view.Row, c timetable.Field) safejs.Value {
	l := &s.lines[r]
	if l.cells == nil {
		l.cells = make([]safejs.Value, len(view.Columns))
	}
	td := &l.cells[slices.Index(view.Columns, c)]
	if td.IsUndefined() {
		*td = s.find(l, c)
	}
	return *td
}

// find returns a cell's element.
func (s *Surface) find(l *line, c timetable.Field) safejs.Value {
	return s.Index(s.Get(l.tr, "cells"), l.placeOf(c))
}

// placeOf returns the place of a column's cell.
func (l *line) placeOf(c timetable.Field) (place int) {
	for _, other := range view.Columns {
		if other == c {
			break
		}
		if l.columns.Has(other) {
			place++
		}
	}
	return place
}

// Announce implements [view.Surface]. Apart from the banner, #spoken is the only live region of the page.
func (s *Surface) Announce(text string) { s.Set(s.Element("#spoken"), "textContent", text) }
