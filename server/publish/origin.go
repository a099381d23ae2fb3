package publish

import (
	"slices"

	"flightboard/server/airports"
	"flightboard/timetable"
)

// fillOrigin returns the report with the origin of its airport if it has no origin: Frankfurt for FRA. An origin that
// was reported is not replaced by the table's, unless it is empty.
func fillOrigin(b *timetable.Batch, r timetable.Report) timetable.Report {
	if r.Kind == timetable.KindReplace {
		r.Board = slices.Clone(r.Board)
		for i := range r.Board {
			if f := &r.Board[i]; f.Origin == "" {
				f.Origin = city(f.From)
			}
		}
		return r
	}
	if r.Kind == timetable.KindRemove || r.Flight.From == "" || r.Flight.Origin != "" {
		return r
	}
	known := city(r.Flight.From)
	replaces := r.Kind == timetable.KindAdd || r.Named.Has(timetable.FieldOrigin) // the origin that the flight has
	if known == "" || !replaces && hasOrigin(b, r.Flight.Key(), r.Flight.From) {
		return r
	}
	r.Flight.Origin = known
	r.Named |= timetable.FieldOrigin.Bit()
	return r
}

// hasOrigin reports whether the flight has an origin that belongs to the airport, or one that was reported.
func hasOrigin(b *timetable.Batch, key, from string) bool {
	f, ok := b.Flight(key)
	return ok && f.Origin != "" && (f.From == from || f.Origin != city(f.From))
}

func city(code string) string {
	a, _ := airports.Lookup(code)
	return a.City
}
