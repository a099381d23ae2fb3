package presets

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"sync"
	"time"

	"flightboard/server/airports"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// A vatsim has the arrivals of one airport of VATSIM, a network of flight simulators: some 1,800 pilots, at any hour.
// It publishes positions and flight plans, so the times and states of arrivals are worked out here. It is the preset
// that is written in Go: what a mapping cannot express looks like this.
type vatsim struct {
	about source.About
	icao  string
	here  airports.Airport

	mu   sync.Mutex
	seen map[string]sighting // the pilots of the last answer, by callsign
}

// A sighting is what the last answer said about a pilot, because positions do not tell when he landed.
type sighting struct {
	airborne bool
	expected time.Time
	landed   time.Time // zero: he had landed when he was seen first
}

const (
	runway   = 2.0       // nautical miles from the airport's position to its farthest runway
	final    = 10.0      // nautical miles within which an aircraft is landing
	taxiing  = 40.0      // knots below which it is on the ground
	climb    = 60.0      // nautical miles from its origin within which its speed is not yet that of the flight
	longWait = time.Hour // estimates that are farther away are rounded to five minutes, so that they are calm
)

func newVatsim(airport string) (source.Source, error) {
	here, ok := airports.Lookup(airport)
	if !ok || here.ICAO == "" {
		return nil, fmt.Errorf("vatsim: %q is not the code of an airport, such as EDDF", airport)
	}
	zone, err := time.LoadLocation(here.Zone)
	if err != nil {
		return nil, fmt.Errorf("vatsim: %w", err)
	}
	return &vatsim{icao: here.ICAO, here: here, about: source.About{
		Name: "vatsim", Airport: here.IATA, Zone: zone, Every: 15 * time.Second,
		Credit: "Simulated flights: VATSIM",
		Terms:  "Free for uses that are not commercial, with the name of VATSIM.",
	}}, nil
}

func (v *vatsim) About() source.About { return v.about }

func (v *vatsim) Requests(time.Time) ([]source.Request, error) {
	return []source.Request{{URL: &url.URL{Scheme: "https", Host: "data.vatsim.net", Path: "/v3/vatsim-data.json"}}}, nil
}

func (v *vatsim) Next(*source.Response) (*source.Request, error) { return nil, nil }

// A vatsimPilot is a pilot as the network publishes him, without his name.
type vatsimPilot struct {
	Callsign  string    `json:"callsign"`
	Latitude  float64   `json:"latitude"`
	Longitude float64   `json:"longitude"`
	Speed     float64   `json:"groundspeed"` // knots
	Logon     time.Time `json:"logon_time"`
	Updated   time.Time `json:"last_updated"`
	Plan      *struct {
		From    string `json:"departure"`
		To      string `json:"arrival"`
		Cruise  string `json:"cruise_tas"`   // knots
		Departs string `json:"deptime"`      // HHMM, UTC
		Enroute string `json:"enroute_time"` // HHMM
	} `json:"flight_plan"`
}

// Read implements [source.Source].
func (v *vatsim) Read(now time.Time, responses []*source.Response) (answer source.Answer, err error) {
	var network struct {
		General struct {
			Updated time.Time `json:"update_timestamp"`
		} `json:"general"`
		Pilots []vatsimPilot `json:"pilots"`
	}
	if len(responses) != 1 {
		return answer, fmt.Errorf("vatsim: %d responses, want one", len(responses))
	}
	if err := json.Unmarshal(responses[0].Body, &network); err != nil {
		return answer, fmt.Errorf("vatsim: %w", err)
	}
	if network.Pilots == nil {
		return answer, errors.New("vatsim: the answer has no pilots")
	}
	answer.Updated = network.General.Updated
	v.mu.Lock()
	defer v.mu.Unlock()
	seen := make(map[string]sighting)
	for i := range network.Pilots {
		p := &network.Pilots[i]
		if p.Plan == nil || p.Plan.To != v.icao || p.Plan.From == v.icao || p.Callsign == "" {
			answer.Left++
			continue
		}
		place := fmt.Sprintf("pilots[%d]", i)
		row, sighted, err := v.row(now, p)
		if err != nil {
			answer.Complaints = append(answer.Complaints, source.Complaint{Place: place + ".flight_plan", Err: err})
		}
		row.Place = place
		answer.Rows, seen[p.Callsign] = append(answer.Rows, row), sighted
	}
	v.seen = seen
	return answer, nil
}

