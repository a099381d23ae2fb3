package view

import (
	"strings"

	"flightboard/timetable"
	"flightboard/timetable/words"
)

// Note is what there is to know of a flight beside its cells: what the feed itself calls the state, which feed that is,
// and which fields somebody has set by hand. It is a title of the cell of the state, which can then be focused.
func Tooltip(f *timetable.Flight) string {
	hand := ""
	if f.Overridden != "" {
		for name := range strings.SplitSeq(f.Overridden, "\n") {
			if c, ok := ColumnNamed(name); ok {
				name = words.Column(c)
			}
			hand = words.Join(hand, name)
		}
	}
	return words.Tooltip(f.Word, f.Feed, hand)
}

// Overridden are the names of the fields that somebody has set by hand (data-by-hand), by which the page's style marks their
// cells.
func Overridden(f *timetable.Flight) string {
	names := []byte(f.Overridden)
	for i, c := range names {
		if c == '\n' {
			names[i] = ' '
		}
	}
	return string(names)
}

// annotate writes what differs beside a row's cells.
func (t *Table) annotate(r *row, f *timetable.Flight, s Surface, appearing timetable.Fields) {
	d := &r.drawn
	if d.Word != f.Word || d.Feed != f.Feed || d.Overridden != f.Overridden || appearing.Has(timetable.State) {
		s.SetTooltip(r.number, Tooltip(f), Overridden(f))
	}
}
