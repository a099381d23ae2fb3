package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/metrics"
	"flightboard/server/web"
	"flightboard/timetable"
)

// wantMetrics compares lines of the handler's metrics.
func (s *site) wantMetrics(when string, lines ...string) {
	s.Helper()
	synctest.Wait()
	var page metrics.Text
	s.handler.WriteMetrics(&page)
	for _, line := range lines {
		if !strings.Contains(string(page.Bytes()), "\n"+line+"\n") {
			name, _, _ := strings.Cut(line, "{")
			name, _, _ = strings.Cut(name, " ")
			var have []string
			for is := range strings.Lines(string(page.Bytes())) {
				if strings.HasPrefix(is, name) && !strings.HasSuffix(is, " 0\n") {
					have = append(have, is)
				}
			}
			s.Errorf("%s: there is no line %s, but\n%s", when, line, strings.Join(have, ""))
		}
	}
}

func TestMetricsCountViewersByWayVersionAndForm(t *testing.T) {
	for way, open := range map[string]func(*testing.T, web.Options, func(*site)){"sweeper": poolBubble,
		"sweeper-tls": tlsBubble, "handler": handlersBubble} {
		open(t, web.Options{Viewers: 3}, func(s *site) {
			viewers := func(form, number string) string {
				return `flightboard_viewers{way="` + way + `",http="1.1",form="` + form + `"} ` + number
			}
			at := s.append(1)
			plain := s.watch("/events")
			s.watch("/events?batch", "Last-Event-ID", at.String()).event()
			zipped := s.compressed("/events?batch")
			plain.event()
			zipped.event()
			s.do("GET", "/events", "")
			s.wantMetrics("with three viewers", viewers("plain", "1"), viewers("batch", "1"), viewers("batch+gzip", "1"),
				`flightboard_streams_total{outcome="first"} 2`, `flightboard_streams_total{outcome="resumed"} 1`,
				`flightboard_refusals_total{who="viewer",reason="full"} 1`, `flightboard_sent_events_total{form="plain"} 1`)
			plain.answer.Body.Close()
			s.append(2)
			s.append(3)
			zipped.event()
			s.wantMetrics("after one has left", viewers("plain", "0"), viewers("batch", "1"),
				`flightboard_streams_ended_total{reason="left"} 1`)
			s.watch("/events", "Last-Event-ID", "1").event()
			s.wantMetrics("after one came that cannot be resumed", viewers("plain", "1"),
				`flightboard_streams_total{outcome="snapshot"} 1`)
		})
	}
}

func TestMetricsCountViewersOverHTTP2(t *testing.T) {
	oneBubble(t, web.Options{}, true, func(s *site) {
		only := new(http.Protocols)
		only.SetUnencryptedHTTP2(true)
		s.client.Transport = &http.Transport{DialContext: s.network.Dial, Protocols: only}
		w := s.watch("/events")
		w.event()
		s.wantMetrics("with a viewer", `flightboard_viewers{way="handler",http="2",form="gzip"} 1`)
		w.answer.Body.Close()
		s.client.CloseIdleConnections()
		s.wantMetrics("without", `flightboard_viewers{way="handler",http="2",form="gzip"} 0`)
	})
}

func TestMetricsCountPollsAndTheirBytes(t *testing.T) {
	oneBubble(t, web.Options{}, true, func(s *site) {
		at := s.append(1)
		r, err := http.NewRequestWithContext(s.browsing, "GET",
			"http://localhost/events?wait=30s&lastEventId="+at.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if answer, err := s.client.Do(r); err == nil {
				answer.Body.Close()
			}
		}()
		time.Sleep(time.Second)
		s.wantMetrics("while one waits", `flightboard_viewers{way="polling",http="1.1",form="plain"} 1`)
		s.append(2)
		s.wantMetrics("after an event", `flightboard_viewers{way="polling",http="1.1",form="plain"} 0`,
			`flightboard_polls_total{outcome="news"} 1`, `flightboard_sent_events_total{form="plain"} 1`)
		s.poll("/events?wait=0s", "Last-Event-ID", s.head().String())
		s.wantMetrics("after one without news", `flightboard_polls_total{outcome="nothing"} 1`)
	})
}

