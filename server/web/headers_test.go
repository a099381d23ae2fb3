package web_test

import (
	"net/http"
	"strings"
	"testing"

	"flightboard/server/web"
)

func TestEveryAnswerHasTheHeadersThatProtectBrowsers(t *testing.T) {
	o := web.Options{OpenDoor: true, Page: offlineFiles(), AllowOrigin: []string{"https://a.example"}}
	bubble(t, o, func(s *site) {
		opener := "" // browsers would complain without TLS
		if _, isTLS := s.network.(encrypted); isTLS {
			opener = "same-origin"
		}
		s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for _, c := range []struct {
			reason, method, path string
			status               int
		}{
			{"the page", "GET", "/", 200},
			{"a file of it", "GET", "/boot.js", 200},
			{"a file that is not there", "GET", "/gone.js", 404},
			{"the board", "GET", "/flights", 200},
			{"only its headers", "HEAD", "/flights", 200},
			{"the board that a client has", "GET", "/flights?known", 304},
			{"the stream", "GET", "/events", 200},
			{"a poll", "GET", "/events?wait=0s", 200},
			{"a poll that is none", "GET", "/events?wait=x", 400},
			{"a stream of test messages", "GET", "/sse?count=1", 200},
			{"the page about networks", "GET", "/check", 200},
			{"the worker", "GET", "/sw.js", 200},
			{"the element for other pages", "GET", "/flight-board.js", 200},
			{"what may be asked", "OPTIONS", "/events", 204},
			{"a change that is none", "POST", "/flights", 422},
			{"a flight that is not there", "DELETE", "/flights/LH1", 404},
			{"another method", "PUT", "/flights", 405},
			{"a path that is not clean", "GET", "//flights", 307},
			{"how the server is", "GET", "/healthz", 200},
			{"and its feeds", "GET", "/healthz?verbose", 200},
			{"whether it wants viewers", "GET", "/readyz", 200},
		} {
			ask := []string{"Accept", "*/*"}
			if strings.HasSuffix(c.path, "?known") {
				ask = []string{"If-None-Match", "*"}
			}
			answer := s.do(c.method, c.path, "", ask...)
			if answer.StatusCode != c.status {
				t.Errorf("%s: %s %s = %s, want %d", c.reason, c.method, c.path, answer.Status, c.status)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
				"Content-Security-Policy": "default-src 'none'", "Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy": "accelerometer=(), camera=()"} {
				got := answer.Header.Values(name)
				if len(got) != 1 || !strings.HasPrefix(got[0], want) || strings.Contains(got[0], "unsafe-inline") {
					t.Errorf("%s: %s is %q, want %s", c.reason, name, got, want)
				}
			}
			if got := answer.Header.Get("Cross-Origin-Opener-Policy"); got != opener {
				t.Errorf("%s: Cross-Origin-Opener-Policy is %q, want %q", c.reason, got, opener)
			}
		}
	})
}

func TestOtherSitesMayLoadPublicResources(t *testing.T) {
	bubble(t, web.Options{Page: files(), AllowOrigin: []string{"*"}}, func(s *site) {
		for path, want := range map[string]string{"/flights": "cross-origin", "/events": "cross-origin",
			"/": "same-origin", "/boot.js": "same-origin", "/healthz": "same-origin"} {
			if got := s.do("GET", path, "").Header.Get("Cross-Origin-Resource-Policy"); got != want {
				t.Errorf("%s: Cross-Origin-Resource-Policy is %q, want %q", path, got, want)
			}
		}
	})
}
