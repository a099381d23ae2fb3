package publish

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
)

// A source is a feed that knows its airport.
type source struct {
	feed.Feed
	is feed.Description
}

func (s source) Describe(time.Time) feed.Description { return s.is }

func TestDescribe(t *testing.T) {
	oslo, _ := time.LoadLocation("Europe/Oslo")
	tokyo, _ := time.LoadLocation("Asia/Tokyo")
	for _, test := range []struct {
		name, airport string
		zone          *time.Location
		feeds         []feed.Description
		want          string
	}{
		{"nothing", "", nil, []feed.Description{{}}, "-"},
		{"-airport", "hnd", nil, nil, "HND Asia/Tokyo"},
		{"-zone alone", "", oslo, nil, " Europe/Oslo"},
		{"a feed", "", nil, []feed.Description{{Airport: "ENGM", Zone: oslo}}, "OSL Europe/Oslo"},
		{"-airport and a feed", "HND", nil, []feed.Description{{Airport: "OSL", Zone: oslo}}, "HND Asia/Tokyo"},
		{"-zone and a feed", "", oslo, []feed.Description{{Airport: "HND", Zone: tokyo}}, "HND Europe/Oslo"},
		{"an unknown airport", "", nil, []feed.Description{{Airport: "ZZZ", Zone: tokyo}}, "ZZZ Asia/Tokyo"},
	} {
		feeds := NewFeeds(nil, eventlog.New(eventlog.Options{}), slog.New(slog.DiscardHandler))
		for _, is := range test.feeds {
			feeds.Add(New(nil, nil, "one"), source{is: is})
		}
		feeds.Airport = test.airport
		feeds.Date(test.zone)
		d := feeds.Describe(time.Now())
		got := "-"
		if d.Zone != nil {
			got = d.Airport + " " + d.Zone.String()
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestRecordingDescribesItself: after its last day the first one is recorded, under a later date.
func TestRecordingDescribesItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		feeds := NewFeeds(log, log, slog.New(slog.DiscardHandler))
		replay, err := feed.NewReplay(feed.ReplayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		feeds.Add(New(log, log, "replay"), replay)
		feeds.Date(nil)
		ctx := t.Context()
		go feeds.Run(ctx)
		synctest.Wait()
		for _, step := range []struct {
			after time.Duration
			want  string
		}{
			{0, "JFK America/New_York 2023-12-20 15:30 of 2023-12-20"},
			{8*time.Minute + 30*time.Second, "JFK America/New_York 2023-12-21 00:00 of 2023-12-21"},
			{12 * 24 * time.Minute, "JFK America/New_York 2024-01-02 00:00 of 2023-12-02"},
		} {
			time.Sleep(step.after)
			d := feeds.Describe(time.Now())
			got := d.Airport + " " + d.Zone.String() + " " + d.Now.In(d.Zone).Format("2006-01-02 15:04") + " of " +
				d.Recorded.In(d.Zone).Format(time.DateOnly)
			if got != step.want || d.Speed != 60 {
				t.Errorf("after %v: %s at %v, want %s", step.after, got, d.Speed, step.want)
			}
		}
	})
}
