package program

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed/source"
	"flightboard/server/flagvalue"
	"flightboard/server/publish"
	"flightboard/server/web"
	"flightboard/timetable"
)

// A fakeSource is a public source with two flights, whose key is secret.
type fakeSource struct{ at *url.URL }

func (f fakeSource) About() source.About {
	return source.About{Name: "fake", Airport: "ZRH", Credit: "Source: Fake Airports", Every: time.Second,
		Quota: source.Quota{Requests: 1 << 20, Per: time.Hour}, Keys: []string{"FAKE_KEY"}}
}

func (f fakeSource) Requests(time.Time) ([]source.Request, error) {
	return []source.Request{{URL: f.at, Query: url.Values{"key": {"s3cr3t"}}}}, nil
}

func (f fakeSource) Next(*source.Response) (*source.Request, error) { return nil, nil }

func (f fakeSource) Read(now time.Time, responses []*source.Response) (a source.Answer, err error) {
	var numbers []string
	if err := json.Unmarshal(responses[0].Body, &numbers); err != nil {
		return a, err
	}
	for _, n := range numbers {
		r := source.Row{Place: n, Flight: timetable.Flight{Number: n, State: "expected"}}
		r.Arrival.At = time.Date(now.Year(), now.Month(), now.Day()+1, 12, 0, 0, 0, time.UTC)
		a.Rows = append(a.Rows, r)
	}
	a.Unmapped = map[string]int{"BUMPED": 1}
	return a, nil
}

// TestAPublicSource starts the server with a source, twice on one log, and asks for its health.
func TestAPublicSource(t *testing.T) {
	var asked atomic.Int64
	var fails atomic.Bool
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if want := "(+mailto:tower@example.org)"; !strings.HasSuffix(r.UserAgent(), want) {
			t.Errorf("User-Agent %q, want … %s", r.UserAgent(), want)
		}
		if fails.Load() || r.URL.Query().Get("key") != "s3cr3t" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		io.WriteString(w, `["LH400","AA1/BB2","BA2"]`)
	}))
	defer api.Close()
	at, err := url.Parse(api.URL + "/arrivals?x=1")
	if err != nil {
		t.Fatal(err)
	}
	was := openSource
	defer func() { openSource = was }()
	openSource = func(what string) (source.Source, error) {
		if what != "fake:ZRH" {
			return nil, nil
		}
		return fakeSource{at}, nil
	}
	args := []string{"-feed", "fake:ZRH", "-contact", "mailto:tower@example.org",
		"-log", filepath.Join(t.TempDir(), "log")}

	server, stop := launch(t, args...)
	sees(t, server, `"flight":"LH400"`)
	one := health(t, server, func(s *web.SourceHealth) bool { return s.Rows > 0 })
	if one.Rows != 3 || one.Rejected != 1 || len(one.Reasons) != 1 || !strings.Contains(one.Reasons[0], "AA1/BB2") ||
		len(one.Unmapped) != 1 || one.Quota == nil || *one.Quota <= 0 || one.Every != 1 || one.Answered.IsZero() ||
		one.News.IsZero() || one.Next.IsZero() || one.Trouble != "" {
		t.Errorf("the source is %+v", one)
	}
	fails.Store(true)
	one = health(t, server, func(s *web.SourceHealth) bool { return s.Trouble != "" })
	if want := api.URL + "/arrivals answers 403 Forbidden: it does not accept the key in $FAKE_KEY"; one.Trouble != want {
		t.Errorf("trouble %q, want %q", one.Trouble, want)
	}
	stop()

	fails.Store(false)
	server, stop = launch(t, args...)
	defer stop()
	before := asked.Load()
	health(t, server, func(s *web.SourceHealth) bool { return s.Rows > 0 && asked.Load() > before+1 })
	flights := get(t, server+"/flights")
	if n := strings.Count(flights, `"flight":`); n != 2 {
		t.Errorf("%d flights after a restart, want 2: %s", n, flights)
	}
}

// A brokenSource has no key.
type brokenSource struct{ every time.Duration }

func (b brokenSource) About() source.About { return source.About{Every: b.every} }

func (b brokenSource) Requests(time.Time) ([]source.Request, error) {
	return nil, errors.New("$FAKE_KEY is not set")
}

func (b brokenSource) Next(*source.Response) (*source.Request, error) { return nil, nil }

func (b brokenSource) Read(time.Time, []*source.Response) (source.Answer, error) {
	return source.Answer{}, nil
}

// TestAPublicSourceIsSilent has a source that gives no answer.
func TestAPublicSourceIsSilent(t *testing.T) {
	for _, c := range []struct {
		reason        string
		silent, every time.Duration
		after         time.Duration // 0: never
	}{
		{"after the time of -silent", 5 * time.Minute, time.Minute, 5 * time.Minute},
		{"but not before three intervals", 5 * time.Minute, 10 * time.Minute, 30 * time.Minute},
		{"or never", 0, time.Minute, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			log, logger := eventlog.New(eventlog.Options{}), slog.New(slog.DiscardHandler)
			s := settings{silent: c.silent, linger: flagvalue.Durations{0, 0, 0}}
			feeds := publish.NewFeeds(log, log, logger)
			p := publish.New(log, log, "broken")
			feeds.Add(p, s.poll(p, "broken", brokenSource{c.every}, log, logger))
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan bool)
			go func() { feeds.Run(ctx); close(done) }()
			is := func() bool { return !p.Status(time.Now()).Silent.IsZero() }
			time.Sleep(c.after - time.Second)
			if c.after > 0 && is() {
				t.Errorf("%s: it is silent before %v", c.reason, c.after)
			}
			if time.Sleep(2 * time.Second); is() != (c.after > 0) {
				t.Errorf("%s: it is silent after %v: %v", c.reason, c.after, is())
			}
			time.Sleep(24 * time.Hour)
			if is() != (c.after > 0) {
				t.Errorf("%s: it is silent after a day: %v", c.reason, is())
			}
			stop()
			<-done
		})
	}
}

// health asks for the source's health until it is as is says.
func health(t *testing.T, server string, is func(*web.SourceHealth) bool) *web.SourceHealth {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		var all struct{ Feeds []web.Health }
		text := get(t, server+"/healthz?verbose")
		if strings.Contains(text, "s3cr3t") {
			t.Fatalf("the key comes to light: %s", text)
		}
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			t.Fatal(err)
		}
		if one := all.Feeds[len(all.Feeds)-1]; one.Source != nil && is(one.Source) {
			return one.Source
		}
	}
	t.Fatal("the health of the source is not as it should be")
	return nil
}

func get(t *testing.T, at string) string {
	t.Helper()
	answer, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
