package publish

import (
	"slices"
	"time"

	"flightboard/server/airports"
	"flightboard/server/feed"
)

// Describe returns what is known about the board. Its airport is Airport, or that of the first feed that knows one; its
// zone is that of Date, or else the airport's, or else a feed's. It is nil if it is only the server's.
func (f *Feeds) Describe(now time.Time) (d feed.Description) {
	d.Airport = f.Airport
	for _, one := range f.list {
		describer, ok := one.Feed.(feed.Describer)
		if !ok {
			continue
		}
		is := describer.Describe(now)
		if d.Airport == "" {
			d.Airport = is.Airport
		}
		if d.Zone == nil {
			d.Zone = is.Zone
		}
		if d.Recording == "" {
			d.Now, d.Speed, d.Recording, d.Recorded = is.Now, is.Speed, is.Recording, is.Recorded
		}
		for _, line := range is.Credit {
			if !slices.Contains(d.Credit, line) {
				d.Credit = append(d.Credit, line)
			}
		}
	}
	if a, known := airports.Lookup(d.Airport); known {
		d.Airport = a.IATA
		if zone, err := time.LoadLocation(a.Zone); err == nil { // a recording knows only the offset
			d.Zone = zone
		}
	}
	if f.zone != nil {
		d.Zone = f.zone
	}
	return d
}
