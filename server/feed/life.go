package feed

import "time"

// A milestone is a moment at which the board learns something about a leg.
type milestone struct {
	at       time.Time
	state    string    // empty: it leaves the board
	expected time.Time // zero: nobody says
}

const (
	lead     = 2 * time.Hour    // enters the board this long before it is due, or
	boarding = 30 * time.Minute // this long before it leaves, if that is earlier
	late     = 15 * time.Minute // as late as this is delayed; the usual measure of punctuality
	approach = 10 * time.Minute // is landing this long before touchdown
	linger   = 15 * time.Minute // leaves the board this long after it is in block
	keep     = 2 * time.Hour    // the same for a leg that did not come: people come and look for it
)

// life is what a board that knew the recorded times only as they came about would have shown. The first milestone
// puts the leg on the board, the last removes it, and none says the same as the one before.
//
// Two things are not recorded and are made up, always in the same way: estimates, and the moment at which a leg is
// said to be cancelled or diverted.
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
		at := latest(l.departs, l.left) // when it should have left, or came back to its stand
		add(at, "cancelled", time.Time{})
		add(latest(l.due, at).Add(keep), "", time.Time{})
		return milestones
	}

	// As late as it leaves it will arrive. Its airline says so when it should have left long ago.
	estimate := l.due.Add(l.left.Sub(l.departs))
	if l.left.Sub(l.departs) >= late {
		expect(l.departs.Add(late), estimate)
	}
	expect(l.left, estimate)

	if l.fate == "diverted" {
		add(estimate, "diverted", time.Time{}) // at the latest when it should be there
		add(latest(l.due, estimate).Add(keep), "", time.Time{})
		return milestones
	}

	// On its way the estimate comes closer to the truth: half the error at half of the way, an eighth later on. It
	// never lies in the past then, for the first one does not lie before the leg left.
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
