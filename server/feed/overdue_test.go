package feed

import (
	"testing"
	"time"
)

// A recording's flights leave by its own script, and never because they are overdue: each makes news within six hours
// of when it was last expected.
func TestTheSamplesFlightsAreNeverOverdue(t *testing.T) {
	replay, err := NewReplay(ReplayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for i := range replay.timeline.legs {
		leg := &replay.timeline.legs[i]
		milestones := replay.timeline.life(i)
		for n, m := range milestones[:len(milestones)-1] {
			if m.state == "landed" || m.state == "cancelled" || m.state == "diverted" {
				continue
			}
			due := leg.due
			if !m.expected.IsZero() {
				due = m.expected
			}
			checked++
			if leaves := latest(due, m.at).Add(6 * time.Hour); !milestones[n+1].at.Before(leaves) {
				t.Errorf("%v: %s at %v, due %v, and then nothing until %v", leg.is, m.state, m.at, due, milestones[n+1].at)
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d states were looked at", checked)
	}
}
