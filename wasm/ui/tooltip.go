//go:build js && wasm

package ui

import (
	"flightboard/timetable"
	"flightboard/timetable/view"
)

// SetTooltip implements [view.Surface].
func (s *Surface) SetTooltip(r view.Row, tooltip, overridden string) {
	s.Call(s.lines[r].tr, "setAttribute", "data-by-hand", overridden)
	if s.lines[r].columns.Has(timetable.FieldState) {
		td := s.cell(r, timetable.FieldState)
		s.Set(td, "title", tooltip)
		s.Set(td, "tabIndex", min(len(tooltip), 1)-1) // 0: the Tab key stops here; -1: it does not
	}
}
