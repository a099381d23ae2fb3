package publish

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestASilentPublisherIsReported(t *testing.T) {
	for _, c := range []struct {
		reason   string
		patience time.Duration
		events   func(m *Publisher, t *testing.T)
		silent   bool
	}{
		{"nobody is expected", time.Minute, func(*Publisher, *testing.T) {}, false},
		{"it has just been heard of", 2 * time.Hour, func(m *Publisher, t *testing.T) {
			m.Publish(t.Context(), timetable.Report{Change: logtest.Addition(1)})
		}, false},
		{"it has fallen silent", time.Minute, func(m *Publisher, t *testing.T) {
			m.Publish(t.Context(), timetable.Report{Change: logtest.Addition(1)})
		},
			true},
		{"what is refused is no news", time.Minute, func(m *Publisher, t *testing.T) {
			m.Publish(t.Context(), timetable.Report{Change: logtest.State(1, "landed")})
		}, false},
		{"it may be silent for ever", 0, func(m *Publisher, t *testing.T) {
			m.Publish(t.Context(), timetable.Report{Change: logtest.Addition(1)})
		}, false},
		{"it has failed", 0, func(m *Publisher, t *testing.T) {
			m.Publish(t.Context(), timetable.Report{Change: logtest.Addition(1)})
			time.Sleep(time.Second)
			m.fail(nil)
		}, true},
		{"it has failed before it said anything", 0, func(m *Publisher, _ *testing.T) { m.fail(nil) }, true},
		{"it has ended", time.Minute, func(m *Publisher, t *testing.T) { m.End(t.Context()) }, false},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				m := New(log, log, "tower")
				m.Expect(c.patience)
				c.events(m, t)
				time.Sleep(time.Hour)
				want := time.Time{}
				if c.silent {
					want = midnight
				}
				if got := m.Status(time.Now()).Silent; !got.Equal(want) {
					t.Errorf("silent since %v, want %v", got, want)
				}
			})
		})
	}
}

// A flight that a named client adds has its name as feed, unless it has one. Nobody takes a flight over.
func TestPostedFlightsHaveTheirPublishersNames(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	p := New(log, log, "POST /flights")
	post := func(publisher, body string) {
		t.Helper()
		for entry, err := range timetable.Body(body) {
			if err != nil {
				t.Fatal(err)
			}
			entry.Report.Publisher = publisher
			if _, _, err := p.Publish(t.Context(), *entry.Report); err != nil {
				t.Fatal(err)
			}
		}
	}
	post("tower", `{"flight":"A1"}`+"\n"+`{"flight":"A2","feed":"gates"}`+"\n"+
		`{"event":"flightAddition","data":{"flight":"A3"}}`)
	post("", `{"flight":"A4"}`)
	post("gates", `{"flight":"A1","gate":"7"}`+"\n"+
		`{"event":"flightStateUpdate","data":{"flight":"A3","state":"landed"}}`+"\n"+`{"flight":"A4","gate":"8"}`)
	var got []string
	for _, f := range logtest.Board(log) {
		got = append(got, f.Number+" "+f.Feed+" "+f.Gate+" "+f.State)
	}
	slices.Sort(got)
	if want := "A1 tower 7 ,A2 gates  ,A3 tower  landed,A4  8 "; strings.Join(got, ",") != want {
		t.Errorf("the board is %q, want %q", got, want)
	}
}

var midnight = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when a bubble's time begins
