package timetable

// A Calendar knows the board's clock, which in a recording is not the server's, and the airport's zone.
type Calendar interface {
	// Now returns the board's time, in Unix seconds, at a moment of the server's clock, in Unix microseconds.
	Now(at int64) int64

	// Date returns the first time, at a Unix time or later, at which the airport's clock shows clock, which is HH:MM. It
	// is written in RFC 3339 with the airport's offset.
	Date(from int64, clock string) string
}

// How long before now a time without a date may lie. It is less than a day later than that.
const (
	comingSince = 9 * hour  // flights that are on their way: from 9 hours ago to 15 hours ahead
	hereSince   = 21 * hour // those that have landed, or are about to: to 3 hours ahead
)

// SetsDated reports whether the report says what Dated is, which publishers leave to the server.
func (r *Report) SetsDated() bool {
	for i := range r.Board {
		if r.Board[i].Dated != "" {
			return true
		}
	}
	return r.Named.Has(FieldDated)
}

// date gives the flight of a merged report its date. said is the report as it came, was the flight before it.
func (b *Batch) date(r, said *Report, was *Flight) {
	if b.Calendar == nil || r.Published {
		return
	}
	if r.Kind == KindAdd {
		r.Flight.Dated = b.dateOf(&r.Flight, was, said)
		return
	}
	after := was.With(&r.Flight, r.news())
	if dated := b.dateOf(&after, was, said); dated != was.Dated {
		r.set(FieldDated, dated)
	}
}

// dateOf returns the value of Dated for a flight, after a report about it. A flight keeps its date while its time of
// day is repeated, so a publisher that reports yesterday's flight for days does not move it to today; but not if the
// flight is reported anew, with its time, after it had landed or was cancelled.
//
// The date follows from the report that has brought the time of day, and from nothing that others say. So the order
// in which stamped reports arrive does not matter.
func (b *Batch) dateOf(f, was *Flight, said *Report) string {
	k := clockField(f)
	text := f.Text(k)
	t, ok := ParseTime(text)
	asOf := said.asOf(b.now)
	if !ok || t.Dated || asOf == 0 {
		return ""
	}
	anew := said.Named.Has(k) && (was.HasLanded() && !f.HasLanded() || was.IsOffSchedule() && !f.IsOffSchedule())
	if was.Dated != "" && clockField(was) == k && was.Text(k) == text && !anew {
		return was.Dated
	}
	proven, actual, _ := said.Times.proves()
	expected, ok := ParseTime(said.Flight.Expected)
	if end, landed := ParseTime(actual); landed {
		expected, ok = end, true
	}
	from := b.Calendar.Now(asOf)
	switch is := max(stageOf(said.Flight.State), stageOf(proven)); {
	case k == FieldArrival && ok && expected.Dated: // as far from its schedule as Flight.Time takes it to be
		from = expected.Seconds - earliest - day + minute
	case is == landing || is >= landed:
		from -= hereSince
	default:
		from -= comingSince
	}
	return b.Calendar.Date(from, text)
}

// clockField returns the field whose time Dated has.
func clockField(f *Flight) Field {
	if _, _, ok := parseTime(f.Arrival); ok {
		return FieldArrival
	}
	return FieldExpected
}