// row returns the row of a pilot. The error is about his plan, without which the row has no scheduled time.
func (v *vatsim) row(now time.Time, p *vatsimPilot) (row source.Row, is sighting, err error) {
	row.Flight = timetable.Flight{Number: p.Callsign, State: "scheduled"}
	row.Stamp = p.Updated
	origin, known := airports.Lookup(p.Plan.From)
	if row.Flight.From = origin.IATA; !known {
		row.Flight.Origin = p.Plan.From
	}
	departs, err := v.departure(now, p)
	if err == nil {
		var enroute time.Duration
		if enroute, err = hoursMinutes("enroute_time", p.Plan.Enroute); enroute > 0 {
			row.Arrival = v.time(p.Plan.Departs+"+"+p.Plan.Enroute, departs.Add(enroute))
		}
	}
	was := v.seen[p.Callsign]
	left := math.Inf(1) // nautical miles to fly
	if p.Latitude != 0 || p.Longitude != 0 {
		left = distance(p.Latitude, p.Longitude, v.here.Lat, v.here.Lon)
	}
	flown := math.Inf(1)
	if known {
		flown = distance(p.Latitude, p.Longitude, origin.Lat, origin.Lon)
	}
	switch {
	case p.Speed < taxiing && left <= runway:
		row.Flight.State, is = "landed", was
		if is.airborne = false; was.airborne {
			is.landed = p.Updated
		}
		row.Expected = v.time("", is.expected)
		row.Actual[timetable.MilestoneLanded] = v.time("", is.landed)
	case p.Speed >= taxiing && !math.IsInf(left, 1):
		speed := p.Speed
		if cruise, err := strconv.ParseFloat(p.Plan.Cruise, 64); err == nil && flown < climb && left > climb {
			speed = max(speed, min(cruise, 600))
		}
		is = sighting{airborne: true, expected: estimate(now, left/speed)}
		row.Expected = v.time(fmt.Sprintf("%.0f nm at %.0f kt", left, p.Speed), is.expected)
		if row.Flight.State = "en route"; left <= final {
			row.Flight.State = "landing"
		}
	}
	return row, is, err
}

// departure returns the planned departure, on the day on which it is nearest to the logon.
func (v *vatsim) departure(now time.Time, p *vatsimPilot) (time.Time, error) {
	clock, err := hoursMinutes("deptime", p.Plan.Departs)
	if err != nil {
		return time.Time{}, err
	}
	near := p.Logon
	if near.IsZero() {
		near = now
	}
	at := near.UTC().Truncate(24 * time.Hour).Add(clock)
	for at.Sub(near) > 12*time.Hour {
		at = at.Add(-24 * time.Hour)
	}
	for near.Sub(at) > 12*time.Hour {
		at = at.Add(24 * time.Hour)
	}
	return at, nil
}

func (v *vatsim) time(text string, at time.Time) source.Time {
	if at.IsZero() {
		return source.Time{}
	}
	at = at.In(v.about.Zone)
	if text == "" {
		text = at.Format(time.RFC3339)
	}
	return source.Time{Text: text, At: at}
}

// estimate returns the time of arrival, in whole minutes.
func estimate(now time.Time, hours float64) time.Time {
	wait := time.Duration(min(hours, 24) * float64(time.Hour))
	if wait > longWait {
		return now.Add(wait).Round(5 * time.Minute)
	}
	return now.Add(wait).Round(time.Minute)
}

// hoursMinutes reads HHMM, in which leading zeros may be missing. The error names the field.
func hoursMinutes(field, text string) (time.Duration, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n > 2400 || n%100 > 59 {
		return 0, fmt.Errorf("%s: %q is not hours and minutes, as in 0730", field, text)
	}
	return time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute, nil
}
