package poll

import (
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// After a restart, flights that have landed are taken to have left the board if they can have: not those that would
// still be there. A source such as OpenSky has flights long after they have landed.
func TestFlightsThatCannotHaveLeftBeforeARestartCome(t *testing.T) {
	for _, test := range []struct {
		name          string
		stays, landed time.Duration // landed is how long ago
		comes         bool
	}{
		{"it has left", 15 * mins, 40 * mins, false},
		{"it may have left, as of another time", 15 * mins, 5 * mins, false},
		{"it would still be here", 30 * time.Hour, 10 * time.Hour, true},
		{"it may have left", 30 * time.Hour, 29*time.Hour + 30*mins, false},
		{"it has left long ago", 30 * time.Hour, 31 * time.Hour, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				d := &desk{T: t, about: source.About{Zone: zurich}}
				d.begin(log, time.Now().Add(-5*mins))
				defer d.stop()
				d.legs.options.Landed = test.stays
				row := source.Row{Flight: timetable.Flight{Number: "LX1", State: "landed"}}
				at := time.Now().Add(-test.landed)
				row.Actual[timetable.MilestoneLanded] = source.Time{Text: "x", At: at}
				d.answerAs(answer{Answer: source.Answer{Rows: []source.Row{row}}})
				comes := false
				for range boardOf(log) {
					comes = true
				}
				if comes != test.comes {
					t.Errorf("the flight comes: %t, want %t", comes, test.comes)
				}
			})
		})
	}
}
