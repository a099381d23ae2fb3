package e2e

import (
	"testing"

	"flightboard/wasm/e2e/browser"
)

// WebKit's driver cannot do what every test needs, so WebKit has a test of its own: the page goes live there, and
// rows appear, change and leave.
func TestThePageIsLiveInWebKit(t *testing.T) {
	t.Parallel()
	s := startServer(t, "-feed", "none")
	s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", ""))
	b := reader{kind: browser.WebKit}.open(t, s.url, browser.PageOptions{})
	b.waitForStatus(t, "live")
	b.mustShow(t, s)

	s.publish(t, flightIs("G119", "Tokyo", "10:35", "expected"), stateIs("I768", "landing"), leaves("A123"))
	b.waitForState(t, "G119", "expected")
	b.waitForState(t, "I768", "landing")
	b.waitForState(t, "A123", "")
	b.mustShow(t, s)

	must(t, b.Click(soon(t), "#stop"))
	b.waitForStatus(t, "stopped")
	s.publish(t, stateIs("I768", "landed"))
	must(t, b.Click(soon(t), "#stop"))
	b.waitForState(t, "I768", "landed")
	b.mustShow(t, s)
}
