//go:build js && wasm

package ui

import (
	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

// BeginDay implements [view.Surface]. The style shows the date above the row.
func (s *Surface) BeginDay(r view.Row, day int64) {
	text := safejs.Null()
	if day != 0 {
		written := date(&s.Caller, float64(day*24*60*60*1000), "weekday", "long")
		text = s.Call(safejs.Global(), "String", written)
	}
	s.begin(&s.lines[r], text)
}

// begin writes a date, or null, into the attribute data-begins of a row, and of the first of its cells that has no sign
// before its text. The style takes it from the row, or, in a table, whose rows have only cells, from the cell.
func (s *Surface) begin(l *line, text safejs.Value) {
	for _, c := range view.Columns {
		if c == timetable.FieldState || !l.columns.Has(c) {
			continue
		}
		for _, element := range []safejs.Value{l.tr, s.find(l, c)} {
			if text.IsNull() {
				s.Call(element, "removeAttribute", "data-begins")
			} else {
				s.Call(element, "setAttribute", "data-begins", text)
			}
		}
		return
	}
}
