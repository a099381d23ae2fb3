package presets

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/airports"
	"flightboard/server/feed"
	"flightboard/server/feed/poll/daytest"
	"flightboard/timetable"
)

var tracked = shape{preset: "opensky:EDDF", days: european, token: true, answer: openskyAnswer,
	without: timetable.FieldGate.Bit()}

// OpenSky has the flights that have landed by the day before, in the morning. Each comes once, and leaves once, if
// landed flights stay for more than a day; with the usual time none comes.
func TestDaysOfOpenSky(t *testing.T) {
	t.Setenv("OPENSKY_ID", "id")
	t.Setenv("OPENSKY_SECRET", "secret")
	for _, date := range tracked.days {
		for _, stays := range []time.Duration{30 * time.Hour, 15 * time.Minute} {
			t.Run(fmt.Sprint(date, " ", stays), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d, noon := tracked.begin(t, date)
					end := noon.Add(130 * time.Hour)
					d.calm = end.Add(-time.Hour)
					d.legs = openskyLegs(daytest.NewLegs(d.random, noon.Add(6*time.Hour), noon.Add(30*time.Hour), 60))
					all := d.legs
					w := &daytest.Witness{Linger: feed.Linger{Landed: stays, Overdue: 48 * time.Hour}, Late: 96 * time.Hour}
					if stays < time.Hour {
						w.Unseen = true
					}
					if d.play(w, end); len(all) < 40 {
						t.Errorf("%d legs", len(all))
					}
				})
			})
		}
	}
}

// openskyLegs returns the legs that have landed as OpenSky has them: from three o'clock after the day's end on, for as
// long as the preset asks for them.
func openskyLegs(all []*daytest.Leg) (legs []*daytest.Leg) {
	for _, l := range all {
		for _, p := range l.Phases {
			if p.State != "landed" {
				continue
			}
			day := p.Landed.UTC().Truncate(24 * time.Hour)
			own := &daytest.Leg{Number: l.Number, From: "LHR",
				ID: fmt.Sprint("3c", l.ID[2:], "-", p.Landed.Add(-time.Hour).Unix())}
			own.Then(day.Add(27*time.Hour), daytest.Phase{State: "landed", Landed: p.Landed})
			own.Then(p.Landed.Add(47*time.Hour), daytest.Phase{})
			legs = append(legs, own)
		}
	}
	return legs
}

func openskyAnswer(d *day, r *http.Request) (any, http.Header) {
	unix := func(name string) time.Time {
		n, err := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
		if err != nil {
			d.t.Error(err)
		}
		return time.Unix(n, 0)
	}
	begin, end := unix("begin"), unix("end")
	if end.Sub(begin) > 48*time.Hour {
		d.t.Error("the window is longer than two days")
	}
	rows := []object{{"icao24": "3c675a", "callsign": nil, "firstSeen": 1, "lastSeen": 2}}
	for _, f := range d.rows {
		if f.Landed.Before(begin) || f.Landed.After(end) {
			continue
		}
		rows = append(rows, object{"icao24": f.ID[:len(f.ID)-11], "firstSeen": f.Landed.Add(-time.Hour).Unix(),
			"estDepartureAirport": "EGLL", "lastSeen": f.Landed.Unix(), "estArrivalAirport": "EDDF",
			"callsign": fmt.Sprintf("%-8s", f.Number)})
	}
	return rows, nil
}

var simulated = shape{preset: "vatsim:EDDF", days: european, stamped: true, answer: vatsimAnswer,
	without: timetable.FieldGate.Bit()}

// The pilots of VATSIM fly to Frankfurt. Each flight comes once, passes its states in order, and leaves once.
func TestADayOfVatsim(t *testing.T) {
	for _, date := range simulated.days {
		t.Run(date, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, noon := simulated.begin(t, date)
				end := noon.Add(32 * time.Hour)
				d.calm = end.Add(-time.Hour)
				for i := range 8 {
					due := noon.Add(8*time.Hour + daytest.Random(d.random, 9*time.Hour)).Truncate(time.Minute)
					d.legs = append(d.legs, vatsimLeg(d, i, due))
					if i%4 == 0 {
						d.legs = append(d.legs, vatsimLeg(d, i, due.Add(5*time.Hour)))
					}
				}
				d.play(&daytest.Witness{Linger: usualLinger, Precision: 6 * time.Minute}, end)
			})
		})
	}
}

var (
	heathrow, _  = airports.Lookup("LHR")
	frankfurt, _ = airports.Lookup("FRA")
)

const flies = 80 * time.Minute // from Heathrow to Frankfurt

// position returns where a pilot is some time before he lands.
func position(before time.Duration) (lat, lon float64) {
	part := min(max(before.Hours()/flies.Hours(), 0), 1)
	return frankfurt.Lat + part*(heathrow.Lat-frankfurt.Lat), frankfurt.Lon + part*(heathrow.Lon-frankfurt.Lon)
}

func left(before time.Duration) float64 {
	lat, lon := position(before)
	return distance(lat, lon, frankfurt.Lat, frankfurt.Lon)
}

// vatsimLeg returns a leg that is planned to land at a time.
func vatsimLeg(d *day, i int, sched time.Time) *daytest.Leg {
	l := &daytest.Leg{Number: fmt.Sprint("BAW", 900+i), From: "LHR"}
	lands := sched.Add(daytest.Random(d.random, 40*time.Minute) - 10*time.Minute).Truncate(time.Second)
	p := daytest.Phase{State: "scheduled", Sched: sched}
	l.Then(sched.Add(-flies-45*time.Minute), p)
	if l.Withdrawn = i == 5; l.Withdrawn {
		l.Then(sched.Add(-flies-15*time.Minute), daytest.Phase{Sched: sched})
		return l
	}
	p.State, p.Exp = "en route", lands
	l.Then(lands.Add(-flies), p)
	if l.Overdue = i == 6; l.Overdue {
		p.State = ""
		l.Then(lands.Add(-15*time.Minute), p)
		return l
	}
	near := time.Duration(0)
	for left(near) <= final {
		near += time.Second
	}
	p.State = "landing"
	l.Then(lands.Add(-near), p)
	p.State, p.Landed = "landed", lands
	l.Then(lands, p)
	p.State = ""
	l.Then(lands.Add(20*time.Minute+daytest.Random(d.random, time.Hour)), p)
	return l
}

func vatsimAnswer(d *day, _ *http.Request) (any, http.Header) {
	pilots := []object{{"callsign": "N1", "flight_plan": nil}}
	knots := left(flies) / flies.Hours()
	for _, f := range d.rows {
		speed, before := 0.0, flies
		switch f.State {
		case "en route", "landing":
			speed, before = knots, f.Exp.Sub(d.at)
		case "landed":
			before = 0
		}
		lat, lon := position(before)
		departs := f.Sched.Add(-flies)
		pilots = append(pilots, object{"callsign": f.Number, "latitude": lat, "longitude": lon, "groundspeed": speed,
			"logon_time": departs.Add(-45 * time.Minute).UTC(), "last_updated": d.at.UTC(), "flight_plan": object{
				"departure": "EGLL", "arrival": "EDDF", "cruise_tas": strconv.Itoa(int(knots)),
				"deptime": departs.UTC().Format("1504"), "enroute_time": "0120"}})
	}
	return object{"general": object{"update_timestamp": d.at.UTC()}, "pilots": pilots}, nil
}
