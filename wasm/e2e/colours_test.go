package e2e

import (
	"testing"

	"flightboard/wasm/e2e/browser"
)

// With the reader's own colours, which replace the page's, a board that may be out of date is still told from a live
// one.
func TestAStaleBoardIsSeenInForcedColours(t *testing.T) {
	byEveryBrowser(t, staleInForcedColours)
}

func staleInForcedColours(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "1s")
	board1(t, s)
	b := r.open(t, s.url, browser.PageOptions{Preload: diary, ForcedColours: true})
	b.waitForStatus(t, "live")
	b.waitFor(t, `matchMedia('(forced-colors: active)').matches`)
	const look = `(table => ({
		Outline: getComputedStyle(table).outlineStyle + ' ' + getComputedStyle(table).outlineWidth,
		Text: getComputedStyle(table.querySelector('td')).color,
		Gray: (probe => { // the reader's colour for what is not available
			probe.style.color = 'GrayText'
			document.body.append(probe)
			const { color } = getComputedStyle(probe)
			probe.remove()
			return color
		})(document.createElement('span')),
	}))(document.querySelector('#flights'))`
	var live, stale struct{ Outline, Text, Gray string }
	must(t, b.Eval(soon(t), look, &live))
	s.kill()
	b.waitForEntry(t, `m.Status === 'reconnecting'`)
	must(t, b.Eval(soon(t), `void (window.ahead += 61_000)`, nil))
	b.waitForEntry(t, `m.Dimmed`)
	must(t, b.Eval(soon(t), look, &stale))
	if live.Text == live.Gray || live.Outline[:4] != "none" {
		t.Errorf("the live board looks stale: %+v", live)
	}
	if stale.Text != stale.Gray || stale.Outline != "dashed 3px" {
		t.Errorf("the stale board looks like %+v, the live one like %+v", stale, live)
	}
}
