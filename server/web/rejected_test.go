package web_test

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"flightboard/server/web"
)

// TestRejectedRowsAreNamedInTheHeartbeat, without the reasons, which are for publishers.
func TestRejectedRowsAreNamedInTheHeartbeat(t *testing.T) {
	var rows atomic.Int64
	options := web.Options{
		Rejected: func(time.Time) []web.Rejection {
			if rows.Load() == 0 {
				return nil
			}
			return []web.Rejection{{Feed: "day", Rows: int(rows.Load()), Reasons: []string{"line 3: no"}}}
		},
		Feeds: func(time.Time) []web.Health { return []web.Health{{Feed: "day", Accepted: 4}} },
	}
	bubble(t, options, func(s *site) {
		rows.Store(0)
		w := s.watch("/events")
		w.event()
		w.want("heartbeat", `{"time":"2000-01-01T00:00:15Z"}`)
		rows.Store(36)
		w.want("heartbeat", `{"time":"2000-01-01T00:00:30Z","rejected":[{"feed":"day","rows":36}]}`)
		rows.Store(0)
		w.want("heartbeat", `{"time":"2000-01-01T00:00:45Z"}`)
		rows.Store(36)
		var health struct {
			Status   string
			Rejected []web.Rejection
		}
		if err := json.Unmarshal([]byte(s.text(s.do("GET", "/healthz?verbose", ""))), &health); err != nil {
			t.Fatal(err)
		}
		if health.Status != "ok" || len(health.Rejected) != 1 || health.Rejected[0].Reasons[0] != "line 3: no" {
			t.Errorf("health is %+v", health)
		}
	})
}

// TestBodiesOfOtherEncodings are named, and a byte order mark costs nobody a flight.
func TestBodiesOfOtherEncodings(t *testing.T) {
	for _, c := range []struct {
		reason, body string
		status       int
		want         string
	}{
		{"a byte order mark", "\ufeff{\"flight\":\"LH1\"}", 200, `"data":{"flight":"LH1"}`},
		{"a mark before a list", "\ufeff[{\"flight\":\"LH1\"}]", 200, `"data":{"flight":"LH1"}`},
		{"Latin-1",
			"{\"flight\":\"LH1\"}\n{\"flight\":\"OS88\",\"origin\":\"Z\xfcrich\"}\n{\"flight\":\"LH2\",\"gaet\":1}\n", 422,
			`"errors":[{"line":2,"error":"the line is not UTF-8: send UTF-8, not Latin-1 or Windows-1252"},{"line":3,`},
		{"UTF-16", "\xff\xfe{\x00}\x00", 422, `{"errors":[{"error":"the body is UTF-16: send UTF-8, as JSON has to be"}]}`},
		{"UTF-16, big endian", "\xfe\xff\x00{\x00}", 422, "is UTF-16"},
		{"UTF-16 without a mark", "{\x00}\x00", 422, "is UTF-16"},
	} {
		bubble(t, web.Options{OpenDoor: true}, func(s *site) {
			answer := s.do("POST", "/flights", c.body)
			if text := s.text(answer); answer.StatusCode != c.status || !strings.Contains(text, c.want) {
				t.Errorf("%s: %d %s, want %d %s", c.reason, answer.StatusCode, text, c.status, c.want)
			}
		})
	}
}
