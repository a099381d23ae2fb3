package timetable

// recent is how far from now a board's flights may be for its day to be that of the clock.
const recent = 14 * day

// Day returns the board's day at a moment, in Unix time, as dayOf counts days: the clock's day or, if no flight is
// due within two weeks of it, as on a board that plays a recording, the day for which most flights are scheduled. was
// is what it returned before; such a board stays with that day while it has half as many flights. It returns 0 if no
// flight has a date. Of many flights it looks at a few hundred.
func (b *Board) Day(now, was int64, dayOf func(Time) int64) int64 {
	type count struct{ day, flights int64 }
	counts := make([]count, 0, 8)
	b.sort()
	for i := 0; i < len(b.order); i += 1 + len(b.order)/256 {
		r := b.order[i]
		if r.due.class != dated {
			break
		}
		t, ok := r.Time(FieldArrival)
		if !ok || !t.Dated {
			t, _ = r.Time(FieldExpected)
		}
		if d := r.due.seconds - now; -recent < d && d < recent {
			t.Seconds = now
			return dayOf(t)
		}
		on, k := dayOf(t), 0
		for k < len(counts) && counts[k].day != on {
			k++
		}
		if k == len(counts) {
			counts = append(counts, count{day: on})
		}
		counts[k].flights++
	}
	today, most, before := int64(0), int64(0), int64(0)
	for _, c := range counts {
		if c.day == was {
			before = c.flights
		}
		if c.flights > most {
			today, most = c.day, c.flights
		}
	}
	if 2*before > most {
		return was
	}
	return today
}
