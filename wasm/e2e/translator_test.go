package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// translator rewrites all texts of the page again and again, as machine translators and other extensions do: it wraps
// text nodes in elements, replaces them, and splits them. It keeps the words, so that a test can compare them.
const translator = `
window.rewritten = 0
addEventListener('DOMContentLoaded', () => setInterval(() => {
  const nodes = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) nodes.push(walk.currentNode)
  for (const node of nodes) {
    if (!node.isConnected || !node.data.trim() || ['OPTION', 'SCRIPT'].includes(node.parentNode.nodeName)) continue
    const deep = node.parentNode.parentNode?.nodeName === 'FONT'
    const way = Math.floor(Math.random() * 12)
    if (way === 0 && !deep) {
      const font = document.createElement('font')
      node.replaceWith(font)
      font.append(node)
    } else if (way === 1 && !deep) {
      const [outer, inner] = [document.createElement('font'), document.createElement('font')]
      inner.append(node.data)
      outer.append(inner)
      node.replaceWith(outer)
    } else if (way === 2) {
      node.replaceWith(document.createTextNode(node.data))
    } else if (way === 3 && node.length > 1) {
      node.splitText(1)
    } else if (way === 4) {
      node.parentNode.normalize()
    } else {
      continue
    }
    window.rewritten++
  }
}, 7))
`

// Whatever a translator makes of the page's nodes, every text is the program's: cells, headers, the status line, the
// pager and the buttons.
func TestATranslatedPageIsTheBoard(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-heartbeat", "1s", "-rate", "-1")
		const flights = 30
		state := func(i, n int) string { return fmt.Sprintf("state %d", (i*31+n*17)%100) }
		var changes []string
		for i := range flights {
			changes = append(changes, flightIs(fmt.Sprintf("F%d", 100+i), "Rome", fmt.Sprintf("10:%02d", i), state(i, 0)))
		}
		s.publish(t, changes...)
		b := r.open(t, s.url+"/?size=all", browser.PageOptions{Preload: diary + translator})
		b.waitForStatus(t, "live")
		text := func(selector, want string) {
			t.Helper()
			b.waitFor(t, `document.querySelector(%q).textContent === %q`, selector, want)
		}
		text("#found", "30 flights")
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := range 100 {
			<-tick.C
			changes = changes[:0]
			for i := range flights {
				if (i+n)%3 == 0 {
					changes = append(changes, stateIs(fmt.Sprintf("F%d", 100+i), state(i, n+1)))
				}
			}
			changes = append(changes, flightIs("G1", "Oslo", "11:30", "expected"))
			if n%2 == 1 {
				changes = append(changes, leaves("G1"))
			}
			s.publish(t, changes...)
		}
		b.mustShow(t, s)
		var rewritten int
		must(t, b.Eval(soon(t), `rewritten`, &rewritten))
		if rewritten < 1000 {
			t.Errorf("the translator has rewritten %d texts: this test sees nothing", rewritten)
		}

		text("#status", "Live")
		must(t, b.Eval(soon(t), `(size => { size.value = '5'; size.dispatchEvent(new Event('change')) })(
			document.querySelector('#size'))`, nil))
		text("#pages", "6")
		must(t, b.Eval(soon(t), `void document.querySelector('#next').click()`, nil)) // it moves with the rows above it
		b.waitFor(t, `%s === 'F105 F106 F107 F108 F109'`, keys)
		text("#stop", "Stop updates")
		must(t, b.Click(soon(t), "#stop"))
		text("#stop", "Resume updates")
		b.waitForWords(t, "stopped", "Stopped by you at CLOCK")
		b.waitFor(t, `/^Stopped by you at [0-9:]+$/.test(document.querySelector('#status').textContent)`)
		must(t, b.Click(soon(t), "#stop"))
		text("#stop", "Stop updates")
		text("#status", "Live")
		must(t, b.Click(soon(t), "#flights th[data-col=origin] button"))
		b.waitFor(t, `document.querySelector('th[data-col=origin]').ariaSort === 'ascending'`)
		var head []string
		must(t, b.Eval(soon(t),
			`[...document.querySelectorAll('#flights th[data-col]:not([hidden])')].map(th => th.textContent)`, &head))
		if got := strings.Join(head, " "); got != "Origin▲ Flight Arrival State" {
			t.Errorf("the headers are %q", got)
		}
		s.publish(t, leaves("F100"), leaves("F101"))
		text("#waiting", "2 changes waiting") // the header has the focus
		must(t, b.Click(soon(t), "#waiting"))
		text("#found", "28 flights")
		must(t, b.Navigate(soon(t), s.url+"/?size=all"))
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
		s.kill()
		b.waitForStatus(t, "reconnecting")
		b.waitFor(t, `/^Reconnecting( in \d+ s)?, board as of [0-9:]+ \(\d+ s\)/.test(
			document.querySelector('#status').textContent)`)
	})
}
