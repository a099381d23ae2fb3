package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// star is the selector of a flight's star.
func star(flight string) string { return fmt.Sprintf("tr[data-flight=%s] .star button", flight) }

func (b *board) waitForTitle(t *testing.T, want string) {
	t.Helper()
	b.waitFor(t, `document.title === %q`, want)
}

// A flight that is followed is on top, however the rows are sorted, searched and paged, and after a reload. The address
// names it, so that a link follows it as well.
func TestAFollowedFlightIsOnTop(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s, b := r.openFour(t)
		must(t, b.Click(soon(t), star("I768")))
		b.waitForRows(t, "I768 A123 D654 A987")
		b.waitFor(t, `location.search === '?star=I768' && document.querySelector('#spoken').textContent.startsWith('I768')`)
		b.waitFor(t, `(star => star.ariaPressed === 'true' && star.ariaLabel === 'Follow I768' &&
			star === document.activeElement && !!star.closest('[data-starred]'))(document.querySelector(%q))`, star("I768"))
		b.waitFor(t, `document.querySelectorAll('[data-starred]').length === 1`)
		must(t, b.Click(soon(t), "#flights th[data-col=origin] button"))
		b.waitForRows(t, "I768 D654 A123 A987")
		must(t, b.Click(soon(t), "#search"))
		must(t, b.Type(soon(t), "sao"))
		b.waitForRows(t, "A987")

		must(t, b.Navigate(soon(t), s.url)) // the storage has it
		b.waitForStatus(t, "live")
		b.waitForRows(t, "I768 A123 D654 A987")
		must(t, b.Navigate(soon(t), s.url+"/?star=D654")) // as in a link
		b.waitForStatus(t, "live")
		b.waitForRows(t, "D654 I768 A123 A987")
		b.waitFor(t, `new URLSearchParams(location.search).get('star') === 'I768,D654'`)

		// The keyboard: the table is one stop; arrows lead from star to star; f is the flight's of the row.
		must(t, b.Eval(soon(t), `document.querySelector('th[data-col=state] .edge').focus()`, nil))
		must(t, b.Press(soon(t), "Tab"))
		b.waitForFocus(t, "Tab", "D654")
		must(t, b.Press(soon(t), "ArrowDown"))
		b.waitForFocus(t, "ArrowDown", "I768")
		must(t, b.Press(soon(t), "Enter"))
		b.waitForRows(t, "D654 A123 A987 I768")
		b.waitForFocus(t, "Enter", "I768")
		must(t, b.Press(soon(t), "ArrowUp"))
		b.waitForFocus(t, "ArrowUp", "A987")
		must(t, b.Type(soon(t), "f"))
		b.waitForRows(t, "D654 A987 A123 I768")
		must(t, b.Press(soon(t), "Tab"))
		b.waitFor(t, `!document.activeElement.closest('#flights')`)

		// With no other row on the board it is still there, and when it leaves it is not.
		s.publish(t, leaves("D654"))
		must(t, b.Click(soon(t), "h1"))
		b.waitForRows(t, "A987 A123 I768")
	})
}

// A pinned flight is on every page, beside its rows.
func TestAFollowedFlightIsOnEveryPage(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishWithTooltips(t, 12)
		b := r.open(t, s.url+"/?size=5&star=F111", browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitForRows(t, "F111 F100 F101 F102 F103 F104")
		b.waitFor(t, `document.querySelector('#pages').textContent === '3' &&
			document.querySelector('#found').textContent === '12 flights'`)
		must(t, b.Click(soon(t), "#next"))
		b.waitForRows(t, "F111 F105 F106 F107 F108 F109")
		must(t, b.Click(soon(t), star("F107")))
		b.waitForRows(t, "F107 F111 F105 F106 F108 F109 F110")
	})
}

// titles counts the changes of the document's title.
const titles = `document.addEventListener('DOMContentLoaded', () => {
  window.titles = []
  new MutationObserver(() => { window.titles.push(document.title) }).observe(document.querySelector('title'),
    { childList: true })
})
`