// The ages of events do not count what a viewer has missed while it was away.
func TestMetricsHaveTheAgesOfEvents(t *testing.T) {
	bubble(t, web.Options{Heartbeat: time.Hour}, func(s *site) {
		at := s.append(1)
		s.append(2)
		time.Sleep(time.Minute)
		w := s.watch("/events", "Last-Event-ID", at.String())
		w.event()
		s.wantMetrics("after a resume", "flightboard_event_age_seconds_count 0")
		publish := func(number string, stamp time.Time) {
			report := timetable.Report{Stamp: stamp.UnixMicro(), Source: "radar",
				Change: timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: number}}}
			if _, _, err := s.log.Publish(context.Background(), report); err != nil {
				t.Fatal(err)
			}
			w.event()
		}
		publish("BA3", time.Now().Add(-4*time.Second))
		publish("BA4", time.Now().AddDate(-3, 0, 0)) // a recording
		s.wantMetrics("after two events", "flightboard_event_age_seconds_count 2",
			`flightboard_event_age_seconds_bucket{le="0.01"} 2`, "flightboard_event_age_since_stamp_seconds_count 1",
			`flightboard_event_age_since_stamp_seconds_bucket{le="2.5"} 0`,
			`flightboard_event_age_since_stamp_seconds_bucket{le="5"} 1`)
	})
}

func TestMetricsHaveTheLagOfTheSlowestViewer(t *testing.T) {
	bubble(t, web.Options{Heartbeat: time.Hour}, func(s *site) {
		quick := s.watch("/events")
		quick.event()
		time.Sleep(time.Second)
		s.wantMetrics("nobody is slow", "flightboard_slowest_viewer_lag_seconds 0", "flightboard_slowest_viewer_lag_events 0")
		quick.answer.Body.Close()
		stuck, err := s.network.Dial(s.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer stuck.Close()
		go stuck.Write([]byte("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"))
		synctest.Wait()
		for n := range 100 { // more than the connection's buffer holds
			s.append(n)
		}
		time.Sleep(7 * time.Millisecond) // the next tick
		synctest.Wait()
		s.append(100)
		time.Sleep(5 * time.Second)
		var page metrics.Text
		s.handler.WriteMetrics(&page)
		_, lag, _ := strings.Cut(string(page.Bytes()), "\nflightboard_slowest_viewer_lag_seconds ")
		if lag, _, _ = strings.Cut(lag, "\n"); !strings.HasPrefix(lag, "5") {
			t.Errorf("the slowest viewer lags %s seconds, want five", lag)
		}
		time.Sleep(36 * time.Second) // a handler writes parts of four KiB, and waits 10 s for each
		s.wantMetrics("after it was cut", "flightboard_slowest_viewer_lag_seconds 0",
			`flightboard_streams_ended_total{reason="stuck"} 1`)
	})
}

func TestMetricsCountRefusedPublishers(t *testing.T) {
	oneBubble(t, web.Options{Tokens: tokens("0123456789abcdef")}, true, func(s *site) {
		for _, c := range []struct{ body, token, reason string }{
			{`{"flight":"BA2"}`, "wrong-wrong-wrong", "wrong-token"},
			{"nonsense", "0123456789abcdef", "invalid"},
			{strings.Repeat(" ", 2<<20), "0123456789abcdef", "too-large"},
		} {
			s.do("POST", "/flights", c.body, "Authorization", "Bearer "+c.token)
			s.wantMetrics(c.reason, `flightboard_refusals_total{who="publisher",reason="`+c.reason+`"} 1`)
		}
		answer := s.do("POST", "/flights", `{"flight":"BA2"}`, "Authorization", "Bearer 0123456789abcdef")
		if answer.StatusCode != http.StatusOK {
			t.Errorf("POST = %s", answer.Status)
		}
		s.wantMetrics("after a good one", `flightboard_refusals_total{who="publisher",reason="invalid"} 1`)
	})
}

func TestMetricsHaveTheStateOfFeeds(t *testing.T) {
	o := web.Options{
		Feeds: func(time.Time) []web.Health {
			return []web.Health{{Feed: `a "b"`, Accepted: 7, Refused: 2, Idle: web.Idle{Repeated: 3}, Last: time.Unix(1000, 0)},
				{Feed: "tower", Fault: "nothing more comes"}}
		},
		Silent:   func(now time.Time) []web.Silence { return []web.Silence{{Feed: "tower", Since: now.Add(-time.Minute)}} },
		Rejected: func(time.Time) []web.Rejection { return []web.Rejection{{Feed: "tower", Rows: 36}} },
		Fault:    func() error { return eventlog.ErrGone },
	}
	oneBubble(t, o, true, func(s *site) {
		s.wantMetrics("always", `flightboard_feed_changes_total{feed="a \"b\"",outcome="accepted"} 7`,
			`flightboard_feed_changes_total{feed="a \"b\"",outcome="repeated"} 3`,
			`flightboard_feed_last_report_timestamp_seconds{feed="a \"b\""} 1000`,
			`flightboard_feed_silent_seconds{feed="tower"} 60`, `flightboard_feed_silent_seconds{feed="a \"b\""} 0`,
			`flightboard_feed_rejected_rows{feed="tower"} 36`, `flightboard_feed_failed{feed="tower"} 1`,
			"flightboard_healthy 0", "flightboard_ready 1")
	})
}
