package timetable

// Milestones is a set of milestones.
type Milestones uint8

// Has reports whether the set holds m.
func (s Milestones) Has(m Milestone) bool { return s&(1<<m) != 0 }

// proofs are the actual times that publishers have told about a leg, so that one that is withdrawn leaves the others.
type proofs struct {
	told     [MilestoneCount]proof
	estimate string // of the arrival, which an actual time has replaced; "": none
	stamp    int64  // of the estimate
}

// A proof is what is known about one milestone.
type proof struct {
	text   string // "": it was withdrawn, or never told
	source string // who told or withdrew it
	stamp  int64
}

// proves returns what the times that were not withdrawn prove. See [Times.proves].
func (p *proofs) proves() (state, actual string, by evidence) {
	var t Times
	for m := range t {
		t[m] = p.told[m].text
	}
	return t.proves()
}

// prove notes the milestones that a report tells or withdraws. It drops from the report those that its source has
// withdrawn since, and reports whether the report withdraws a time. Only the source of a time withdraws it, with a
// report that is not older; a manual report withdraws any.
func (p *provenance) prove(r *Report, now int64) (withdraws bool) {
	if r.Times == (Times{}) && (r.Withdrawn == 0 || p.proofs == nil && r.Stamp == 0) {
		return false
	}
	var next proofs
	if p.proofs != nil {
		next = *p.proofs
	}
	for m := range MilestoneCount {
		have, is := &next.told[m], proof{r.Times[m], r.Source, r.asOf(now)}
		late, ours := r.Stamp != 0 && r.Stamp < have.stamp, r.isManual() || r.Source == have.source
		switch {
		case is.text != "" && late && ours && have.text == "":
			r.Times[m] = ""
		case is.text != "" && (!late || have.text == ""):
			*have = is
		case is.text != "" || !r.Withdrawn.Has(m):
		case have.text == "" && (r.Stamp == 0 || late): // nothing to withdraw, and nothing older can come
		case have.text == "":
			*have = is
		case ours && !late:
			*have = is
			withdraws = true
		}
	}
	p.proofs = &next
	return withdraws
}

// toldAt returns how new the actual time of arrival is. The report that brings it back, because it withdraws another
// one, may be older.
func (p *provenance) toldAt(arrival evidence, stamp int64) int64 {
	m := MilestoneArrived
	if arrival == byLanding {
		m = MilestoneLanded
	}
	if p.proofs == nil || p.proofs.told[m].text == "" {
		return stamp
	}
	return p.proofs.told[m].stamp
}

// keepEstimate remembers the estimate that an actual time replaces, for the case that the time is withdrawn.
func (p *provenance) keepEstimate(text string, stamp int64) {
	if p.proofs == nil || text == "" || text == p.proofs.estimate || stamp < p.proofs.stamp {
		return
	}
	next := *p.proofs
	next.estimate, next.stamp = text, stamp
	p.proofs = &next
}

// ownProofs returns a copy of the proofs whose texts belong to the board; nil of nil.
func (b *Board) ownProofs(p *proofs) *proofs {
	if p == nil {
		return nil
	}
	next := *p
	for m := range next.told {
		t := &next.told[m]
		t.text, t.source = b.own(t.text), b.own(t.source)
	}
	next.estimate = b.own(next.estimate)
	return &next
}
