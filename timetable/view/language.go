package view

import (
	"flightboard/timetable"
	"flightboard/timetable/words"
)

// stateText returns the text of a state's cell: the language's word for a state of the vocabulary, or else the feed's.
func stateText(f *timetable.Flight) string {
	if words.English() {
		return f.State
	}
	if sign := Sign(f); sign != "" {
		return words.State(sign)
	}
	return f.State
}

// textOf returns the text by which a flight is sorted in a column that is not of times.
func textOf(f *timetable.Flight, c timetable.Field) string {
	if c == timetable.FieldState {
		return stateText(f)
	}
	return f.Text(c)
}

// Reword makes the next drawing write the texts that depend on the language, and sort names as it does. It is called
// when the language has changed, and after Adopt if it is not English.
func (s *Sheet) Reword() {
	for _, r := range s.table.rows {
		r.reworded = true
	}
	s.table.redated = true
	s.list.fresh, s.list.names, s.list.places = false, nil, nil
}
