package e2e

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// A download of the program that breaks off is tried again, and the reader need not reload the page.
func TestAProgramThatBreaksOffIsFetchedAgain(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 5)
		var broken atomic.Int32
		url := startBox(t, s, box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, ".wasm") || broken.Add(1) > 2 {
				return false
			}
			w.Header().Set("Content-Type", "application/wasm")
			w.Header().Set("Content-Length", "100000")
			w.Write([]byte("\x00asm\x01\x00\x00\x00"))
			panic(http.ErrAbortHandler)
		}})
		b := r.open(t, url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
		if broken.Load() < 3 {
			t.Errorf("the program was requested %d times", broken.Load())
		}
	})
}
