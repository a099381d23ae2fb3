package timetable

import "testing"

// A landing that is withdrawn does not move the flight to another day. The flight of the next day, which a table
// has in the same row, is on the next day.
func TestAWithdrawnLandingKeepsTheDate(t *testing.T) {
	for _, test := range []struct {
		reason string
		last   datedAt
		want   string
	}{
		{"ten hours late, and withdrawn", datedAt{"2026-11-20T18:20", `{"flight":"A1","landed":null}`},
			"2026-11-20T08:00:00-05:00"},
		{"an older state by hand", datedAt{"2026-11-20T18:20", `{"flight":"A1","state":"expected","landed":null}`},
			"2026-11-20T08:00:00-05:00"},
		{"the next day's flight",
			datedAt{"2026-11-21T04:20", `{"flight":"A1","arrival":"08:00","state":"scheduled","landed":null}`},
			"2026-11-21T08:00:00-05:00"},
	} {
		b := mergeDated(t, datedAt{"2026-11-20T07:00", `{"flight":"A1","arrival":"08:00"}`},
			datedAt{"2026-11-20T18:10", `{"flight":"A1","landed":"18:05"}`}, test.last)
		if got := b.Flight("A1"); got.Dated != test.want || got.HasLanded() {
			t.Errorf("%s: %+v, want dated %s", test.reason, got, test.want)
		}
	}
}
