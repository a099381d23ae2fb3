package timetable

import "slices"

// evidence is what a merged state or time was derived from. Stronger evidence is a greater number.
type evidence uint8

const (
	derived   evidence = 1 << iota // the state was derived from times, not reported
	byArrival                      // Expected is the time at which the flight reached its stand
	byLanding                      // Expected is the time at which it touched down
)

// provenance holds a leg's metadata: the source of its state, and how new each field is.
type provenance struct {
	source  string            // of the state
	stamps  [fieldCount]int64 // how new each field is, in Unix microseconds; 0: unknown
	derived int64             // how new the report is that the state was derived from; stamps is for reported states
	actual  evidence          // for Expected as an actual time; 0: it is an estimate
}

// merge drops the fields of a report that are older or have weaker evidence than the leg's, and adds the state that
// the report's times prove:
//
//   - The newer value of a field counts. The stamp of a report without one is the time at which it comes.
//   - An actual time proves a state; an estimate makes a leg expected. A state that a publisher reports is shown as it
//     is, unless the report's own times prove a later stage; then it becomes the Word.
//   - Any source may advance a leg to a later stage, also with an older report. Only the source of its state may move
//     it back to an earlier stage, with a newer stamp if it sends stamps. (A go-around is one such step.)
//   - A leg that has landed is no longer estimated.
//
// So the order in which stamped reports of a leg's life arrive does not matter. Any two stamped reports commute. Three
// may not, if one source retracts: the board does not keep the reports of each source apart. Manual reports, which have
// neither source nor stamp, always count.
//
// have is the leg as it is; only its state and word are used.
func (p *provenance) merge(r *Report, have *Flight) (by evidence) {
	if r.Published {
		return 0
	}
	manual := r.isManual()
	late := func(k Field) bool { return r.Stamp != 0 && r.Stamp < p.stamps[k] }
	for k := range (r.Named &^ identity &^ FieldState.Bit()).All() {
		if late(k) {
			r.drop(k)
		}
	}
	same := r.Source == p.source
	was, obsolete := stages[have.State], late(FieldState) && same // its source has reported since
	proven, actual, arrival := r.Times.proves()
	state := r.Flight.State
	switch {
	case r.Named.Has(FieldState) && state != "" && (stages[state] == unknown || stages[state] >= stages[proven]):
		newer := same && (r.Stamp == 0 || r.Stamp > max(p.stamps[FieldState], p.derived))
		switch is := stages[state]; {
		case manual:
		case is == unknown || is == was:
			if late(FieldState) {
				r.drop(FieldState)
			}
		case is > was && obsolete, is < was && !newer:
			r.drop(FieldState)
		}
	case stages[proven] > was && !obsolete:
		if r.Named.Has(FieldState) && state != "" && !r.Named.Has(FieldWord) {
			r.set(FieldWord, state)
		}
		r.set(FieldState, proven)
		by |= derived
	case proven != "":
		r.drop(FieldState)
	case r.Named.Has(FieldState): // it takes the state away
		if late(FieldState) {
			r.drop(FieldState)
		}
	case r.Flight.Expected != "" && r.Named.Has(FieldExpected) && was < expected && (was != unknown || have.State == "") &&
		!obsolete:
		r.set(FieldState, "expected")
		by |= derived
	}
	here := was >= landed
	if r.Named.Has(FieldState) {
		here = stages[r.Flight.State] >= landed || stages[r.Flight.State] == unknown && stages[proven] >= landed
	}
	switch {
	case here && (arrival > p.actual || arrival != 0 && arrival == p.actual && !late(FieldExpected)):
		r.set(FieldExpected, actual)
		by |= arrival
	case was >= landed && here && !manual:
		r.drop(FieldExpected)
	case p.actual != 0 && !here && !r.Named.Has(FieldExpected):
		r.set(FieldExpected, "") // the flight did not arrive after all
	}
	if r.Named.Has(FieldState) && !r.Named.Has(FieldWord) && have.Word != "" {
		r.set(FieldWord, "")
	}
	return by
}

// note records the source and the stamps of a merged report's fields. state is the leg's state after the report. If
// whole is set, the report replaces the leg.
func (p *provenance) note(r *Report, state string, by evidence, now int64, whole bool) {
	named, stamp := r.Named, r.asOf(now)
	if whole {
		*p = provenance{}
		named = r.Flight.named()
	}
	if named.Has(FieldState) {
		p.source = r.Source
	}
	if by&derived != 0 {
		p.derived = max(p.derived, stamp)
		named &^= FieldState.Bit()
	}
	switch arrival := by & (byArrival | byLanding); {
	case arrival != 0:
		p.actual, p.stamps[FieldExpected] = arrival, stamp // no matter how new an estimate was
		named &^= FieldExpected.Bit()
	case r.Named.Has(FieldState) && stages[state] < landed:
		p.actual = 0
	}
	if named.Has(FieldExpected) && r.Flight.Expected != "" && stages[state] == expected {
		p.derived = max(p.derived, stamp) // after a step back it would have made the leg expected
	}
	for k := range named.All() {
		p.stamps[k] = max(p.stamps[k], stamp)
	}
}

// newest returns how new the newest report about the leg is; 0: unknown.
func (p *provenance) newest() int64 { return max(p.derived, slices.Max(p.stamps[:])) }

// ReportedAt returns how new the newest report about a flight on the board is, in Unix microseconds; 0: unknown.
func (b *Board) ReportedAt(key string) int64 {
	if o, ok := b.overrides[key]; ok {
		return o.provenance.newest()
	}
	if r := b.rows[key]; r != nil && r.from != nil {
		return r.from.newest()
	}
	return 0
}

// tombstones hold, for each removed flight, the time of the newest report about it, in two generations: when the first
// is full, it replaces the second. The latest thousands of removed flights are in it.
type tombstones [2]map[string]int64

const tombstonesEach = 4096

// set remembers the time of the newest report about a flight; 0: it forgets the flight.
func (t *tombstones) set(key string, newest int64) {
	delete(t[0], key)
	delete(t[1], key)
	if newest == 0 {
		return
	}
	if t[0] == nil || len(t[0]) >= tombstonesEach {
		*t = tombstones{make(map[string]int64), t[0]}
	}
	t[0][key] = newest
}

// removedAt returns the time of the newest report about a removed flight; 0: unknown.
func (t *tombstones) removedAt(key string) int64 { return max(t[0][key], t[1][key]) }
