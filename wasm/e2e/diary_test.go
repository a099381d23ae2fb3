package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// A page often shows a text about an outage for a few milliseconds only. So a script, which runs before the page's own,
// records all texts in a diary, and tests search the diary: no text is missed.

// An entry is what the page shows about its board's status at one time.
type entry struct {
	Status, Line, Feed, Banner string
	Dimmed, Retry              bool
}

func (m entry) String() string {
	var s strings.Builder
	s.WriteString(fmt.Sprintf("[%s] %s", m.Status, m.Line))
	for _, extra := range []struct {
		is   bool
		text string
	}{
		{m.Retry, "<Retry now>"},
		{m.Dimmed, "(dimmed)"},
		{m.Feed != "", "FEED: " + m.Feed},
		{m.Banner != "", "BANNER: " + m.Banner},
	} {
		if extra.is {
			s.WriteString(" " + extra.text)
		}
	}
	return s.String()
}

// diary records an entry after each change of the page, and counts the heartbeats. It lets tests set the page's clock
// forward (window.ahead, in milliseconds; package time calls Date.prototype.getTime) and hide the page (window.unseen).
const diary = `
window.entries = []
window.from = window.beats = window.ahead = 0
addEventListener('DOMContentLoaded', () => {
  if (!document.querySelector('#status')) return // a test may leave the page for another
  const element = id => document.querySelector(id)
  const text = id => element(id).hidden ? '' : element(id).textContent
  const record = () => {
    const entry = {
      Status: element('#status').dataset.status, Line: text('#status'), Feed: text('#feed'), Banner: text('#banner'),
      Dimmed: element('#flights').hasAttribute('data-stale'), Retry: !element('#retry').hidden,
    }
    if (JSON.stringify(entry) !== JSON.stringify(entries.at(-1))) entries.push(entry)
  }
  const all = { subtree: true, childList: true, characterData: true, attributes: true }
  new MutationObserver(record).observe(element('main'), all)
})
const listen = EventTarget.prototype.addEventListener
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (type === 'heartbeat') listen.call(this, type, () => { window.beats++ })
  return listen.call(this, type, ...rest)
}
const getTime = Date.prototype.getTime
Date.prototype.getTime = function () { return getTime.call(this) + window.ahead }
Object.defineProperty(document, 'visibilityState', { get: () => window.unseen ? 'hidden' : 'visible' })
addEventListener('pageshow', event => { window.kept = event.persisted })
`

// openWithDiary opens a page that keeps a diary, and waits until it is live and has got enough heartbeats to know their
// interval.
func (r reader) openWithDiary(t *testing.T, url string) *board {
	t.Helper()
	b := r.open(t, url, browser.PageOptions{Preload: diary})
	b.waitForStatus(t, "live")
	b.waitFor(t, `beats > 2`)
	b.forget(t)
	return b
}

// forget makes later searches ignore the entries so far.
func (b *board) forget(t *testing.T) {
	t.Helper()
	must(t, b.Eval(soon(t), `void (window.from = entries.length)`, nil))
}

// In the words of waitForWords, CLOCK stands for a time of day, AGE for an age in brackets, and SOME for a number.
var blanks = strings.NewReplacer("CLOCK", `\d\d:\d\d:\d\d`, "AGE", `\(\d+ (s|min|h)\)`, "SOME", `\d+`)

func pattern(words string) string { return "^" + blanks.Replace(regexp.QuoteMeta(words)) + "$" }

// waitForWords waits for an entry with these words and this status. It returns the entries after the last one that a
// test has waited for, up to this one.
func (b *board) waitForWords(t *testing.T, status, words string) []entry {
	t.Helper()
	return b.waitForEntry(t, fmt.Sprintf(`m.Status === %q && RegExp(%q).test(m.Line)`, status, pattern(words)))
}

// waitForEntry is waitForWords for any condition on an entry m.
func (b *board) waitForEntry(t *testing.T, condition string) (until []entry) {
	t.Helper()
	find := fmt.Sprintf(`entries.findIndex((m, i) => i >= from && %s)`, condition)
	if err := b.WaitFor(soon(t), find+` >= 0`); err != nil {
		var all []entry
		b.Eval(soon(t), `entries`, &all)
		t.Fatalf("%v\nthe page has shown:\n%s", err, inLines(all))
	}
	must(t, b.Eval(soon(t), `(next => entries.slice(from, window.from = next))(`+find+` + 1)`, &until))
	return until
}

func inLines(entries []entry) string {
	var out strings.Builder
	for _, m := range entries {
		fmt.Fprintln(&out, m)
	}
	return out.String()
}

// waitForBoard waits until the page is live and shows the server's board.
func (b *board) waitForBoard(t *testing.T, s *server) {
	t.Helper()
	b.waitForWords(t, "live", "Live")
	b.mustShow(t, s)
}

// mustNotBeLive checks the entries of an outage: only the last may be live.
func mustNotBeLive(t *testing.T, entries []entry) {
	t.Helper()
	for _, m := range entries[:len(entries)-1] {
		if m.Status == "live" || m.Status == "quiet" {
			t.Errorf("the page shows %q in the middle of the outage:\n%s", m.Line, inLines(entries))
			return
		}
	}
}

// retry presses "Retry now" as soon as it is shown. It may be hidden again at any time, so a script presses it.
func (b *board) retry(t *testing.T) {
	t.Helper()
	b.waitFor(t, `((button, status) => button.hidden ? status === 'live' : (button.click(), true))`+
		`(document.querySelector('#retry'), document.querySelector('#status').dataset.status)`)
}
