package e2e

import (
	"testing"

	"flightboard/wasm/e2e/browser"
)

// releases lets tests set the page's clock forward for boot.js (window.later), which looks more often, and counts how
// often it asks for the page.
const releases = `
window.later = window.asks = 0
const now = Date.now, set = setInterval, ask = fetch
Date.now = () => now() + window.later
window.setInterval = (f, pause) => set(f, pause / 600)
window.fetch = (...rest) => {
  if (rest[0] === location.href) window.asks++
  return ask(...rest)
}
`

// A page that is never hidden, as on a wall, gets a new release when nobody has used it for a while. Until then readers
// keep their place.
func TestANewReleaseIsTakenAtAQuietMoment(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		p := startProxy(t, s)
		board1(t, s)
		b := r.open(t, p.url, browser.PageOptions{Preload: releases})
		b.waitForStatus(t, "live")

		// With -www the page names its program otherwise, as another release does.
		p.cut()
		b.waitForStatus(t, "reconnecting")
		next := startServer(t, "-feed", "none", "-www", pageFolder)
		board1(t, next)
		p.mend(next)
		b.waitForStatus(t, "live")
		must(t, b.Eval(soon(t), `void (window.old = true)`, nil))

		for _, use := range []struct{ what, begin, end string }{
			{"the focus is in a field", `document.querySelector('#search').focus()`, `document.activeElement.blur()`},
			{"the keys are shown", `document.querySelector('#keys').click()`,
				`(document.querySelector('dialog').close(), document.activeElement.blur())`},
			{"the columns are shown", `document.querySelector('#columns').open = true`,
				`document.querySelector('#columns').open = false`},
			{"text is selected", `getSelection().selectAllChildren(document.querySelector('h1'))`,
				`getSelection().removeAllRanges()`},
			{"the page is scrolled", `(document.body.style.minHeight = '3000px',
				scrollTo({ top: 500, behavior: 'instant' }))`, `scrollTo({ top: 0, behavior: 'instant' })`},
			{"updates are stopped", `document.querySelector('#stop').click()`, `document.querySelector('#stop').click()`},
			{"a key was pressed", `(later = 0, document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'x' })),
				later = 599_000)`, `0`},
		} {
			var asks int
			must(t, b.Eval(soon(t), `new Promise(done => {
				later = 6_000_000;
				`+use.begin+`;
				setTimeout(() => { // some turns of the page's timer later
					done(asks);
					later = 0;
					`+use.end+`
				}, 500)
			})`, &asks))
			if asks != 0 {
				t.Errorf("while %s the page asks for a new release", use.what)
			}
			b.waitForStatus(t, "live")
		}
		must(t, b.Eval(soon(t), `void (later = 6_000_000)`, nil))
		b.waitForReload(t, `window.old`)
		b.waitForStatus(t, "live")
		b.mustShow(t, next)
		b.waitFor(t, `document.querySelector('[data-program]').dataset.program === 'built/app.wasm'`)
	})
}
