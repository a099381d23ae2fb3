package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"flightboard/server/eventstream"
	"flightboard/timetable/words"
)

// A Description says what the board is. It is the data of the event flightBoard; what is zero is not sent.
type Description struct {
	Airport   string    `json:"airport,omitempty"` // IATA code
	City      string    `json:"city,omitempty"`
	Direction string    `json:"direction,omitempty"` // arrivals
	Zone      string    `json:"zone,omitempty"`      // IANA name of the airport's time zone
	Time      time.Time `json:"time,omitzero"`       // the board's clock now, with the airport's offset
	Speed     float64   `json:"speed,omitzero"`      // how many times faster than real time the clock goes; 0: once
	Recording string    `json:"recording,omitempty"` // the recorded day, as 2023-12-20, or a name; "": the board is live
	Credit    []string  `json:"credit,omitempty"`    // lines that the sources of the flights ask a page to show
}

// description makes the event flightBoard, which a viewer gets first, and again when something other than the time has
// changed. It has no ID, so it does not change the position at which a viewer resumes.
type description struct {
	now func(time.Time) Description // nil: there is nothing to say

	mu      sync.Mutex
	last    Description // without the time
	changed time.Time   // when it became that; zero: when the server started
}

// event returns the event, or nil. changed is when the description last changed.
func (d *description) event(now time.Time) (event []byte, changed time.Time) {
	if d.now == nil {
		return nil, time.Time{}
	}
	is := d.now(now)
	if data, _ := json.Marshal(is); len(data) > len("{}") { // does not fail for a time of this era and strings
		event, _ = eventstream.Event{Type: "flightBoard", Data: data}.AppendText(nil)
	}
	_, offset := is.Time.Zone()
	is.Time = time.Time{}.Add(time.Duration(offset) * time.Second) // clocks that are put back are a change
	d.mu.Lock()
	defer d.mu.Unlock()
	if !reflect.DeepEqual(is, d.last) {
		if !reflect.DeepEqual(d.last, Description{}) {
			d.changed = now
		}
		d.last = is
	}
	return event, d.changed
}

// place returns the city and the airport's code, as in New York JFK.
func (d *Description) place() string { return strings.TrimSpace(d.City + " " + d.Airport) }

// withDescription writes the description where index.html has room for it, for readers without scripts. The time is
// left out, because it would be wrong soon.
func withDescription(index []byte, d Description) []byte {
	fill := func(id, text string) {
		if text == "" {
			return
		}
		empty := []byte(`id="` + id + `" hidden></`)
		index = bytes.Replace(index, empty, []byte(`id="`+id+`">`+html.EscapeString(text)+`</`), 1)
	}
	fill("airport", d.place())
	fill("recording", d.recording())
	fill("credit", strings.Join(d.Credit, " · "))
	if place := d.place(); place != "" {
		index = bytes.Replace(index, []byte("<title>Arrivals</title>"),
			[]byte("<title>"+html.EscapeString(words.Title(place))+"</title>"), 1)
	}
	return index
}

// recording returns what the page says about a recording, or "".
func (d *Description) recording() string {
	if d.Recording == "" {
		return ""
	}
	speed := strconv.FormatFloat(cmp.Or(d.Speed, 1), 'g', -1, 64)
	if day, err := time.Parse(time.DateOnly, d.Recording); err == nil {
		return words.Recording(day.Format(lineDate), speed)
	}
	return words.RecordingNamed(d.Recording, speed)
}

// lineDate is how a date is written for readers without scripts.
const lineDate = "Mon 2 January 2006"

// line returns the description as a line of text; "" if there is nothing to say.
func (d *Description) line() string {
	var parts []string
	if place := d.place(); place != "" {
		parts = append(parts, strings.TrimSpace(place+" "+d.Direction))
	}
	if is := d.recording(); is != "" {
		parts = append(parts, is)
	}
	if parts = append(parts, d.Credit...); len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "\n"
}
