package e2e

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// holdHead holds the heads of streams back, but not those of answers that end.
func holdHead(_ http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != "/events" || r.URL.Query().Has("wait") {
		return false
	}
	<-r.Context().Done()
	return true
}

const byPolling = "Live, by polling: something between this page and the server holds the stream back"

// A page behind a box that holds its stream back polls. Then it shows each change at once, and says how it gets them.
func TestStreamsThatAreHeldBack(t *testing.T) {
	for name, b := range map[string]box{
		"until the end":      {body: whole},
		"until some bytes":   {body: someKilobytes},
		"until the next one": {body: untilNext},
		"with the head":      {instead: holdHead},
	} {
		t.Run(name, func(t *testing.T) {
			byEveryReader(t, func(t *testing.T, r reader) {
				s := startServer(t, "-feed", "none")
				board1(t, s)
				url := startBox(t, s, b)
				page := r.open(t, url, browser.PageOptions{})
				page.waitFor(t, `document.querySelector('#status').textContent === %q`, byPolling)
				var after float64
				must(t, page.Eval(soon(t), `performance.now()`, &after))
				t.Logf("polls %.1f s after the page was requested", after/1000)
				page.mustMatch(t, s)
				page.waitFor(t, `!document.querySelector('#check').hidden`)
				for _, state := range []string{"landing", "landed", "delayed"} {
					published := time.Now()
					s.publish(t, stateIs("I768", state))
					page.waitForState(t, "I768", state)
					if took := time.Since(published); took > 5*time.Second {
						t.Errorf("a change shows after %v", took)
					}
				}
				page.waitFor(t, `document.querySelector('#status').dataset.status === 'live'`)
				page.mustShow(t, s)
			})
		})
	}
}

// A page whose stream is let through again goes back to it, and no longer says that it polls.
func TestAStreamThatIsLetThroughAgain(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		board1(t, s)
		var passes atomic.Bool
		url := startBox(t, s, box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			return !passes.Load() && holdHead(w, r)
		}})
		page := r.open(t, url, browser.PageOptions{Preload: diary})
		page.waitFor(t, `document.querySelector('#status').textContent === %q`, byPolling)
		passes.Store(true)
		for _, state := range []string{"delayed", "landing", "delayed", "landing"} { // in a minute it tries the stream
			must(t, page.Eval(soon(t), `void (window.ahead += 20_000)`, nil))
			s.publish(t, stateIs("I768", state))
			page.waitForState(t, "I768", state)
		}
		page.waitFor(t, `document.querySelector('#status').textContent === 'Live'`)
		page.waitFor(t, `document.querySelector('#check').hidden`)
		s.publish(t, stateIs("I768", "landed"))
		page.waitForState(t, "I768", "landed")
		page.mustShow(t, s)
	})
}

// Window.stop closes the stream without an error event. The page opens it again by itself.
func TestTheStreamComesBackAfterWindowStop(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		board1(t, s)
		page := r.open(t, s.url, browser.PageOptions{})
		page.waitForStatus(t, "live")
		must(t, page.Eval(soon(t), `window.stop()`, nil))
		s.waitForLog(t, `msg="viewer leaves"`)
		s.publish(t, stateIs("I768", "landing"))
		page.waitForState(t, "I768", "landing")
		page.waitForStatus(t, "live")
	})
}
