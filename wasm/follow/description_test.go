package follow

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	for _, test := range []struct {
		at    string
		speed float64
		after time.Duration
		shows string
		next  time.Duration
	}{
		{"2023-12-20T15:41:20-05:00", 1, 0, "2023-12-20 15:41", 40 * time.Second},
		{"2023-12-20T15:41:20-05:00", 1, 40 * time.Second, "2023-12-20 15:42", time.Minute},
		{"2023-12-20T23:59:30-05:00", 60, time.Second, "2023-12-21 00:00", time.Second / 2},
		{"2026-11-28T12:00:00+05:45", 1, 24 * time.Hour, "2026-11-29 12:00", time.Minute},
		{"2026-11-28T12:00:00Z", 0.5, time.Minute, "2026-11-28 12:00", time.Minute},
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		_, offset := at.Zone()
		d := Description{Time: at, East: time.Duration(offset) * time.Second, Speed: test.speed}
		shows, next := d.Clock(test.after)
		if got := shows.UTC().Format("2006-01-02 15:04"); got != test.shows || next != test.next {
			t.Errorf("%s at %v, %v later: %s, next in %v, want %s and %v", test.at, test.speed, test.after, got, next,
				test.shows, test.next)
		}
	}
}
