package timetable

import "slices"

// evidence is what a merged state or time was derived from. Stronger evidence is a greater number.
type evidence uint8

const (
	derived   evidence = 1 << iota // the state was derived from times, not reported
	byArrival                      // Expected is the time at which the flight reached its stand
	byLanding                      // Expected is the time at which it touched down
	restored                       // Expected is the estimate before the actual time again
	adopted                        // nobody knew whose the state was; a report proves it again
)

// provenance holds a leg's metadata: the source of its state, and how new each field is.
type provenance struct {
	source  string            // of the state
	stamps  [fieldCount]int64 // how new each field is, in Unix microseconds; 0: unknown
	derived int64             // how new the report is that the state was derived from; stamps is for reported states
	actual  evidence          // for Expected as an actual time; 0: it is an estimate
	follows bool              // the state follows from times; nobody has reported the word
	proofs  *proofs           // is not changed, but replaced; nil: no time was told
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
//   - A time that its source withdraws proves nothing any more. A state that follows from it goes back to what is still
//     proven, and the time of arrival to the estimate before it. So does a state that follows from an estimate.
//
// So the order in which stamped reports of a leg's life arrive does not matter. Any two stamped reports commute. Three
// may not, if one source retracts: the board does not keep the reports of each source apart. Manual reports, which have
// neither source nor stamp, always count.
//
// have holds the leg's state, word and time of arrival.
func (p *provenance) merge(r *Report, have *Flight, now int64) (by evidence) {
	if r.Published {
		return 0
	}
	manual, had := r.isManual(), p.actual
	withdraws := p.prove(r, now)
	late := func(k Field) bool { return r.Stamp != 0 && r.Stamp < p.stamps[k] }
	for k := range (r.Named &^ identity &^ FieldState.Bit()).All() {
		if late(k) {
			if k == FieldExpected && had != 0 {
				p.keepEstimate(r.Flight.Expected, r.Stamp)
			}
			r.drop(k)
		}
	}
	same := r.Source == p.source
	was, obsolete := stageOf(have.State), late(FieldState) && same // its source has reported since
	proven, actual, arrival := r.Times.proves()
	estimated := r.Named.Has(FieldExpected) && r.Flight.Expected != ""
	unestimated := r.Named.Has(FieldExpected) && !estimated && was == expected && had == 0 && (same || manual)
	back := false // the state follows from what the report withdraws
	if withdraws || unestimated && p.follows {
		left, leftActual, leftArrival := "", "", evidence(0)
		if p.proofs != nil {
			left, leftActual, leftArrival = p.proofs.proves()
		}
		if p.follows && stageOf(left) < was && was != offSchedule {
			was, back = unknown, true
		}
		if withdraws || back {
			proven, actual, arrival = left, leftActual, leftArrival
		}
		if withdraws {
			p.actual = 0
		}
	}
	estimate := r.Flight.Expected // that stands after the report
	if back && !r.Named.Has(FieldExpected) {
		if estimate = have.Expected; (had != 0 || estimate == "") && p.proofs != nil {
			estimate = p.proofs.estimate
		}
	}
	state := r.Flight.State
	reported := r.Named.Has(FieldState) && state != ""
	switch is := stageOf(state); {
	case reported && (is == unknown || is >= stageOf(proven)):
		newer := same && (r.Stamp == 0 || r.Stamp > max(p.stamps[FieldState], p.derived))
		switch {
		case manual:
		case is == unknown || is == was:
			if late(FieldState) {
				r.drop(FieldState)
			}
		case is > was && obsolete, is < was && !newer:
			r.drop(FieldState)
		}
	case stageOf(proven) > was && !obsolete:
		if reported && !r.Named.Has(FieldWord) {
			r.set(FieldWord, state)
		}
		if !reported && estimate != "" && stageOf(proven) < expected {
			proven = "expected"
		}
		r.set(FieldState, proven)
		by |= derived
	case back:
		if proven = ""; estimate != "" {
			proven = "expected"
		}
		r.set(FieldState, proven)
		by |= derived
	case estimated && !r.Named.Has(FieldState) && was < expected && (was != unknown || have.State == "") && !obsolete:
		r.set(FieldState, "expected")
		by |= derived
	case proven != "":
		r.drop(FieldState)
		if stageOf(proven) == was && p.source == "" && p.stamps[FieldState] == 0 && p.derived == 0 {
			by |= adopted
		}
	case r.Named.Has(FieldState): // it takes the state away
		if late(FieldState) {
			r.drop(FieldState)
		}
	}
	if reported && !r.Named.Has(FieldState) {
		r.drop(FieldWord) // it belongs to the state that does not count
	}
	here := was >= landed
	if r.Named.Has(FieldState) {
		here = stageOf(r.Flight.State) >= landed || stageOf(r.Flight.State) == unknown && stageOf(proven) >= landed
	}
	switch {
	case here && (arrival > p.actual || arrival != 0 && arrival == p.actual && !late(FieldExpected)):
		if estimated {
			p.keepEstimate(r.Flight.Expected, r.asOf(now))
		} else if had == 0 && (have.Expected != actual || p.stamps[FieldExpected] != 0) { // or it is the actual time
			p.keepEstimate(have.Expected, p.stamps[FieldExpected])
		}
		r.set(FieldExpected, actual)
		by |= arrival
	case was >= landed && here && !manual && !withdraws:
		if estimated {
			p.keepEstimate(r.Flight.Expected, r.asOf(now))
		}
		r.drop(FieldExpected)
	case r.Named.Has(FieldExpected):
	case had != 0 && withdraws && !back: // the flight is here, and nobody knows since when
		r.set(FieldExpected, p.proofs.estimate)
		by |= restored
	case back && (had != 0 || estimate != have.Expected):
		r.set(FieldExpected, estimate)
		by |= restored
	case had != 0 && !here: // the flight did not arrive after all
		r.set(FieldExpected, "")
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
		*p = provenance{proofs: p.proofs}
		named = r.Flight.named()
	}
	if named.Has(FieldState) || by&adopted != 0 {
		p.source, p.follows = r.Source, by&(derived|adopted) != 0
	}
	if by&adopted != 0 {
		p.derived = max(p.derived, stamp)
	}
	if by&derived != 0 {
		p.derived = max(p.derived, stamp)
		named &^= FieldState.Bit()
	}
	switch arrival := by & (byArrival | byLanding); {
	case arrival != 0:
		p.actual, p.stamps[FieldExpected] = arrival, p.toldAt(arrival, stamp) // no matter how new an estimate was
		named &^= FieldExpected.Bit()
	case r.Named.Has(FieldState) && stageOf(state) < landed:
		p.actual = 0
	}
	if by&restored != 0 {
		p.stamps[FieldExpected] = p.proofs.stamp
		named &^= FieldExpected.Bit()
	}
	if named.Has(FieldExpected) && r.Flight.Expected != "" && stageOf(state) == expected {
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
