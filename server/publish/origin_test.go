package publish

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestAFlightWithOnlyItsAirportGetsTheCity(t *testing.T) {
	put := func(f timetable.Flight) timetable.Change {
		return timetable.Change{Kind: timetable.KindPut, Flight: f, Named: f.Filled()}
	}
	from := func(code, origin string) timetable.Flight {
		return timetable.Flight{Number: "LH400", From: code, Origin: origin}
	}
	emptied := func(code string) timetable.Change {
		return timetable.Change{Kind: timetable.KindPut, Flight: from(code, ""),
			Named: timetable.FieldFrom.Bit() | timetable.FieldOrigin.Bit()}
	}
	for _, c := range []struct {
		reason  string
		changes []timetable.Change
		want    timetable.Flight
	}{
		{"an addition", []timetable.Change{{Kind: timetable.KindAdd, Flight: from("FRA", "")}}, from("FRA", "Frankfurt")},
		{"a put", []timetable.Change{put(from("FRA", ""))}, from("FRA", "Frankfurt")},
		{"a code in small letters", []timetable.Change{put(from("fra", ""))}, from("fra", "Frankfurt")},
		{"a board", []timetable.Change{board(from("FRA", ""))}, from("FRA", "Frankfurt")},
		{"an update", []timetable.Change{put(from("", "")), put(from("FRA", ""))}, from("FRA", "Frankfurt")},
		{"what somebody tells is better", []timetable.Change{put(from("FRA", "Francfort"))}, from("FRA", "Francfort")},
		{"also when it was told before", []timetable.Change{put(from("FRA", "Francfort")), put(from("FRA", ""))},
			from("FRA", "Francfort")},
		{"another airport is another city", []timetable.Change{put(from("FRA", "")), put(from("JFK", ""))},
			from("JFK", "New York")},
		{"an airport that nobody knows", []timetable.Change{put(from("QQQ", ""))}, from("QQQ", "")},
		{"an empty origin is none", []timetable.Change{emptied("FRA")}, from("FRA", "Frankfurt")},
		{"an empty origin is none, and what was told is over",
			[]timetable.Change{put(from("FRA", "Francfort")), emptied("FRA")}, from("FRA", "Frankfurt")},
		{"an empty origin of an airport that nobody knows", []timetable.Change{put(from("FRA", "")), emptied("QQQ")},
			from("QQQ", "")},
		{"an origin that is emptied without an airport", []timetable.Change{put(from("FRA", "")),
			{Flight: from("", ""), Named: timetable.FieldOrigin.Bit()}}, from("FRA", "")},
	} {
		t.Run(c.reason, func(t *testing.T) {
			log := eventlog.New(eventlog.Options{})
			m := New(log, log, "")
			for _, change := range c.changes {
				if _, _, err := m.Publish(t.Context(), timetable.Report{Change: change}); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff([]timetable.Flight{c.want}, logtest.Board(log)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Posted reports are merged: times become states, and better information of a feed is not replaced.
func TestPostedReportsAreMerged(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	door, tower := New(log, log, ""), New(log, log, "tower")
	tower.source = "tower"
	for _, c := range []struct {
		reason, line, state string
		by                  *Publisher
	}{
		{"an estimate", `{"flight":"LH400","expected":"18:05"}`, "expected", door},
		{"an actual time", `{"flight":"LH400","landed":"18:03"}`, "landed", tower},
		{"a source of another name cannot take that back", `{"flight":"LH400","state":"expected","feed":"gates"}`, "landed",
			door},
		{"a hand can", `{"flight":"LH400","state":"landing"}`, "landing", door},
	} {
		for entry, err := range timetable.Body(c.line) {
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.by.Publish(t.Context(), *entry.Report); err != nil {
				t.Fatal(err)
			}
		}
		if got := logtest.Board(log)[0].State; got != c.state {
			t.Errorf("%s: the state is %q, want %q", c.reason, got, c.state)
		}
	}
}
