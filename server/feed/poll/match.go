package poll

import (
	"cmp"
	"slices"
	"time"
)

const (
	retimed   = 6 * time.Hour  // by how much the schedule of a leg changes at most
	retimedID = 12 * time.Hour // the same for a source that has an ID for each leg
	settled   = time.Hour      // the same for a leg that has landed
)

// A pair is a row that may be the next one of a leg.
type pair struct {
	*row
	*leg
	rank int // the lower, the surer
	gap  time.Duration
	days int // by which the row has to be shifted
}

// match returns the rows of known legs. A row is that of the leg with its ID, or else with its number, origin and
// schedule; if there is none, with the nearest schedule.
func match(rows []*row, legs []*leg, now time.Time) map[*row]*leg {
	byID, byNumber := make(map[string][]*leg), make(map[string][]*leg)
	for _, g := range legs {
		if g.row.id != "" {
			byID[g.row.id] = append(byID[g.row.id], g)
		}
		byNumber[g.row.flight.Number] = append(byNumber[g.row.flight.Number], g)
	}
	var pairs []pair
	for _, r := range rows {
		for _, g := range byNumber[r.flight.Number] {
			if sameClock(r, g.row) && isAnew(r, g.row, now) && r.arrival.At.Equal(g.row.arrival.At) {
				r.shift(1)
				break
			}
		}
		add := func(g *leg) {
			if p, ok := fit(r, g, now); ok {
				pairs = append(pairs, p)
			}
		}
		for _, g := range byNumber[r.flight.Number] {
			add(g)
		}
		for _, g := range byID[r.id] {
			if g.row.flight.Number != r.flight.Number {
				add(g)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Or(a.rank-b.rank, cmp.Compare(a.gap, b.gap)) })
	is, taken := make(map[*row]*leg, len(rows)), make(map[*leg]bool, len(rows))
	for _, p := range pairs {
		if is[p.row] != nil || taken[p.leg] {
			continue
		}
		is[p.row], taken[p.leg] = p.leg, true
		if p.days != 0 {
			p.row.shift(p.days)
		}
	}
	return is
}

// fit reports whether a row may be the next one of a leg, and how sure that is.
func fit(r *row, g *leg, now time.Time) (p pair, ok bool) {
	have := g.row
	p = pair{row: r, leg: g}
	sameID, otherID := r.id != "" && r.id == have.id, !alike(r.id, have.id)
	sameFrom := alike(r.flight.From, have.flight.From)
	at, was := r.arrival.At, have.arrival.At
	if at.IsZero() || was.IsZero() {
		at, was = r.ended(), have.ended()
	}
	if at.IsZero() || was.IsZero() {
		p.rank = 6
		return p, sameID || !otherID && sameFrom
	}
	p.gap = at.Sub(was).Abs()
	repeated := sameClock(r, have) && (have.hasLanded() && r.hasLanded() || have.isOff() && r.isOff() ||
		g.onBoard && g.missing <= 1 && !isAnew(r, have, now))
	if days := daysBetween(at, was); repeated && days != 0 && (sameID || sameFrom && !otherID) {
		p.rank, p.gap, p.days = 4, 0, days // the leg keeps its date
		return p, true
	}
	sameNumber := r.flight.Number == have.flight.Number
	most := retimed
	switch {
	case sameNumber && p.gap == 0 && sameFrom: // even if the source has given the leg another ID
		if p.rank = 1; sameID {
			p.rank = 0
		}
		return p, true
	case sameID:
		if p.rank = 0; !sameNumber {
			p.rank = 2
		}
		if !have.hasLanded() {
			most = retimedID
		}
		return p, p.gap <= most
	case otherID || !sameNumber:
		return p, false
	case p.gap == 0:
		p.rank = 3
		return p, true
	case have.hasLanded():
		most = settled
	}
	p.rank = 5
	return p, sameFrom && p.gap <= most
}

// sameClock reports whether a row without a date has the time of day of another one.
func sameClock(r, have *row) bool {
	const clock = "15:04"
	return r.arrival.Undated && !have.arrival.At.IsZero() && r.arrival.At.Format(clock) == have.arrival.At.Format(clock)
}

// isAnew reports whether a flight that has landed is on its way again: it is tomorrow's.
func isAnew(r, have *row, now time.Time) bool {
	return have.hasLanded() && !r.hasLanded() && now.Sub(have.ended()) > 2*settled
}

// daysBetween returns by how many days a time has to be shifted to be on another one's day.
func daysBetween(from, to time.Time) int {
	y, m, d := from.Date()
	a := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	y, m, d = to.In(from.Location()).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(a).Hours() / 24)
}
