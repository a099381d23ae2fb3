package e2e

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// The page preloads its program and then asks for it: that is one request in each browser, and not two.
func TestTheProgramIsFetchedOnce(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		board1(t, s)
		var fetches atomic.Int64
		url := startBox(t, s, box{request: func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, ".wasm") {
				fetches.Add(1)
			}
		}})
		r.open(t, url, browser.PageOptions{}).waitForStatus(t, "live")
		if n := fetches.Load(); n != 1 {
			t.Errorf("the page asks for its program %d times, want once", n)
		}
	})
}
