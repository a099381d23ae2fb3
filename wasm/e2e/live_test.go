package e2e

import (
	"testing"

	"flightboard/wasm/e2e/browser"
)

func TestRowsAppearChangeAndLeave(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", ""))
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.mustShow(t, s)

		s.publish(t, flightIs("G119", "Tokyo", "10:35", "expected"))
		b.waitForState(t, "G119", "expected")
		b.mustShow(t, s)

		// A row is the same element for as long as its flight is on the board.
		must(t, b.Eval(soon(t), `void (document.querySelector('tr[data-flight=I768]').mark = 'kept')`, nil))
		s.publish(t, stateIs("I768", "landing"))
		b.waitForState(t, "I768", "landing")
		s.publish(t, stateIs("I768", "landed"), leaves("A123"))
		b.waitForState(t, "I768", "landed")
		b.waitForState(t, "A123", "")
		b.waitFor(t, `document.querySelector('tr[data-flight=I768]').mark === 'kept'`)
		b.mustShow(t, s)

		for _, m := range b.Messages() {
			if m.Level == "error" {
				t.Errorf("the page's console has an error: %s", m.Text)
			}
		}
	})
}

func TestStopHoldsTheBoardAndResumeMissesNothing(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
		before := b.rows(t)

		must(t, b.Click(soon(t), "#stop"))
		b.waitForStatus(t, "stopped")
		b.waitFor(t, `document.querySelector('#stop').textContent.trim() === 'Resume updates'`)
		s.waitForLog(t, `msg="viewer leaves"`)
		s.publish(t, stateIs("I768", "landing"), stateIs("I768", "landed"), leaves("A123"),
			flightIs("G119", "Tokyo", "10:35", ""))
		if after := b.rows(t); len(after) != len(before) || after[1] != before[1] {
			t.Errorf("while stopped the rows became %v, want %v", after, before)
		}

		must(t, b.Click(soon(t), "#stop"))
		b.waitFor(t, `document.querySelector('#stop').textContent.trim() === 'Stop updates'`)
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
		s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
	})
}

func TestACutConnectionIsSaidAndMended(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		p := startProxy(t, s)
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
		b := r.open(t, p.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.mustShow(t, s)

		// The same server sends the missed events.
		p.cut()
		b.waitForStatus(t, "reconnecting")
		s.publish(t, stateIs("I768", "landed"), leaves("A123"))
		p.mend(s)
		b.waitForStatus(t, "live")
		b.mustShow(t, s)

		// A new server does not know the old one's event IDs: its snapshot replaces the page's board.
		p.cut()
		s.kill()
		b.waitForStatus(t, "reconnecting")
		s = startServer(t, "-feed", "none")
		s.publish(t, flightIs("I768", "Rome", "10:10", "diverted"), flightIs("U213", "New York", "09:05", ""))
		p.mend(s)
		b.waitForStatus(t, "live")
		b.mustShow(t, s)

		// Later events change that board.
		s.publish(t, stateIs("U213", "landed"))
		b.waitForState(t, "U213", "landed")
	})
}

func TestTheTutorialsFeedPlaysToItsEnd(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "tutorial")
		b := r.open(t, s.url, browser.PageOptions{})
		if rows := b.rows(t); len(rows) != 6 {
			t.Errorf("the page begins with %v, want six flights", rows)
		}
		b.waitForState(t, "I768", "landing")
		b.waitForState(t, "I768", "landed")
		b.waitForState(t, "I768", "")
		b.waitForStatus(t, "ended")
		s.waitForLog(t, `reason="the feed is over"`)
		if rows := b.rows(t); len(rows) != 5 {
			t.Errorf("the page ends with %v, want five flights", rows)
		}
	})
}
