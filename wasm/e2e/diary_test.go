package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// What a page says about an outage is often said for a moment only. So the page keeps a diary, from before its own
// scripts begin, and tests look for words in it: what was said between two looks is not lost.

// A moment is all that the page said about its board at once.
type moment struct {
	Status, Line, Feed, Banner string
	Dimmed, Retry              bool
}

func (m moment) String() string {
	var s strings.Builder
	s.WriteString(fmt.Sprintf("[%s] %s", m.Status, m.Line))
	for _, extra := range []struct {
		is   bool
		text string
	}{{m.Retry, "<Retry now>"}, {m.Dimmed, "(dimmed)"}, {m.Feed != "", "FEED: " + m.Feed}, {m.Banner != "", "BANNER: " + m.Banner}} {
		if extra.is {
			s.WriteString(" " + extra.text)
		}
	}
	return s.String()
}

// diary notes a moment after each change of the page, and counts the heartbeats that the page has heard. It lets tests
// set the page's clock forward (window.ahead, in milliseconds; package time asks Date.prototype.getTime) and say that
// nobody looks at the page (window.unseen).
const diary = `
window.said = []
window.from = window.beats = window.ahead = 0
addEventListener('DOMContentLoaded', () => {
  if (!document.querySelector('#status')) return // a test may leave the page for another
  const element = id => document.querySelector(id)
  const text = id => element(id).hidden ? '' : element(id).textContent
  const note = () => {
    const moment = {
      Status: element('#status').dataset.status, Line: text('#status'), Feed: text('#feed'), Banner: text('#banner'),
      Dimmed: element('#flights').hasAttribute('data-stale'), Retry: !element('#retry').hidden,
    }
    if (JSON.stringify(moment) !== JSON.stringify(said.at(-1))) said.push(moment)
  }
  new MutationObserver(note).observe(element('main'), { subtree: true, childList: true, characterData: true, attributes: true })
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

// openWithDiary opens a page whose words are kept, and waits until it is live and has heard enough heartbeats to know
// how often they come.
func (r reader) openWithDiary(t *testing.T, url string) *board {
	t.Helper()
	b := r.open(t, url, browser.PageOptions{Preload: diary})
	b.waitForStatus(t, "live")
	b.waitFor(t, `beats > 2`)
	b.forget(t)
	return b
}

// forget turns to a new leaf: what the page has said so far does not count.
func (b *board) forget(t *testing.T) {
	t.Helper()
	must(t, b.Eval(soon(t), `void (window.from = said.length)`, nil))
}

// In words that are looked for, CLOCK is a time of day, AGE an age in brackets, and SOME a number.
var blanks = strings.NewReplacer("CLOCK", `\d\d:\d\d:\d\d`, "AGE", `\(\d+ (s|min|h)\)`, "SOME", `\d+`)

func pattern(words string) string { return "^" + blanks.Replace(regexp.QuoteMeta(words)) + "$" }

// waitForWords waits until the page says these words in this state, and returns all that it has said since it last said
// what was waited for, up to these words.
func (b *board) waitForWords(t *testing.T, status, words string) []moment {
	t.Helper()
	return b.waitForMoment(t, fmt.Sprintf(`m.Status === %q && RegExp(%q).test(m.Line)`, status, pattern(words)))
}

// waitForMoment is waitForWords for any condition on the moment m.
func (b *board) waitForMoment(t *testing.T, condition string) (until []moment) {
	t.Helper()
	find := fmt.Sprintf(`said.findIndex((m, i) => i >= from && %s)`, condition)
	if err := b.WaitFor(soon(t), find+` >= 0`); err != nil {
		var said []moment
		b.Eval(soon(t), `said`, &said)
		t.Fatalf("%v\nthe page has said:\n%s", err, inLines(said))
	}
	must(t, b.Eval(soon(t), `(next => said.slice(from, window.from = next))(`+find+` + 1)`, &until))
	return until
}

func inLines(said []moment) string {
	var out strings.Builder
	for _, m := range said {
		fmt.Fprintln(&out, m)
	}
	return out.String()
}

// waitForBoard waits until the page says that it is live, and shows what the server has.
func (b *board) waitForBoard(t *testing.T, s *server) {
	t.Helper()
	b.waitForWords(t, "live", "Live")
	b.mustShow(t, s)
}

// mustNotBeLive holds the page to what it says in an outage: in none of these moments but the last may it be live.
func mustNotBeLive(t *testing.T, said []moment) {
	t.Helper()
	for _, m := range said[:len(said)-1] {
		if m.Status == "live" || m.Status == "quiet" {
			t.Errorf("the page says %q in the middle of the outage:\n%s", m.Line, inLines(said))
			return
		}
	}
}

// retry presses "Retry now", as soon as it is there. It may go at any moment, so no mouse is quick enough.
func (b *board) retry(t *testing.T) {
	t.Helper()
	b.waitFor(t, `((button, status) => button.hidden ? status === 'live' : (button.click(), true))`+
		`(document.querySelector('#retry'), document.querySelector('#status').dataset.status)`)
}
