package e2e

import (
	"net/http"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// A reader who is one too many is told so on the stream, waits as long as the server says, and comes in later.
func TestAReaderBeyondTheLimitComesInLater(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-viewers", "1")
		board1(t, s)
		first, err := http.Get(s.url + "/events")
		must(t, err)
		defer first.Body.Close()
		b := r.open(t, s.url, browser.PageOptions{Preload: diary})
		entries := b.waitForEntry(t, `m.Status === 'reconnecting' && m.Line.includes('Reconnecting in ') &&
			m.Line.endsWith('; the server answers 503, it takes no more viewers now')`)
		mustNotBeLive(t, entries)
		first.Body.Close()
		s.waitForLog(t, `msg="viewer leaves"`)
		b.retry(t)
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
	})
}

// No page of the server has anything that its own policy blocks, nor does a browser complain about the headers.
func TestThePagesPolicyBlocksNothingOfIt(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		board1(t, s)
		for _, path := range []string{"/", "/?theme=flap", "/?kiosk", "/?lang=de", "/check"} {
			b := r.open(t, s.url+path, browser.PageOptions{Preload: `
				window.blocked = []
				addEventListener('securitypolicyviolation', e => blocked.push(e.effectiveDirective + ' ' + e.blockedURI))`})
			if path != "/check" {
				b.waitForStatus(t, "live")
			}
			var blocked []string
			must(t, b.Eval(soon(t), `blocked`, &blocked))
			for _, what := range blocked {
				t.Errorf("%s: the policy blocks %s", path, what)
			}
			for _, m := range b.Messages() {
				if m.Level == "error" || m.Level == "warning" {
					t.Errorf("%s: the console has %s", path, m)
				}
			}
		}
	})
}
