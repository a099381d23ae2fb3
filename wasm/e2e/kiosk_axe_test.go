package e2e

import (
	"testing"

	"flightboard/wasm/e2e/browser"
)

// TestAxeFindsNothingOnAWall checks the wall when it is live and when it has lost its server, in both colour schemes.
func TestAxeFindsNothingOnAWall(t *testing.T) {
	script := axe(t)
	byEveryBrowser(t, func(t *testing.T, r reader) {
		for _, dark := range []bool{false, true} {
			s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1", "-heartbeat", "1s")
			b := r.open(t, s.url+"?kiosk", browser.PageOptions{Width: 1920, Height: 1080, Dark: dark, Preload: script})
			b.mustHang(t)
			check := func(when string) {
				t.Helper()
				var found []string
				must(t, b.Eval(soon(t), `axe.run(document, {
					runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
				}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html + ': ' + n.failureSummary)))`,
					&found))
				for _, violation := range found {
					t.Errorf("%s: %s", when, violation)
				}
			}
			check("live")
			s.kill()
			b.waitFor(t, `document.documentElement.hasAttribute('data-lost')`)
			check("lost")
		}
	})
}
