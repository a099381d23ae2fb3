package poll

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/feed"
	"flightboard/server/feed/source"
	"flightboard/server/publish"
	"flightboard/timetable"
)

var zurich = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		panic(err)
	}
	return zone
}()

// A desk is a board with the feed's legs, which answers are given to, and with the rule that removes flights.
type desk struct {
	*testing.T
	log    *eventlog.Log
	posted *publish.Publisher
	legs   *legs
	about  source.About
	stop   func()
}

func open(t *testing.T, log *eventlog.Log, about source.About) *desk {
	d := &desk{T: t, about: about}
	d.about.Zone = zurich
	d.begin(log, time.Time{})
	return d
}

// restart forgets all but the flights on the board.
func (d *desk) restart() {
	d.stop()
	log := eventlog.New(eventlog.Options{})
	whole := timetable.Change{Kind: timetable.KindReplace}
	for f := range boardOf(d.log) {
		whole.Board = append(whole.Board, f)
	}
	logtest.Append(d.T, log, whole)
	d.begin(log, time.Now())
}

func (d *desk) begin(log *eventlog.Log, resumed time.Time) {
	d.log, d.posted = log, publish.New(log, log, "POST")
	ctx, cancel := context.WithCancel(d.Context())
	l := feed.Linger{Landed: 15 * mins, OffSchedule: 2 * time.Hour, Overdue: 6 * time.Hour,
		To: publish.New(log, log, "")}
	done := make(chan error)
	go func() { done <- l.Run(ctx, log) }()
	d.stop = func() { cancel(); <-done }
	d.legs = newLegs("test", d.about, Options{Board: boardOf(d.log), Landed: 15 * mins, OffSchedule: 2 * time.Hour,
		Overdue: 6 * time.Hour, Resumed: resumed}, discard)
}

func boardOf(log *eventlog.Log) func(func(timetable.Flight) bool) {
	return func(yield func(timetable.Flight) bool) {
		log.Read(func(b *timetable.Board, _ eventlog.Position) {
			for f := range b.Flights() {
				if !yield(*f) {
					return
				}
			}
		})
	}
}

// answerAs gives an answer to the legs.
func (d *desk) answerAs(a answer) {
	d.Helper()
	a.at = time.Now()
	if err := d.legs.publish(d.Context(), publish.New(d.log, d.log, "test"), &a); err != nil {
		d.Fatal(err)
	}
}

// board returns the flights on the board: the ID, its schedule, state, expected time, gate and word.
func (d *desk) board() string {
	var list []string
	for f := range boardOf(d.log) {
		var text strings.Builder
		text.WriteString(fmt.Sprint(f.Key(), " ", timetable.Clock(f.Arrival), " ", f.State))
		if f.Expected != "" {
			text.WriteString(" " + timetable.Clock(f.Expected))
		}
		for _, more := range []string{f.Gate, f.Word} {
			if more != "" {
				text.WriteString(" " + more)
			}
		}
		list = append(list, text.String())
	}
	slices.Sort(list)
	return strings.Join(list, "; ")
}

// readRow reads a row: the number, the schedule (with ~ without a date, with +1 of tomorrow, - for none), and
// name=value for others. The times are of the day of now.
func readRow(t *testing.T, text string, now time.Time) (r source.Row) {
	t.Helper()
	read := func(text string) (at source.Time) {
		if text == "-" || text == "" {
			return at
		}
		at.Text, at.Undated = strings.CutPrefix(text, "~")
		clock, later, _ := strings.Cut(at.Text, "+")
		c, err := time.Parse("15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		days := 0
		fmt.Sscan(later, &days)
		at.At = time.Date(now.Year(), now.Month(), now.Day()+days, c.Hour(), c.Minute(), 0, 0, zurich)
		near := now
		if !r.Arrival.At.IsZero() {
			near = r.Arrival.At
		}
		for _, days := range []int{1, -2} {
			if by := near.Sub(at.At); at.Undated && (by > 12*time.Hour || by <= -12*time.Hour) {
				at.At = at.At.AddDate(0, 0, days)
			}
		}
		return at
	}
	words := strings.Fields(text)
	r.Place, r.Flight.Number, r.Arrival = "rows["+words[0]+"]", words[0], read(words[1])
	state := "scheduled"
	for _, word := range words[2:] {
		name, value, named := strings.Cut(word, "=")
		value = strings.ReplaceAll(value, "_", " ")
		if !named {
			state, name = strings.ReplaceAll(word, "_", " "), ""
		}
		switch name {
		case "exp":
			r.Expected = read(value)
			if state == "scheduled" {
				state = "expected"
			}
		case "landed":
			r.Actual[timetable.MilestoneLanded] = read(value)
			if state == "scheduled" {
				state = "landed"
			}
		case "arrived":
			r.Actual[timetable.MilestoneArrived] = read(value)
		case "id":
			r.Flight.ID = value
		case "from":
			r.Flight.From = value
		case "gate":
			r.Flight.Gate = value
		case "word":
			r.Flight.Word = value
		case "stamp":
			r.Stamp = read(value).At
		}
	}
	r.Flight.State = state
	return r
}
