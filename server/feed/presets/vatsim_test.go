package presets

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// A simPilot flies in a test's network.
type simPilot struct {
	callsign  string
	lat, lon  float64
	speed     float64
	logon     string
	departure string
	arrival   string
	departs   string
	enroute   string
}

// network returns the answer of a network at a moment.
func network(t *testing.T, now time.Time, pilots ...simPilot) []*source.Response {
	t.Helper()
	list := make([]any, len(pilots))
	for i, p := range pilots {
		list[i] = map[string]any{"cid": 1, "name": "Pilot", "callsign": p.callsign, "latitude": p.lat,
			"longitude": p.lon, "altitude": 2000, "groundspeed": p.speed, "logon_time": p.logon, "last_updated": now,
			"flight_plan": map[string]any{"departure": p.departure, "arrival": p.arrival, "deptime": p.departs,
				"enroute_time": p.enroute, "cruise_tas": "450"}}
	}
	list = append(list, map[string]any{"callsign": "N1", "flight_plan": nil})
	body, err := json.Marshal(map[string]any{"general": map[string]any{"update_timestamp": now}, "pilots": list})
	if err != nil {
		t.Fatal(err)
	}
	return []*source.Response{{Body: body}}
}

func TestVatsimFollowsAFlightFromItsStandToOurs(t *testing.T) {
	v, err := newVatsim("FRA")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC) // the clocks go back in the night after it
	flight := simPilot{callsign: "BAW902", logon: "2026-10-24T22:35:00.1234567Z", departure: "EGLL", arrival: "EDDF",
		departs: "2300", enroute: "0130"}
	for _, step := range []struct {
		after    time.Duration
		lat, lon float64
		speed    float64
		want     string // state, scheduled, expected, landed
	}{
		{22*time.Hour + 40*time.Minute, 51.47, -0.46, 0, "scheduled 2026-10-25T02:30:00+02:00 - -"},
		{23*time.Hour + 10*time.Minute, 51.48, -0.30, 160, "en route 2026-10-25T02:30:00+02:00 01:56 -"},
		{24*time.Hour + 0*time.Minute, 50.60, 5.00, 440, "en route 2026-10-25T02:30:00+02:00 02:19 -"},
		{24*time.Hour + 25*time.Minute, 50.02, 8.38, 150, "landing 2026-10-25T02:30:00+02:00 02:28 -"},
		{24*time.Hour + 29*time.Minute, 50.03, 8.55, 30, "landed 2026-10-25T02:30:00+02:00 02:28 02:29"},
		{24*time.Hour + 40*time.Minute, 50.05, 8.57, 0, "landed 2026-10-25T02:30:00+02:00 02:28 02:29"},
	} {
		now := day.Add(step.after)
		flight.lat, flight.lon, flight.speed = step.lat, step.lon, step.speed
		other := simPilot{callsign: "DLH1", departure: "EDDM", arrival: "EDDH", logon: flight.logon}
		answer, err := v.Read(now, network(t, now, other, flight))
		if err != nil || len(answer.Rows) != 1 || answer.Left != 2 || len(answer.Complaints) > 0 {
			t.Fatalf("%s: %+v, %v", now, answer, err)
		}
		row := answer.Rows[0]
		clock := func(is source.Time) string {
			if is.At.IsZero() {
				return "-"
			}
			return is.At.Format("15:04")
		}
		got := strings.Join([]string{row.Flight.State, row.Arrival.At.Format(time.RFC3339), clock(row.Expected),
			clock(row.Actual[timetable.MilestoneLanded])}, " ")
		if got != step.want {
			t.Errorf("%s:\n got %s\nwant %s", now.Format(time.RFC3339), got, step.want)
		}
		if row.Flight.From != "LHR" || row.Place != "pilots[1]" || !row.Stamp.Equal(now) || !answer.Updated.Equal(now) {
			t.Errorf("row %+v", row)
		}
	}
}

func TestVatsimSaysNothingAboutWhatItHasNotSeen(t *testing.T) {
	v, _ := newVatsim("EDDF")
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	on := simPilot{callsign: "DLH400", logon: "2026-11-28T03:00:00Z", departure: "ZZZZ", arrival: "EDDF", departs: "0310",
		enroute: "0830"}
	parked, nowhere, unplanned, circuit := on, on, on, on
	parked.lat, parked.lon = 50.03, 8.55
	nowhere.callsign, nowhere.speed = "DLH401", 440 // at 0, 0, where the network puts pilots whom it cannot locate
	unplanned.callsign, unplanned.departs = "DLH402", "soon"
	circuit.callsign, circuit.departure = "DEABC", "EDDF"
	answer, err := v.Read(now, network(t, now, parked, nowhere, unplanned, circuit))
	if err != nil || len(answer.Rows) != 3 {
		t.Fatalf("%+v, %v", answer, err)
	}
	for i, want := range []string{"landed", "scheduled", "scheduled"} {
		row := answer.Rows[i]
		if row.Flight.State != want || !row.Expected.At.IsZero() || row.Actual != (source.Row{}).Actual ||
			row.Flight.Origin != "ZZZZ" || row.Arrival.At.IsZero() != (i == 2) {
			t.Errorf("%+v, want state %s and no time", row, want)
		}
	}
	want := `pilots[2].flight_plan: deptime: "soon" is not hours and minutes, as in 0730`
	if len(answer.Complaints) != 1 || fmt.Sprintf("%s: %v", answer.Complaints[0].Place, answer.Complaints[0].Err) != want {
		t.Errorf("complaints %+v, want %s", answer.Complaints, want)
	}
}

func TestVatsimRejectsOtherAnswers(t *testing.T) {
	v, _ := newVatsim("EDDF")
	for _, body := range []string{"", "<html>", "[]", "{}", `{"pilots":[{"callsign":7}]}`} {
		if answer, err := v.Read(time.Now(), []*source.Response{{Body: []byte(body)}}); err == nil {
			t.Errorf("%q: %+v and no error", body, answer)
		}
	}
	if _, err := newVatsim("QQQQ"); err == nil {
		t.Error("no error for an airport that does not exist")
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct{ lat1, lon1, lat2, lon2, want float64 }{
		{50, 8, 50, 8, 0},
		{0, 0, 1, 0, 60},                            // a minute of latitude is a mile
		{51.4706, -0.4619, 50.0264, 8.5431, 353},    // Heathrow to Frankfurt
		{40.6398, -73.7789, 35.7647, 140.386, 5844}, // Kennedy to Narita, over the Arctic
		{0, 0, 0, 180, 60 * 180},
	} {
		if got := distance(test.lat1, test.lon1, test.lat2, test.lon2); math.Abs(got-test.want) > 8 {
			t.Errorf("distance(%v, %v, %v, %v) = %.0f, want %.0f", test.lat1, test.lon1, test.lat2, test.lon2, got, test.want)
		}
	}
}
