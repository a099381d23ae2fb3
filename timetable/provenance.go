package timetable

import "slices"

// evidence is what a merged state or time follows from. What proves more is greater.
type evidence uint8

const (
	derived   evidence = 1 << iota // the state follows from times, and is not a publisher's word
	byArrival                      // Expected is the time at which the flight came to its stand
	byLanding                      // Expected is the time at which it touched down
)

// provenance is what a batch knows about a leg beside its fields: who reported its state, and how new each field is.
type provenance struct {
	source  string            // of the state
	stamps  [fieldCount]int64 // how new each field is, in Unix microseconds; 0: unknown
	derived int64             // how new the newest report is that the state was derived from; stamps has reported states
	actual  evidence          // that Expected is an actual time; 0: it is an estimate
}

// merge drops from a report what is older or knows less than what the leg has already, and adds the state that its
// times prove:
//
//   - The newer value of a field counts. A report without a stamp is as new as the moment at which it comes.
//   - An actual time proves a state, an estimate makes a leg expected. A publisher's own state is shown as it is, unless
//     its stage is before the one that its own times prove; then it becomes the Word.
//   - Any source may advance a leg to a later stage, also with an older report. Only the source of its state may take it
//     back to an earlier stage, with a newer stamp if it gives stamps. (A go-around is one such step.)
//   - A leg that has landed is no longer estimated.
//
// So the order in which stamped reports of a leg's life arrive does not matter. Any two stamped reports commute. Three
// may not, if one source retracts: the board does not keep the reports of each source apart. Manual reports, which have
// neither source nor stamp, always count.
//
// have holds the leg's state and word.
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
		r.set(FieldExpected, "") // the arrival did not come about
	}
	if r.Named.Has(FieldState) && !r.Named.Has(FieldWord) && have.Word != "" {
		r.set(FieldWord, "")
	}
	return by
}

// note records where the fields of a merged report come from. state is the leg's state after it; whole: the report
// replaces the leg as a whole.
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
		p.derived = max(p.derived, stamp) // had it come later, after a step back, it would have made the leg expected
	}
	for k := range named.All() {
		p.stamps[k] = max(p.stamps[k], stamp)
	}
}

// newest returns how new the newest report about the leg is; 0: unknown.
func (p *provenance) newest() int64 { return max(p.derived, slices.Max(p.stamps[:])) }

// tombstones hold, for each removed flight, the time of the newest report about it, in two generations: when the first
// is full, it replaces the second. So some thousand flights are remembered.
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
