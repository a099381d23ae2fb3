package poll

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/feed/source"
)

// TestOneFailureFailsTheAnswer has an answer of two requests, the first of which has two pages.
func TestOneFailureFailsTheAnswer(t *testing.T) {
	for _, c := range []struct {
		reason string
		fails  string // the path that fails in the second round
		reply  reply
		rows   int
		paths  string // of the second and the third round
	}{
		{"none", "/", nil, 3, "/one /page /two /one /page /two"},
		{"the first", "/one", status(500, ""), 3, "/one /one /page /two"},
		{"a page", "/page", status(500, ""), 3, "/one /page /one /page /two"},
		{"the last", "/two", says("["), 3, "/one /page /two /one /page /two"},
		{"there are no more pages", "/page", status(404, ""), 2, "/one /page /two /one /page /two"},
		{"one has nothing now", "/two", status(404, ""), 2, "/one /page /two /one /page /two"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				round, paths, asked304 := 0, "", 0
				server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					path := r.URL.Path
					if path == "/one" {
						round++
					}
					if round == 2 || round == 3 {
						paths += " " + path
					}
					if round == 2 && path == c.fails {
						c.reply(w, r)
						return
					}
					if r.Header.Get("If-None-Match") == path {
						asked304++
						status(304, "")(w, r)
						return
					}
					next := ""
					if path == "/one" {
						next = "/page"
					}
					says(fmt.Sprintf("[%q]", path[1:]), "Next", next, "ETag", path)(w, r)
				})
				f := start(t, &fakeSource{urls: []string{"http://api.test/one", "http://api.test/two"}},
					Options{Client: server.client})
				waitForRound := func(n int) {
					for before := true; before; time.Sleep(time.Second) {
						mu.Lock()
						before = round < n
						mu.Unlock()
					}
				}
				waitForRound(2)
				if got := f.Status(); got.Rows != c.rows || c.fails == "/page" && c.rows == 2 && got.Trouble != "" {
					t.Errorf("%d rows after the second round, want %d: %s", got.Rows, c.rows, got.Trouble)
				}
				waitForRound(4)
				if got := f.Status(); got.Rows != 3 || got.Trouble != "" {
					t.Errorf("%d rows in the end: %s", got.Rows, got.Trouble)
				}
				f.stop()
				mu.Lock()
				defer mu.Unlock()
				if strings.TrimSpace(paths) != c.paths {
					t.Errorf("asked for %s, want %s", paths, c.paths)
				}
				if asked304 < 3 {
					t.Errorf("%d conditional requests", asked304)
				}
			})
		})
	}
}

func TestUserAgent(t *testing.T) {
	for contact, want := range map[string]string{
		"":                          "flightboard/devel",
		"mailto:tower@example.org":  "flightboard/devel (+mailto:tower@example.org)",
		"a\r\nX-Evil: 1 (\\) \x7fé": "flightboard/devel (+aX-Evil: 1  )",
	} {
		if got := agent(contact); got != want {
			t.Errorf("agent(%q) = %q, want %q", contact, got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { says(good)(w, r) })
		f := start(t, &fakeSource{urls: []string{"http://api.test/"}}, Options{Client: server.client, Contact: "me"})
		time.Sleep(time.Second)
		f.stop()
		if got := server.seen[0].UserAgent(); got != "flightboard/devel (+me)" {
			t.Errorf("User-Agent %q", got)
		}
	})
}

// TestQuotaLasts counts the requests of a feed that runs for three periods and begins in the middle of one.
func TestQuotaLasts(t *testing.T) {
	for _, c := range []struct {
		quota source.Quota
		pages int
		skip  time.Duration
		most  int // in the first, cut period
	}{
		{source.Quota{Requests: 10, Per: time.Hour}, 1, 30 * mins, 5},
		{source.Quota{Requests: 10, Per: time.Hour}, 3, 0, 10},
		{source.Quota{Requests: 100, Per: 24 * time.Hour}, 1, 18 * time.Hour, 25},
		{source.Quota{Requests: 600, Per: 30 * 24 * time.Hour}, 2, 40 * 24 * time.Hour, 600},
		{source.Quota{Requests: 1, Per: 24 * time.Hour}, 1, 23 * time.Hour, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			counts := make(map[string]int)
			server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				begins, _ := period(time.Now(), c.quota.Per)
				counts[begins.Format(time.RFC3339)]++
				says(good)(w, r)
			})
			s := &fakeSource{about: source.About{Quota: c.quota, Every: time.Second}}
			for i := range c.pages {
				s.urls = append(s.urls, fmt.Sprintf("http://api.test/%d", i))
			}
			time.Sleep(c.skip)
			first, ends := period(time.Now(), c.quota.Per)
			f := start(t, s, Options{Client: server.client})
			time.Sleep(time.Until(ends) + 2*c.quota.Per)
			f.stop()
			for at, n := range counts {
				most := c.quota.Requests
				if at == first.Format(time.RFC3339) {
					most = c.most
				}
				if n > most || n < most*6/10 && at == first.Format(time.RFC3339) {
					t.Errorf("%+v, %d pages: %d requests in the period of %s, want at most %d", c.quota, c.pages, n, at, most)
				}
			}
			if len(counts) < 3 {
				t.Errorf("%+v: %d periods, want 3", c.quota, len(counts))
			}
		})
	}
}
