package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"flightboard/server/web"
)

func TestPagesOfOtherOriginsMayRead(t *testing.T) {
	for _, c := range []struct {
		reason  string
		allowed []string
		origin  string
		want    string
		vary    bool
	}{
		{"everybody is allowed, and caches need not tell them apart", []string{"*"}, "https://a.example", "*", false},
		{"everybody is allowed, without an origin too", []string{"*"}, "", "*", false},
		{"an origin on the list is echoed", []string{"https://a.example", "https://b.example"}, "https://b.example",
			"https://b.example", true},
		{"an origin off the list gets no header", []string{"https://a.example"}, "https://evil.example", "", true},
		{"a list compares whole origins", []string{"https://a.example"}, "https://a.example.evil.example", "", true},
		{"the scheme is part of an origin", []string{"https://a.example"}, "http://a.example", "", true},
		{"null is what sandboxed pages of anybody send", []string{"null"}, "null", "", true},
		{"nobody is allowed", nil, "https://a.example", "", true},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{AllowOrigin: c.allowed}, func(s *site) {
				for _, request := range [][2]string{{"GET", "/events"}, {"OPTIONS", "/events"}, {"GET", "/flights"},
					{"OPTIONS", "/flights"}} {
					answer := s.do(request[0], request[1], "", "Origin", c.origin)
					if got := answer.Header.Get("Access-Control-Allow-Origin"); got != c.want {
						t.Errorf("%s %s allows %q, want %q", request[0], request[1], got, c.want)
					}
					if got := answer.Header.Values("Vary"); c.vary != (len(got) > 0 && got[0] == "Origin") {
						t.Errorf("%s %s varies by %q", request[0], request[1], got)
					}
					if answer.Header.Get("Access-Control-Allow-Credentials") != "" {
						t.Errorf("%s %s allows credentials", request[0], request[1])
					}
				}
			})
		})
	}
}

func TestPreflightAllowsTheHeadersThatClientsSend(t *testing.T) {
	bubble(t, web.Options{AllowOrigin: []string{"*"}}, func(s *site) {
		answer := s.do("OPTIONS", "/events", "", "Origin", "https://a.example",
			"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "last-event-id")
		if answer.StatusCode != http.StatusNoContent {
			t.Errorf("the answer is %s, want 204", answer.Status)
		}
		if got, want := answer.Header.Get("Access-Control-Allow-Headers"),
			"Last-Event-ID, Cache-Control, Authorization, Content-Type"; got != want {
			t.Errorf("allowed headers %q, want %q", got, want)
		}
	})
}

// What a preflight allows a page of another origin is what that page can do.
func TestPreflightAllowsTheMethodsThatAreServed(t *testing.T) {
	const page = "https://a.example"
	o := web.Options{AllowOrigin: []string{page}, Tokens: tokens("a token of the test")}
	for _, path := range []string{"/events", "/flights", "/flights/LH1"} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			bubble(t, o, func(s *site) {
				s.append(1)
				asks := s.do("OPTIONS", path, "", "Origin", page, "Access-Control-Request-Method", method)
				allowed := asks.StatusCode == http.StatusNoContent && asks.Header.Get("Access-Control-Allow-Origin") == page &&
					slices.Contains(strings.Split(asks.Header.Get("Access-Control-Allow-Methods"), ", "), method)
				body := `{"flight":"BA2"}`
				if method == "GET" || method == "HEAD" {
					body = ""
				}
				does := s.do(method, path, body, "Origin", page, "Sec-Fetch-Site", "cross-site",
					"Authorization", "Bearer a token of the test")
				if done := does.StatusCode == http.StatusOK; done != allowed {
					t.Errorf("%s %s: the preflight allows it: %t; it is answered %s", method, path, allowed, does.Status)
				}
				if path == "/flights" && asks.Header.Get("Allow") != "GET, HEAD, OPTIONS, POST" {
					t.Errorf("OPTIONS /flights: Allow: %s, want what programs may do too", asks.Header.Get("Allow"))
				}
			})
		}
	}
}

func TestOtherPathsAndMethodsAreRefused(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		for _, c := range []struct {
			method, path string
			status       int
			allow        string
		}{
			{"GET", "/", 404, ""},
			{"GET", "/events/", 404, ""},
			{"GET", "/nothing", 404, ""},
			{"POST", "/events", 405, "GET, HEAD, OPTIONS"},
			{"DELETE", "/flights", 405, "GET, HEAD, OPTIONS, POST"},
		} {
			answer := s.do(c.method, c.path, "")
			if answer.StatusCode != c.status || answer.Header.Get("Allow") != c.allow {
				t.Errorf("%s %s = %d, Allow %q, want %d, %q", c.method, c.path, answer.StatusCode, answer.Header.Get("Allow"),
					c.status, c.allow)
			}
		}
	})
}
