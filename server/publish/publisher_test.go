package publish

import (
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

var midnight = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when a bubble's time begins
