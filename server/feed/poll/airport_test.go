package poll

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

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

// A truth is the life of a leg.
type truth struct {
	id, number, from string
	phases           []phase
	withdrawn        bool // it is no longer listed long before it is due
	overdue          bool // it is no longer listed before it has landed
	off              bool // it was cancelled or diverted

	adds, removals int
	at             int // the phase that the board shows
}

// A phase is what is true of a leg from a time on; an empty state ends its row.
type phase struct {
	from                        time.Time
	state, gate                 string
	sched, exp, landed, onBlock time.Time
}

func (p phase) String() string {
	var text strings.Builder
	text.WriteString(p.state + " " + p.gate)
	for _, at := range []time.Time{p.from, p.sched, p.exp, p.landed, p.onBlock} {
		text.WriteString(at.In(zurich).Format(" 02T15:04:05"))
	}
	return text.String()
}

// now returns the number of the phase at a time; -1: the leg is not listed yet.
func (l *truth) now(at time.Time) int {
	n := -1
	for n+1 < len(l.phases) && !l.phases[n+1].from.After(at) {
		n++
	}
	return n
}

// newAirport returns the legs that are scheduled in some hours. Most numbers are used each day, and some twice a day.
func newAirport(random *rand.Rand, from, to time.Time, n int) (legs []*truth) {
	between := func(a, b time.Duration) time.Duration { return a + rand2(random, b-a) }
	minute := func(t time.Time) time.Time { return t.Truncate(time.Minute) }
	for i := range n {
		number := fmt.Sprintf("A%c%d", 'A'+i%20, 100+i)
		due := minute(from.Add(between(0, 24*time.Hour)))
		for ; due.Before(to); due = due.AddDate(0, 0, 1) {
			for twice := range 1 + i%10/9 {
				sched := due.Add(time.Duration(twice) * 10 * time.Hour)
				if sched.After(to) {
					continue
				}
				l := &truth{number: number, from: fmt.Sprintf("X%c%c", 'A'+i%26, 'A'+i/26%26), at: -1}
				l.id = fmt.Sprint("id", 7000+len(legs))
				now := phase{from: sched.Add(-between(5*time.Hour, 6*time.Hour)), state: "scheduled", sched: sched, gate: "1"}
				then := func(at time.Time) { now.from = at; l.phases = append(l.phases, now) }
				then(now.from)
				late := between(-20*time.Minute, 3*time.Hour)
				if random.IntN(3) > 0 {
					late = between(-20*time.Minute, 20*time.Minute)
				}
				if random.IntN(10) == 0 {
					now.sched = minute(sched.Add(between(-time.Hour, 2*time.Hour)))
					then(sched.Add(-4 * time.Hour))
				}
				now.gate = fmt.Sprint(random.IntN(30))
				then(sched.Add(-200 * time.Minute))
				lands := now.sched.Add(late).Truncate(time.Second)
				switch fate := random.IntN(20); fate {
				case 0:
					now.state, l.off = "cancelled", true
					then(sched.Add(-3 * time.Hour))
				case 1:
					l.withdrawn, now.state = true, ""
					then(sched.Add(-3 * time.Hour))
					legs = append(legs, l)
					continue
				default:
					now.state, now.exp = "expected", minute(lands.Add(between(-20*time.Minute, 20*time.Minute)))
					then(lands.Add(-170 * time.Minute))
					now.state = "en route"
					then(lands.Add(-150 * time.Minute))
					now.exp = minute(lands.Add(between(-5*time.Minute, 5*time.Minute)))
					then(lands.Add(-60 * time.Minute))
					if fate == 2 {
						now.state, l.overdue = "", true
						then(lands.Add(-5 * time.Minute))
						break
					}
					if fate == 3 {
						now.state, l.off = "diverted", true
						then(lands.Add(-20 * time.Minute))
						break
					}
					now.state = "landing"
					then(lands.Add(-15 * time.Minute))
					now.state, now.landed = "landed", lands
					then(lands.Add(between(0, time.Minute)))
					now.state, now.onBlock = "arrived", lands.Add(6*time.Minute)
					then(lands.Add(7 * time.Minute))
					now.state = "on belt"
					then(lands.Add(25 * time.Minute))
				}
				if !l.overdue {
					now.state = ""
					then(lands.Add(between(40*time.Minute, 4*time.Hour)))
				}
				legs = append(legs, l)
			}
		}
	}
	return legs
}

func rand2(random *rand.Rand, n time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(n)))
}

// An airport answers with the rows of its legs, and with faults.
type airport struct {
	style
	random  *rand.Rand
	legs    []*truth
	omitted bool // the answer before was not whole
	served  int
	calm    time.Time // there are no faults from then on
}

func (p *airport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	rows := []jsonRow{}
	for _, l := range p.legs {
		n := l.now(now)
		if n < 0 || l.phases[n].state == "" {
			continue
		}
		rows = append(rows, p.row(l, l.phases[n]))
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

func (p *airport) row(l *truth, now phase) (r jsonRow) {
	text := func(t time.Time) string {
		switch t = t.In(zurich); {
		case t.Year() < 2000:
			return ""
		case p.undated:
			return t.Format("15:04")
		}
		return t.Format(time.RFC3339)
	}
	r = jsonRow{Number: l.number, From: l.from, State: now.state, Gate: now.gate}
	r.Sched, r.Exp = text(now.sched), text(now.exp)
	if p.ids {
		r.ID = l.id
	}
	if p.stamps {
		r.Stamp = now.from
	}
	if p.times {
		r.Landed, r.Arrived = text(now.landed), text(now.onBlock)
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
