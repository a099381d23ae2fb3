package feed

import "time"

// A milestone is a change of a leg's row on the board.
type milestone struct {
	at       time.Time
	state    string    // empty: the leg is removed from the board
	expected time.Time // zero: unknown
}

const (
	lead     = 2 * time.Hour    // a leg is added this long before it is due, or
	boarding = 30 * time.Minute // this long before its departure, if that is earlier
	late     = 15 * time.Minute // a leg that is this late is delayed; the usual measure of punctuality
	approach = 10 * time.Minute // it is landing from this long before touchdown
	linger   = 15 * time.Minute // it is removed this long after it is in block
	keep     = 2 * time.Hour    // the same for a cancelled or diverted leg, because people come to meet it
)

// life returns the changes that a board would have shown if it had learned each recorded time when it came about. The
// first milestone adds the leg, the last removes it, and each differs from the one before.
//
// Two things are not recorded, so life invents them by fixed rules: estimates, and the time at which a leg is reported
// as cancelled or diverted.
func life(l *leg) []milestone {
	enters := earliest(l.due.Add(-lead), l.departs.Add(-boarding))
	if !l.left.IsZero() {
		enters = earliest(enters, l.left.Add(-boarding))
	}
	milestones := make([]milestone, 1, 9)
	milestones[0] = milestone{at: enters, state: "scheduled"}
	add := func(at time.Time, state string, expected time.Time) {
		last := milestones[len(milestones)-1]
		if state != last.state || !expected.Equal(last.expected) {
			milestones = append(milestones, milestone{latest(at, last.at), state, expected})
		}
	}
	expect := func(at, expected time.Time) {
		state := "expected"
		if expected.Sub(l.due) >= late {
			state = "delayed"
		}
		add(at, state, expected)
	}

	if l.fate == "cancelled" {
		at := latest(l.departs, l.left) // the scheduled departure, or the return to its stand
		add(at, "cancelled", time.Time{})
		add(latest(l.due, at).Add(keep), "", time.Time{})
		return milestones
	}

	// The first estimate has the delay of the departure. The airline reports it when the scheduled departure has passed.
	estimate := l.due.Add(l.left.Sub(l.departs))
	if l.left.Sub(l.departs) >= late {
		expect(l.departs.Add(late), estimate)
	}
	expect(l.left, estimate)

	if l.fate == "diverted" {
		add(estimate, "diverted", time.Time{}) // at the latest at its estimated arrival
		add(latest(l.due, estimate).Add(keep), "", time.Time{})
		return milestones
	}

	// En route the estimate gets better: half the error at half of the flight, an eighth later. It is never in the past,
	// because the first estimate is not before the departure.
	flown, wrong := l.touchdown.Sub(l.left), estimate.Sub(l.touchdown)
	lands := l.touchdown.Add(-approach)
	if at := l.left.Add(flown / 2); at.Before(lands) {
		expect(at, l.touchdown.Add(wrong/2).Round(time.Minute))
	}
	if at := l.left.Add(flown / 5 * 4); at.Before(lands) {
		expect(at, l.touchdown.Add(wrong/8).Round(time.Minute))
	}
	add(lands, "landing", l.touchdown)
	add(l.touchdown, "landed", l.touchdown)
	add(l.inBlock.Add(linger), "", time.Time{})
	return milestones
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
