package view

import (
	"strings"

	"flightboard/timetable"
	"flightboard/timetable/words"
)

// Tooltip returns the title of the state's cell: the feed's own word for the state, the feed, and the overridden
// fields. A cell with a title can be focused.
func Tooltip(f *timetable.Flight) string {
	var overridden []string
	if f.Overridden != "" {
		for name := range strings.SplitSeq(f.Overridden, "\n") {
			if c, ok := ColumnNamed(name); ok {
				name = words.Column(c)
			}
			overridden = append(overridden, name)
		}
	}
	return words.Tooltip(f.Word, f.Feed, overridden)
}

// Overridden returns the names of the overridden fields, for the attribute data-by-hand, by which the page's style
// marks their cells.
func Overridden(f *timetable.Flight) string {
	names := []byte(f.Overridden)
	for i, c := range names {
		if c == '\n' {
			names[i] = ' '
		}
	}
	return string(names)
}

// annotate writes a row's tooltip if it has changed.
func (t *Table) annotate(r *row, f *timetable.Flight, s Surface, appearing timetable.Fields) {
	d := &r.drawn
	if d.Word != f.Word || d.Feed != f.Feed || d.Overridden != f.Overridden ||
		appearing.Has(timetable.FieldState) || r.reworded && Tooltip(f) != "" {
		s.SetTooltip(r.number, Tooltip(f), Overridden(f))
	}
}