// A change of a followed flight comes into the title once, until the reader looks; a reload keeps it.
func TestNewsAreInTheTitleOnce(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		b := r.open(t, s.url+"/?star=I768", browser.PageOptions{Preload: titles})
		b.waitForStatus(t, "live")
		b.waitForRows(t, "I768 A123 D654 A987")
		s.publish(t, stateIs("A123", "landed"))
		s.publish(t, stateIs("I768", "landed"))
		b.waitForTitle(t, "Landed · I768 · Arrivals")
		for _, state := range []string{"landing", "landed", "landing", "Landed"} {
			s.publish(t, stateIs("I768", state))
			b.waitForState(t, "I768", state2(state))
		}
		var changes []string
		must(t, b.Eval(soon(t), `window.titles`, &changes))
		if len(changes) != 1 {
			t.Errorf("the title was changed to %q, want one change", changes)
		}
		must(t, b.Press(soon(t), "ArrowDown"))
		b.waitForTitle(t, "Arrivals")

		s.publish(t, object{"event": "flightStateUpdate",
			"data": object{"flight": "I768", "state": "arrived", "expected": "10:02", "belt": "5"}}.String())
		b.waitForTitle(t, "Arrived 10:02, belt 5 · I768 · Arrivals")
		must(t, b.Navigate(soon(t), s.url))
		b.waitForTitle(t, "Arrived 10:02, belt 5 · I768 · Arrivals")
		b.waitForStatus(t, "live")
		must(t, b.Press(soon(t), "ArrowDown"))
		b.waitForTitle(t, "Arrivals")
		must(t, b.Navigate(soon(t), s.url+"/?"))
		b.waitForStatus(t, "live")
		b.waitForTitle(t, "Arrivals")
	})
}

func state2(state string) string {
	if state == "Landed" {
		return "landed"
	}
	return state
}

// notices replaces the browser's notifications and tones.
const notices = `
window.asked = 0
window.notices = []
window.Notification = class {
  static permission = localStorage.permission ?? 'default'
  static async requestPermission() { window.asked++; return localStorage.permission = this.permission = 'granted' }
  constructor(title, { body, tag }) { window.notices.push([title, body, tag].join('/')) }
}
window.tones = 0
const { start } = OscillatorNode.prototype
OscillatorNode.prototype.start = function (when) { window.tones++; return start.call(this, when) }
`

// lateStorage lets a tab whose variable late is true read what it has last read or written itself of the stars.
// Browsers run tabs in processes, and bring what one has stored to the others after a while.
const lateStorage = `
window.late = false
const seen = {}, { getItem, setItem } = Storage.prototype
Storage.prototype.getItem = function (key) {
  const value = getItem.call(this, key)
  if (!key.startsWith('flightboard.stars')) return value
  if (!window.late || !(key in seen)) seen[key] = value
  return seen[key]
}
Storage.prototype.setItem = function (key, value) {
  seen[key] = String(value)
  setItem.call(this, key, value)
}
`

