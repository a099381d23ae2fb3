package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
)

func TestDrainingSpreadsTheViewersLeaving(t *testing.T) {
	const viewers, within = 200, 5 * time.Second
	bubble(t, web.Options{}, func(s *site) {
		began := time.Now()
		left := make(chan time.Duration, viewers)
		for range viewers {
			w := s.watch("/events")
			w.event()
			go func() {
				rest, err := io.ReadAll(w.answer.Body)
				if err != io.ErrUnexpectedEOF || strings.Contains(string(rest), "closedConnection") {
					t.Errorf("a viewer's stream ended with %q, error %v, want a cut: the feed is not over", rest, err)
				}
				left <- time.Since(began)
			}()
		}
		if answer := s.do("GET", "/readyz", ""); answer.StatusCode != http.StatusOK {
			t.Errorf("before the drain /readyz is %s", answer.Status)
		}
		go s.handler.Drain(s.Context(), within)
		synctest.Wait()
		go s.handler.Drain(s.Context(), within) // counts once
		if answer := s.do("GET", "/readyz", ""); answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("in the drain /readyz is %s, want 503", answer.Status)
		}
		if answer := s.do("GET", "/events", ""); answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("in the drain a new viewer gets %s, want 503", answer.Status)
		}
		at := s.append(1)
		time.Sleep(within)
		synctest.Wait()
		if len(left) != viewers {
			t.Fatalf("after %v %d of %d viewers have left", within, len(left), viewers)
		}
		perQuarter := map[time.Duration]int{}
		for range viewers {
			perQuarter[(<-left)/(250*time.Millisecond)]++
		}
		for quarter, n := range perQuarter {
			if n > viewers/8 {
				t.Errorf("%d of %d viewers left within the same 250 ms, number %d", n, viewers, quarter)
			}
		}
		if !strings.Contains(s.logs.String(), `reason="the server is closing"`) {
			t.Errorf("the log does not say why they left; the last position was %d", at)
		}
	})
}

func TestHealthReportsTheErrorOfTheLog(t *testing.T) {
	log, _, err := eventlog.Open(t.TempDir(), eventlog.SyncNever, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	face := web.New(log, web.Options{})
	ask := func(path string) (int, string) {
		answer := httptest.NewRecorder()
		face.ServeHTTP(answer, httptest.NewRequest("GET", path, nil))
		return answer.Code, answer.Body.String()
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, text := ask(path); status != http.StatusOK || text != "ok\n" {
			t.Errorf("GET %s = %d %q, want ok", path, status, text)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, text := ask(path); status != http.StatusServiceUnavailable || text != "eventlog: closed\n" {
			t.Errorf("GET %s with a log that keeps nothing = %d %q, want 503 and why", path, status, text)
		}
	}
}

func TestHealthReportsOtherErrors(t *testing.T) {
	var fault error
	face := web.New(eventlog.New(eventlog.Options{}), web.Options{Fault: func() error { return fault }})
	for _, c := range []struct {
		fault  error
		path   string
		status int
		text   string
	}{
		{nil, "/healthz", http.StatusOK, "ok\n"},
		{errors.New("no room"), "/healthz", http.StatusServiceUnavailable, "no room\n"},
		{errors.New("no room"), "/healthz?verbose", http.StatusServiceUnavailable, `{"status":"no room","feeds":[]}` + "\n"},
		{errors.New("no room"), "/readyz", http.StatusOK, "ok\n"}, // viewers are not concerned
	} {
		answer := httptest.NewRecorder()
		fault = c.fault
		face.ServeHTTP(answer, httptest.NewRequest("GET", c.path, nil))
		if answer.Code != c.status || answer.Body.String() != c.text {
			t.Errorf("GET %s = %d %q, want %d %q", c.path, answer.Code, answer.Body, c.status, c.text)
		}
	}
}

func TestSilentFeedsAreNamedInTheHeartbeat(t *testing.T) {
	silent := func(now time.Time) []web.Silence {
		if now.Second() < 20 {
			return nil
		}
		return []web.Silence{{Feed: "tower", Since: now.Add(-time.Minute).UTC()}}
	}
	bubble(t, web.Options{Silent: silent}, func(s *site) {
		w := s.watch("/events")
		w.event()
		w.want("heartbeat", `{"time":"2000-01-01T00:00:15Z"}`)
		w.want("heartbeat", `{"time":"2000-01-01T00:00:30Z","silent":[{"feed":"tower","since":"1999-12-31T23:59:30Z"}]}`)
	})
}

func TestAPublisherGetsTheErrorOfTheLog(t *testing.T) {
	dir := t.TempDir()
	log, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log.Close()
	bubble(t, web.Options{OpenDoor: true, Publish: log}, func(s *site) {
		answer := s.do("POST", "/flights", `{"flight":"LH1"}`)
		if answer.StatusCode != http.StatusServiceUnavailable || !strings.Contains(s.text(answer), "eventlog: closed") {
			t.Errorf("publishing to a closed log = %s, want 503 and why", answer.Status)
		}
	})
}
