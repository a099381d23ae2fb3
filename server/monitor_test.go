package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

func TestASilentPublisherIsTold(t *testing.T) {
	for _, c := range []struct {
		reason   string
		patience time.Duration
		events   func(m *monitor, t *testing.T)
		want     []web.Silence
	}{
		{"nobody is expected", time.Minute, func(*monitor, *testing.T) {}, nil},
		{"it has just been heard of", 2 * time.Hour, func(m *monitor, t *testing.T) { m.Append(t.Context(), logtest.Addition(1)) }, nil},
		{"it has fallen silent", time.Minute, func(m *monitor, t *testing.T) { m.Append(t.Context(), logtest.Addition(1)) },
			[]web.Silence{{Feed: "tower", Since: midnight}}},
		{"what is refused is no news", time.Minute, func(m *monitor, t *testing.T) { m.Append(t.Context(), logtest.State(1, "landed")) }, nil},
		{"it may be silent for ever", 0, func(m *monitor, t *testing.T) { m.Append(t.Context(), logtest.Addition(1)) }, nil},
		{"it has failed", 0, func(m *monitor, t *testing.T) {
			m.Append(t.Context(), logtest.Addition(1))
			time.Sleep(time.Second)
			m.fail(nil)
		}, []web.Silence{{Feed: "tower", Since: midnight}}},
		{"it has failed before it said anything", 0, func(m *monitor, _ *testing.T) { m.fail(nil) }, []web.Silence{{Feed: "tower", Since: midnight}}},
		{"it has ended", time.Minute, func(m *monitor, t *testing.T) { m.End(t.Context()) }, nil},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &monitor{Log: eventlog.New(eventlog.Options{}), name: "tower", patience: c.patience}
				c.events(m, t)
				time.Sleep(time.Hour)
				if diff := cmp.Diff(c.want, m.silent(time.Now())); diff != "" {
					t.Errorf("silent (-want +got):\n%s", diff)
				}
			})
		})
	}
}

var midnight = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when a bubble's time begins

func TestBytes(t *testing.T) {
	for text, want := range map[string]bytes{"1048576": 1 << 20, "1024KiB": 1 << 20, "64MiB": 64 << 20, "1.5GiB": 3 << 29} {
		var b bytes
		if err := b.Set(text); err != nil || b != want {
			t.Errorf("Set(%q) = %d, %v, want %d", text, b, err, want)
		}
	}
	for _, text := range []string{"", "much", "-1MiB", "1B", "99999999GiB", "1 MB"} {
		if err := new(bytes).Set(text); err == nil {
			t.Errorf("Set(%q) takes it", text)
		}
	}
	if got := new(bytes(64 << 20)).String(); got != "64MiB" {
		t.Errorf("String = %q, want 64MiB", got)
	}
}
