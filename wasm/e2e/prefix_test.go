package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// Behind a proxy that removes a path, and does not redirect its address without the last slash, the page is live with
// the slash. Without it the page's files are missing, and the page has words for that.
func TestAPrefixThatMissesHasWords(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", "landed"))
		target, err := url.Parse(s.url)
		must(t, err)
		forward := httputil.NewSingleHostReverseProxy(target)
		forward.FlushInterval = -1
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/board" || strings.HasPrefix(r.URL.Path, "/board/") {
				http.StripPrefix("/board", forward).ServeHTTP(w, r)
				return
			}
			http.NotFound(w, r)
		}))
		t.Cleanup(host.Close)
		const told = `document.querySelector('#missing').checkVisibility()`

		b := r.open(t, host.URL+"/board/", browser.PageOptions{})
		b.waitForStatus(t, "live")
		var shown bool
		must(t, b.Eval(soon(t), told, &shown))
		if shown {
			t.Error("a live page says that its files are missing")
		}

		b = r.open(t, host.URL+"/board", browser.PageOptions{})
		if rows := b.rows(t); len(rows) != 1 {
			t.Errorf("the rows are %v", rows)
		}
		var status string
		must(t, b.Eval(soon(t), `document.querySelector('#status').textContent`, &status))
		must(t, b.Eval(soon(t), told, &shown))
		if !strings.HasPrefix(status, "Not live, board as of ") || !shown {
			t.Errorf("without the slash the status is %q, and the page says that its files are missing: %v", status, shown)
		}
	})
}
