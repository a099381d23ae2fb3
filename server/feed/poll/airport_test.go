package poll

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"flightboard/server/feed/poll/daytest"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// A jsonRow is a row of the synthetic airport's answers.
type jsonRow struct {
	ID, Number, From, Sched, Exp, Landed, Arrived, State, Gate string
	Stamp                                                      time.Time
}

// A style is how an airport writes its answers.
type style struct {
	ids     bool // an ID for each leg
	undated bool // times of day only
	stamps  bool // the time of the last change of each row
	times   bool // actual times beside the states
	updated bool // the time of the answer
}

// An airport answers with the rows of its legs, and with faults.
type airport struct {
	style
	random  *rand.Rand
	legs    []*daytest.Leg
	omitted bool // the answer before was not whole
	served  int
	calm    time.Time // there are no faults from then on
}

func (p *airport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	rows := []jsonRow{}
	for _, l := range p.legs {
		if phase, ok := l.Listed(now); ok {
			rows = append(rows, p.row(l, phase))
		}
	}
	listed := len(rows)
	if p.random.IntN(2) == 0 {
		p.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	omitted := p.omitted // two answers in a row must not lack a leg: it would leave
	if now.Before(p.calm) {
		switch fault := p.random.IntN(60); {
		case fault == 0:
			w.WriteHeader(500)
			return
		case fault == 1:
			w.WriteHeader(204 + 200*p.random.IntN(2))
			return
		case fault == 2:
			w.Header().Set("Retry-After", "240")
			w.WriteHeader(429)
			return
		case fault == 3:
			w.Header().Set("Content-Length", "100000")
			w.Write([]byte("[{"))
			return
		case fault == 4:
			w.Write([]byte("<html>sorry"))
			return
		case fault == 5:
			silent(w, r)
			return
		case fault == 6 && !omitted:
			rows = rows[:len(rows)/3]
		case fault < 20 && !omitted:
			rows = rows[:len(rows)-len(rows)/30]
		case fault < 40:
			rows = append(rows, rows[:len(rows)/10]...)
		}
	}
	p.omitted = len(rows) < listed
	p.served++
	body, _ := json.Marshal(rows)
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))
	if w.Header().Set("ETag", tag); r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(304)
		return
	}
	w.Write(body)
}

func (p *airport) row(l *daytest.Leg, now daytest.Phase) (r jsonRow) {
	text := func(t time.Time) string {
		switch t = t.In(zurich); {
		case t.Year() < 2000:
			return ""
		case p.undated:
			return t.Format("15:04")
		}
		return t.Format(time.RFC3339)
	}
	r = jsonRow{Number: l.Number, From: l.From, State: now.State, Gate: now.Gate}
	r.Sched, r.Exp = text(now.Sched), text(now.Exp)
	if p.ids {
		r.ID = l.ID
	}
	if p.stamps {
		r.Stamp = now.Begins
	}
	if p.times {
		r.Landed, r.Arrived = text(now.Landed), text(now.OnBlock)
	}
	return r
}

// An airportSource reads the answers of an airport.
type airportSource struct {
	fakeSource
	updated bool
}

func (s *airportSource) Read(now time.Time, responses []*source.Response) (a source.Answer, err error) {
	var rows []jsonRow
	if err := json.Unmarshal(responses[0].Body, &rows); err != nil {
		return a, err
	}
	if s.updated {
		a.Updated = now
	}
	for i, j := range rows {
		read := func(text string, near time.Time) (t source.Time) {
			if t.Text = text; text == "" {
				return t
			}
			if t.At, err = time.Parse(time.RFC3339, text); err == nil {
				t.At = t.At.In(zurich)
				return t
			}
			clock, _ := time.Parse("15:04", text)
			near = near.In(zurich)
			for days := -1; days <= 1; days++ {
				at := time.Date(near.Year(), near.Month(), near.Day()+days, clock.Hour(), clock.Minute(), 0, 0, zurich)
				if by := at.Sub(near); by >= -12*time.Hour && by < 12*time.Hour {
					t.At, t.Undated = at, true
				}
			}
			return t
		}
		r := source.Row{Place: fmt.Sprint("rows[", i, "]"), Stamp: j.Stamp}
		r.Flight = timetable.Flight{ID: j.ID, Number: j.Number, From: j.From, State: j.State, Gate: j.Gate}
		r.Arrival = read(j.Sched, now)
		r.Expected = read(j.Exp, r.Arrival.At)
		r.Actual[timetable.MilestoneLanded] = read(j.Landed, r.Arrival.At)
		r.Actual[timetable.MilestoneArrived] = read(j.Arrived, r.Arrival.At)
		a.Rows = append(a.Rows, r)
	}
	return a, nil
}
