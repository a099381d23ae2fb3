package web_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"flightboard/server/web"
)

func offlineFiles() fstest.MapFS {
	fs := files()
	for name, text := range map[string]string{"sw.js": "keeps", "sw-off.js": "forgets", "manifest.webmanifest": "{}",
		"flight-board.js": "element", "check.html": "<p>check"} {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

// The worker's address is always the same, and browsers ask for it again: a new one is never held back. Its policy is
// that of the requests that it makes.
func TestTheServiceWorker(t *testing.T) {
	for off, want := range map[bool]string{false: "keeps", true: "forgets"} {
		bubble(t, web.Options{Page: offlineFiles(), NoOffline: off}, func(s *site) {
			answer := s.do("GET", "/sw.js", "", "Service-Worker", "script")
			if got := s.text(answer); got != want {
				t.Errorf("with NoOffline %v the worker is %q, want %q", off, got, want)
			}
			for name, want := range map[string]string{"Content-Type": "text/javascript; charset=utf-8",
				"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if strings.Contains(s.text(s.do("GET", "/", "")), "sw.") {
				t.Error("the page names the worker in an attribute, where it gets a hash")
			}
			if got := s.do("GET", "/manifest.webmanifest", "").Header.Get("Content-Type"); got != "application/manifest+json" {
				t.Errorf("the manifest's type is %q", got)
			}
		})
	}
}

// Nobody may frame the page unless -embed says who. The other documents are never framed.
func TestWhoMayFrameThePage(t *testing.T) {
	for _, c := range []struct {
		reason             string
		embed              []string
		ancestors, options string
		resource, origin   string // of the element that other sites load
	}{
		{"nobody", nil, "'none'", "DENY", "same-origin", ""},
		{"two sites", []string{"https://a.example", "http://ha.local:8123"}, "https://a.example http://ha.local:8123", "",
			"cross-origin", "*"},
		{"everybody", []string{"*"}, "*", "", "cross-origin", "*"},
	} {
		bubble(t, web.Options{Page: offlineFiles(), Embed: c.embed}, func(s *site) {
			page := s.do("GET", "/", "")
			policy := page.Header.Get("Content-Security-Policy")
			for _, want := range []string{"; frame-ancestors " + c.ancestors + ";", "; worker-src 'self';"} {
				if !strings.Contains(policy, want) {
					t.Errorf("%s: the policy lacks %q: %s", c.reason, want, policy)
				}
			}
			if got := page.Header.Get("X-Frame-Options"); got != c.options {
				t.Errorf("%s: X-Frame-Options is %q, want %q", c.reason, got, c.options)
			}
			for _, path := range []string{"/check", "/flights"} {
				if got := s.do("GET", path, "").Header.Get("Content-Security-Policy"); !strings.Contains(got,
					"frame-ancestors 'none'") {
					t.Errorf("%s: the policy of %s is %s", c.reason, path, got)
				}
			}
			element := s.do("GET", "/flight-board.js", "")
			if got := element.Header.Get("Cross-Origin-Resource-Policy"); got != c.resource {
				t.Errorf("%s: Cross-Origin-Resource-Policy of the element is %q, want %q", c.reason, got, c.resource)
			}
			if got := element.Header.Get("Access-Control-Allow-Origin"); got != c.origin {
				t.Errorf("%s: Access-Control-Allow-Origin of the element is %q, want %q", c.reason, got, c.origin)
			}
		})
	}
}

// A page that may be framed allows its own files by the host of the request as well, for frames in whose sandbox 'self'
// matches nothing.
func TestAPageInAFrameNamesItsHost(t *testing.T) {
	for _, c := range []struct {
		reason, host, want string
		embed              []string
	}{
		{"a name", "board.example", "script-src 'self' http://board.example 'wasm-unsafe-eval';", []string{"*"}},
		{"an address with a port", "10.0.0.20:5000", "style-src 'self' http://10.0.0.20:5000;", []string{"*"}},
		{"an address that a policy cannot name", "[::1]:5000", "style-src 'self';", []string{"*"}},
		{"what would be a directive", "a;script-src", "script-src 'self' 'wasm-unsafe-eval';", []string{"*"}},
		{"what would be a source", "a,*", "style-src 'self';", []string{"*"}},
		{"nobody may frame it", "board.example", "style-src 'self';", nil},
	} {
		bubble(t, web.Options{Page: offlineFiles(), Embed: c.embed}, func(s *site) {
			policy := s.do("GET", "/", "", "Host", c.host).Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "; "+c.want) {
				t.Errorf("%s: the policy lacks %q: %s", c.reason, c.want, policy)
			}
		})
	}
}
