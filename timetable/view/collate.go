package view

import (
	"strings"

	"flightboard/timetable"
	"flightboard/timetable/words"
)

// A Collator sorts lines as the reader's language does.
type Collator func(lines string) string

// isName reports whether a column has names, whose order depends on the language. Codes and numbers are sorted by
// appendCollated: of 20,000 flights each has its own number, and they come from some hundred cities.
func isName(c timetable.Field) bool {
	return c == timetable.FieldOrigin || c == timetable.FieldAirline || c == timetable.FieldState && !words.English()
}

// collateNames collates the names that sorting by these columns needs, all at once: a call into JavaScript for each
// comparison would be too slow. BenchmarkCollate measures what that saves.
func (l *list) collateNames(keys []Key) {
	if l.collate == nil {
		return
	}
	if len(l.names) > 2*len(l.items)+1000 {
		l.names, l.places = nil, nil // most of them are no longer on the board
	}
	if l.places == nil {
		l.places = make(map[string]uint64)
	}
	known := len(l.names)
	for _, k := range keys {
		if !isName(k.Column) {
			continue
		}
		for i := range l.items {
			name := textOf(l.items[i].flight, k.Column)
			if _, ok := l.places[name]; !ok {
				l.places[name] = 0
				l.names = append(l.names, name)
			}
		}
	}
	if len(l.names) == known {
		return
	}
	place := uint64(0)
	for name := range strings.SplitSeq(l.collate(strings.Join(l.names, "\n")), "\n") {
		l.places[name] = place
		place++
	}
}
