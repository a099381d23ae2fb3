package publish

import (
	"testing"
	"time"
)

func TestCalendarDates(t *testing.T) {
	for _, test := range []struct{ reason, zone, from, clock, want string }{
		{"the same day", "Europe/Zurich", "2026-11-20T08:00:00+01:00", "16:05", "2026-11-20T16:05:00+01:00"},
		{"the moment itself", "Europe/Zurich", "2026-11-20T16:05:00+01:00", "16:05", "2026-11-20T16:05:00+01:00"},
		{"the next day", "Europe/Zurich", "2026-11-20T16:05:01+01:00", "16:05", "2026-11-21T16:05:00+01:00"},
		{"the airport's day is not the server's", "Asia/Tokyo", "2026-11-20T16:00:00Z", "00:30", "2026-11-22T00:30:00+09:00"},
		{"UTC", "UTC", "2026-12-31T23:00:00Z", "00:10", "2027-01-01T00:10:00Z"},
		{"the clocks go forward before it",
			"America/New_York", "2026-03-07T22:00:00-05:00", "06:00", "2026-03-08T06:00:00-04:00"},
		{"an hour that does not come", "America/New_York", "2026-03-07T22:00:00-05:00", "02:30", "2026-03-08T02:30:00-05:00"},
		{"the clocks go back before it",
			"America/New_York", "2026-10-31T22:00:00-04:00", "06:00", "2026-11-01T06:00:00-05:00"},
		{"of an hour that comes twice the first",
			"America/New_York", "2026-10-31T22:00:00-04:00", "01:30", "2026-11-01T01:30:00-04:00"},
		{"also in Zurich", "Europe/Zurich", "2026-10-24T22:00:00+02:00", "02:30", "2026-10-25T02:30:00+02:00"},
		{"and in Sydney, where they go back in autumn",
			"Australia/Sydney", "2026-04-04T22:00:00+11:00", "02:30", "2026-04-05T02:30:00+11:00"},
	} {
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.Parse(time.RFC3339, test.from)
		if err != nil {
			t.Fatal(err)
		}
		c := &Calendar{Zone: zone}
		if got := c.Date(from.Unix(), test.clock); got != test.want {
			t.Errorf("%s: Date(%s, %s) = %s, want %s", test.reason, test.from, test.clock, got, test.want)
		}
	}
}
