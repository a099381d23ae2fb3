package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"flightboard/server/web"
)

func TestCheckIsAPageOfItsOwn(t *testing.T) {
	page := files()
	page["check.html"] = &fstest.MapFile{Data: []byte(
		`<meta name="flightboard-stream" content="events"><script src="boot.js"></script>` + strings.Repeat("words ", 100))}
	oneBubble(t, web.Options{Page: page}, true, func(s *site) {
		var tag string
		for _, path := range []string{"/check", "/check.html"} {
			answer := s.do("GET", path, "")
			text := s.text(answer)
			if !regexp.MustCompile(`src="boot\.[0-9a-f]{24}\.js"`).MatchString(text) {
				t.Errorf("%s does not name its script by its hash: %s", path, text)
			}
			tag = answer.Header.Get("ETag")
			for name, want := range map[string]string{"Content-Type": "text/html", "Cache-Control": "no-cache",
				"Content-Security-Policy": "connect-src 'self'; "} {
				if got := answer.Header.Get(name); !strings.Contains(got, want) {
					t.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
		}
		if answer := s.do("GET", "/check", "", "If-None-Match", tag); answer.StatusCode != http.StatusNotModified {
			t.Errorf("the same page again: %s, want 304", answer.Status)
		}
		zipped := s.do("GET", "/check", "", "Accept-Encoding", "gzip")
		if zipped.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("the page is not compressed: %v", zipped.Header)
		}
		if answer := s.do("POST", "/check", ""); answer.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST: %s, want 405", answer.Status)
		}
	})
	var tags [2]string
	for i, script := range []string{"one", "another"} {
		page["boot.js"] = &fstest.MapFile{Data: []byte(script)}
		oneBubble(t, web.Options{Page: page}, true, func(s *site) { tags[i] = s.do("GET", "/check", "").Header.Get("ETag") })
	}
	if tags[0] == tags[1] {
		t.Error("a new release of the script does not change the page's ETag")
	}
	delete(page, "check.html")
	oneBubble(t, web.Options{Page: page}, true, func(s *site) {
		if answer := s.do("GET", "/check", ""); answer.StatusCode != http.StatusNotFound {
			t.Errorf("without the page: %s, want 404", answer.Status)
		}
	})
}
