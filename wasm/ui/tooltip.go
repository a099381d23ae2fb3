//go:build js && wasm

package main

import (
	"flightboard/timetable"
	"flightboard/timetable/view"
)

// SetTooltip implements [view.Surface].
func (s *surface) SetTooltip(r view.Row, note, byHand string) {
	s.call(s.lines[r].tr, "setAttribute", "data-by-hand", byHand)
	if s.columns.Has(timetable.State) {
		td := s.cell(r, timetable.State).td
		s.set(td, "title", note)
		s.set(td, "tabIndex", min(len(note), 1)-1) // 0: the Tab key comes by; -1: it does not
	}
}
