package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestAFlightOfWhichOnlyTheAirportIsKnownShowsTheCity(t *testing.T) {
	put := func(f timetable.Flight) timetable.Change {
		return timetable.Change{Kind: timetable.Put, Flight: f, Named: f.Filled()}
	}
	from := func(code, origin string) timetable.Flight {
		return timetable.Flight{Number: "LH400", From: code, Origin: origin}
	}
	for _, c := range []struct {
		reason  string
		changes []timetable.Change
		want    timetable.Flight
	}{
		{"an addition", []timetable.Change{{Kind: timetable.Add, Flight: from("FRA", "")}}, from("FRA", "Frankfurt")},
		{"a put", []timetable.Change{put(from("FRA", ""))}, from("FRA", "Frankfurt")},
		{"a code in small letters", []timetable.Change{put(from("fra", ""))}, from("fra", "Frankfurt")},
		{"a board", []timetable.Change{board(from("FRA", ""))}, from("FRA", "Frankfurt")},
		{"an update", []timetable.Change{put(from("", "")), put(from("FRA", ""))}, from("FRA", "Frankfurt")},
		{"what somebody tells is better", []timetable.Change{put(from("FRA", "Francfort"))}, from("FRA", "Francfort")},
		{"also when it was told before", []timetable.Change{put(from("FRA", "Francfort")), put(from("FRA", ""))}, from("FRA", "Francfort")},
		{"another airport is another city", []timetable.Change{put(from("FRA", "")), put(from("JFK", ""))}, from("JFK", "New York")},
		{"an airport that nobody knows", []timetable.Change{put(from("QQQ", ""))}, from("QQQ", "")},
		{"an origin that is emptied on purpose", []timetable.Change{put(from("FRA", "")),
			{Flight: from("FRA", ""), Named: timetable.From.Bit() | timetable.Origin.Bit()}}, from("FRA", "")},
	} {
		t.Run(c.reason, func(t *testing.T) {
			m := &monitor{Log: eventlog.New(eventlog.Options{})}
			for _, change := range c.changes {
				if _, err := m.Append(t.Context(), change); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff([]timetable.Flight{c.want}, logtest.Board(m.Log)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