// With two tabs there is one notification for a change, also if neither sees in time what the other has stored, and the
// browser's permission is asked for by a click only. What is told is the same in the titles of both, until the reader
// looks at one.
func TestTwoTabsTellOnce(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		u := r.user(t, s.url)
		open := func() *tab {
			t.Helper()
			p, err := start(t, u.kind).NewPage(soon(t), browser.PageOptions{Beside: u.first.Page,
				Preload: tabScript + notices + lateStorage})
			must(t, err)
			t.Cleanup(func() { p.Close() })
			must(t, p.Navigate(soon(t), u.url))
			b := &tab{board: board{p}}
			b.waitForStatus(t, "live")
			return b
		}
		one, two := open(), open()
		must(t, one.Click(soon(t), star("I768")))
		for _, b := range []*tab{one, two} {
			b.waitForRows(t, "I768 A123 D654 A987")
		}
		must(t, one.Click(soon(t), "#alerts"))
		one.waitFor(t, `document.querySelector('dialog').open && window.asked === 0`)
		must(t, one.Click(soon(t), "dialog label:nth-of-type(2) input"))
		one.waitFor(t, `window.asked === 1 && localStorage['flightboard.alerts'] === 'notification'`)
		must(t, one.Click(soon(t), "dialog > button"))
		one.waitFor(t, `!document.querySelector('dialog')`)
		two.eval(t, `Notification.permission = 'granted'`) // as the browser would do

		told := func(want ...string) {
			t.Helper()
			var all []string
			for _, b := range []*tab{one, two} {
				var notices []string
				must(t, b.Eval(soon(t), `window.notices`, &notices))
				all = append(all, notices...)
			}
			if fmt.Sprint(all) != fmt.Sprint(want) {
				t.Errorf("the notifications are %q, want %q", all, want)
			}
		}
		for _, b := range []*tab{one, two} {
			b.eval(t, `window.late = true`)
		}
		s.publish(t, stateIs("I768", "landed"))
		for _, b := range []*tab{one, two} {
			b.waitForTitle(t, "Landed · I768 · Arrivals")
		}
		s.publish(t, stateIs("D654", "on belt"))
		two.waitForState(t, "D654", "on belt")
		must(t, two.Press(soon(t), "ArrowDown"))
		for _, b := range []*tab{one, two} {
			b.waitForTitle(t, "Arrivals")
		}
		told("I768 from Rome/Landed/I768")

		// A tab that is opened later, and one that is reloaded, have nothing to tell.
		three := open()
		must(t, one.Navigate(soon(t), u.url))
		one.waitForStatus(t, "live")
		three.waitForTitle(t, "Arrivals")
		must(t, one.Click(soon(t), "#alerts"))
		one.waitFor(t, `document.querySelector('dialog label:nth-of-type(2) input').checked`)
		must(t, one.Click(soon(t), "dialog label:nth-of-type(2) input"))
		must(t, one.Click(soon(t), "dialog label:nth-of-type(1) input"))
		one.waitFor(t, `localStorage['flightboard.alerts'] === 'tone' && window.asked === 0 && window.notices.length === 0`)
	})
}

// TestAxeFindsNothingInFollowedFlights also takes pictures, for people: run it with -artifacts.
func TestAxeFindsNothingInFollowedFlights(t *testing.T) {
	script := axe(t)
	for name, options := range map[string]browser.PageOptions{
		"desktop": {}, "phone, dark": {Width: 390, Height: 844, Dark: true}, "desktop, dark": {Dark: true},
		"phone": {Width: 390, Height: 844},
	} {
		t.Run(name, func(t *testing.T) {
			byEveryBrowser(t, func(t *testing.T, r reader) {
				s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1")
				options := options
				options.Preload = script
				b := r.open(t, s.url, options)
				b.waitForStatus(t, "live")
				b.waitFor(t, `document.querySelectorAll('#flights .star').length > 5`)
				var fits bool
				must(t, b.Eval(soon(t), `document.querySelectorAll('#flights tbody tr:nth-child(n+4) .star button')
					.forEach((star, i) => { if (i < 2) star.click() })`, nil))
				b.waitFor(t, `document.querySelectorAll('[data-starred]').length === 2`)
				must(t, b.Eval(soon(t), `document.querySelector('[aria-pressed=true]').checkVisibility() &&
					(box => box.width >= 24 && box.height >= 24)(
						document.querySelector('[aria-pressed=true]').getBoundingClientRect()) &&
					document.documentElement.scrollWidth <= innerWidth`, &fits))
				if !fits {
					t.Error("a star is too small or not to be seen, or the page scrolls sideways")
				}
				shot, err := b.Screenshot(soon(t))
				must(t, err)
				must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "page.png"), shot, 0o644))
				check := func(when string) {
					t.Helper()
					var found []string
					must(t, b.Eval(soon(t), `axe.run(document, {
						runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
					}).then(r =>
						r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html + ': ' + n.failureSummary)))`, &found))
					for _, violation := range found {
						t.Errorf("%s: %s", when, violation)
					}
				}
				check("with two flights that are followed")
				if options.Width == 390 {
					must(t, b.Click(soon(t), "#more"))
				}
				must(t, b.Click(soon(t), "#alerts"))
				b.waitFor(t, `document.querySelector('dialog').open`)
				check("with the dialog for alerts")
			})
		})
	}
}
