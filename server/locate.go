package main

import (
	"flightboard/server/airports"
	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// locate names the origin of flights of which a publisher knows the airport alone: FRA shows Frankfurt. An origin that
// somebody has told is better than the table's; an empty one is none.
func locate(log *eventlog.Log, changes []timetable.Change) {
	for i := range changes {
		c := &changes[i]
		for i := range c.Board {
			if f := &c.Board[i]; f.Origin == "" {
				f.Origin = city(f.From)
			}
		}
		if c.Kind == timetable.Remove || c.Flight.From == "" || c.Flight.Origin != "" {
			continue
		}
		known := city(c.Flight.From)
		anew := c.Kind == timetable.Add || c.Named.Has(timetable.Origin) // whatever was told before
		if known == "" || !anew && told(log, c.Flight.Key(), c.Flight.From) {
			continue
		}
		c.Flight.Origin = known
		c.Named |= timetable.Origin.Bit()
	}
}

// told says whether the flight has an origin that goes with the airport, or is one that somebody has told.
func told(log *eventlog.Log, key, from string) (is bool) {
	log.Read(func(b *timetable.Board, _ eventlog.Position) {
		f := b.Flight(key)
		is = f != nil && f.Origin != "" && (f.From == from || f.Origin != city(f.From))
	})
	return is
}

func city(code string) string {
	a, _ := airports.Lookup(code)
	return a.City
}
