package e2e

import (
	"fmt"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// counts records what the page shows of its status, of the number of flights, and in the place of rows.
const counts = `
window.shown = []
addEventListener('DOMContentLoaded', () => {
  const text = id => (element => element.hidden ? '' : element.textContent)(document.querySelector(id))
  const record = () => {
    const now = [document.querySelector('#status').dataset.status, text('#status').replace(/ \(.*/, ''), text('#found'),
      text('#none'), document.querySelectorAll('#flights tr[data-flight]').length].join(' | ')
    if (now !== shown.at(-1)) shown.push(now)
  }
  new MutationObserver(record).observe(document.querySelector('main'),
    { subtree: true, childList: true, characterData: true, attributes: true })
})
`

// On a slow line the snapshot takes its time. Until it is whole the page is not live, and does not count flights that
// it does not have.
func TestABoardOnASlowLineIsNotLiveBeforeItIsWhole(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-heartbeat", "1s", "-rate", "-1")
		flights := make([]string, 1500)
		for i := range flights {
			flights[i] = flightIs(fmt.Sprintf("GN%d", i), fmt.Sprintf("City %d", i*7919%1500),
				fmt.Sprintf("%02d:%02d", i/60%24, i%60), fmt.Sprintf("state %d", i*104729%1500))
		}
		s.publish(t, flights...)
		p := startProxy(t, s)
		p.slow(10_000)
		for name, html := range map[string]func(string) string{
			"six examples": func(page string) string { return page },
			"no rows": func(page string) string {
				head, rest, _ := strings.Cut(page, "<tbody>")
				_, tail, _ := strings.Cut(rest, "</tbody>")
				return strings.Replace(head, " data-example", "", 1) + "<tbody></tbody>" + tail
			},
		} {
			b := r.open(t, staticHostOf(t, p.url+"/events", html).URL, browser.PageOptions{Preload: counts})
			b.waitForStatus(t, "live")
			b.waitFor(t, `document.querySelector('#found').textContent === '1,500 flights'`)
			var shown []string
			must(t, b.Eval(soon(t), `shown`, &shown))
			waited := false
			for _, line := range shown {
				whole := strings.HasSuffix(line, " | 1,500 flights |  | 20")
				if strings.HasPrefix(line, "live") != whole {
					t.Errorf("%s: the page shows %q", name, line)
				}
				waited = waited || strings.HasPrefix(line, "connecting | Connected, waiting for an update, board as loaded")
			}
			if !waited {
				t.Errorf("%s: the page does not tell what it waits for", name)
			}
			if t.Failed() {
				t.Fatalf("%s: the page has shown:\n%s", name, strings.Join(shown, "\n"))
			}
		}
	})
}
