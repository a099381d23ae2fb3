package timetable

import "strings"

// An overFlight is a flight that the board has removed by its own rule, because it is over. Publishers who do not know
// that go on reporting it, and it stays away until one of them reports something new.
type overFlight struct {
	base Flight
	provenance
	since int64 // when it was removed, or last reported to be over, in Unix microseconds
}

// forget is how long a flight that is over is remembered without reports that prove it: the next day's flight may have
// the same number, and times without a date.
const forget = 6 * 60 * minute * 1e6

// repeatedBy returns the flight as it is remembered after a report that has no news, or nil if the report brings the
// flight back. News is another schedule, or a state below the one with which the flight has left, from the state's own
// source; of a flight that had not landed, another state or time; and in a manual report anything.
func (o *overFlight) repeatedBy(r *Report, now int64) *overFlight {
	if now-o.since > forget {
		return nil
	}
	c := *r
	c.Flight.foldState()
	if c.Kind != KindPut {
		c.Named = c.Flight.named()
	}
	c.Kind = KindUpdate
	proves, _, _ := c.Times.proves()
	is := max(stageOf(c.Flight.State), stageOf(proves))
	next := *o
	next.merge(&c, &o.base, now)
	after, before := o.base.With(&c.Flight, c.news()), &o.base
	was := stageOf(before.State)
	switch {
	case r.isManual() && after != *before,
		after.Arrival != "" && before.Arrival != "" && !sameTime(after.Arrival, before.Arrival),
		stageOf(after.State) < was,
		was < landed && (stageOf(after.State) != was || !sameTime(after.Expected, before.Expected)):
		return nil
	}
	if is >= offSchedule || Date(c.Flight.Arrival) != "" {
		next.since = now
	}
	return &next
}

// sameTime reports whether two times may be the same: times without a date have only their clocks to compare.
func sameTime(a, b string) bool {
	x, y := Clock(a), Clock(b)
	if Date(a) == "" || Date(b) == "" {
		return x == y
	}
	xs, _, _ := parseTime(a)
	ys, _, _ := parseTime(b)
	return xs == ys
}

// overFlights are the flights that are over and were removed, in two generations: when the first is full, it replaces
// the second. So some thousand flights are remembered.
type overFlights [2]map[string]*overFlight

const overEach = 2048

func (o *overFlights) get(key string) *overFlight {
	if f := o[0][key]; f != nil {
		return f
	}
	return o[1][key]
}

// keepOver remembers or forgets that a row's flight is over.
func (b *Board) keepOver(key string, r *batchRow) {
	o := &b.over
	if _, there := r.base(); there || r.over == nil {
		delete(o[0], key)
		delete(o[1], key)
		return
	}
	next := r.over
	if have := o[0][key]; have == next {
		return
	}
	next = &overFlight{b.ownFlight(&next.base), next.provenance, next.since}
	next.source, next.proofs = b.own(next.source), b.ownProofs(next.proofs)
	if o[0] == nil || len(o[0]) >= overEach {
		*o = overFlights{make(map[string]*overFlight), o[0]}
	}
	delete(o[1], key)
	o[0][strings.Clone(key)] = next
}
