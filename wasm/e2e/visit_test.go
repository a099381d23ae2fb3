package e2e

import (
	"testing"

	"flightboard/wasm/e2e/browser"
)

// The page names its files by their hashes, so a second visit requests the page and the stream only.
func TestTheSecondVisitTransfersThePageOnly(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", "landed"))
		b := r.open(t, s.url, browser.PageOptions{})
		const loaded = `performance.getEntriesByType('resource').filter(entry => !/\/events/.test(entry.name))`
		b.waitForStatus(t, "live")
		var first, second []string
		must(t, b.Eval(soon(t), loaded+`.filter(entry => entry.transferSize > 0).map(entry => entry.name)`, &first))
		if len(first) < 3 {
			t.Errorf("the first visit transfers %q only: this test sees nothing", first)
		}
		must(t, b.Navigate(soon(t), s.url))
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
		must(t, b.Eval(soon(t), loaded+`.filter(entry => entry.transferSize > 0).map(entry => entry.name)`, &second))
		if len(second) != 0 {
			t.Errorf("the second visit transfers %q as well", second)
		}
	})
}
