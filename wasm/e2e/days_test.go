package e2e

import (
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// texts keeps each text of the cell of an arrival, from the page's HTML on.
const texts = `window.texts = []
addEventListener('DOMContentLoaded', () => {
  const record = () => {
    const text = document.querySelector('[data-flight=OLD1] [data-col=arrival]')?.textContent
    if (text !== texts.at(-1)) texts.push(text)
  }
  record()
  new MutationObserver(record).observe(document, { subtree: true, childList: true, characterData: true })
})`

// A row of another day says so from the beginning: in the HTML, to readers without scripts, and until the end.
func TestARowOfYesterdayNeverPassesForTodays(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		yesterday, now := time.Now().UTC().AddDate(0, 0, -1).Format("2006-01-02T15:04:05Z"), time.Now().UTC()
		s.publish(t, flightIs("OLD1", "Rome", yesterday, "expected"),
			flightIs("NEW1", "Rome", now.Format("2006-01-02T15:04:05Z"), "expected"))
		const marked = `/^\d\d:\d\d −[12]$/` // 2 if midnight has just passed
		plain := r.open(t, s.url, browser.PageOptions{NoScript: true})
		var told bool
		const arrival = `document.querySelector('[data-flight=OLD1] [data-col=arrival]').textContent`
		must(t, plain.Eval(soon(t), marked+`.test(`+arrival+`)`, &told))
		if !told {
			t.Errorf("without scripts the rows are %v", plain.rows(t))
		}
		b := r.open(t, s.url, browser.PageOptions{Preload: texts})
		b.waitForStatus(t, "live")
		s.publish(t, stateIs("OLD1", "landed"))
		b.waitForState(t, "OLD1", "landed")
		b.waitFor(t, `texts.length > 0 && texts.every(text => `+marked+`.test(text))`)
	})
}
