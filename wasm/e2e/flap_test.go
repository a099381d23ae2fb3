package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// turning records how many flaps turned at once, at most, and whether a cell was marked as changed.
const turning = `
window.most = 0
window.marked = false
new MutationObserver(changes => { window.marked ||= changes.some(({ target }) => target.matches('td.changed')) })
  .observe(document, { subtree: true, attributeFilter: ['class'] })
addEventListener('load', async () => {
  const { flap } = document.querySelector('script[data-program]').dataset
  window.flap = await import(new URL(flap, document.baseURI))
  window.flap.pace.longest = Infinity // other tests use the machine, too
  const frame = () => {
    window.most = Math.max(most, window.flap.flips.turning.size)
    requestAnimationFrame(frame)
  }
  frame()
})
`

// flaps is an expression for the word that tells whether letters turn.
const flaps = `document.documentElement.dataset.flaps`

// openFlaps opens a board of twelve flights in the split-flap theme, and waits for that word.
func (r reader) openFlaps(t *testing.T, word string, options browser.PageOptions) (*server, *board) {
	t.Helper()
	s := startServer(t, "-feed", "none", "-rate", "-1")
	s.publish(t, twelve(0)...)
	options.Preload = turning
	b := r.open(t, s.url+"/?theme=flap", options)
	b.waitForStatus(t, "live")
	b.mustShow(t, s)
	b.waitFor(t, `window.flap && %s === %q`, flaps, word)
	return s, b
}

// twelve flights have other texts for each turn.
func twelve(turn int) (reports []string) {
	for i := range 12 {
		reports = append(reports, flightIs(fmt.Sprintf("FB%03d", i),
			[]string{"LISBON", "San José", "Buenos Aires", "חיפה"}[(i+turn)%4], fmt.Sprintf("08:%02d", i*5+turn%5),
			[]string{"expected", "delayed", "landed"}[(i+turn)%3]))
	}
	return reports
}

// The cells have the server's texts at once, and for as long as flaps turn. At most forty turn.
func TestTextsAreRealWhileFlapsTurn(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s, b := r.openFlaps(t, "on", browser.PageOptions{})
		must(t, b.Eval(soon(t), `void (flap.flips.step = 400, flap.flips.patience = 1e6)`, nil))
		s.publish(t, twelve(1)...)
		b.mustShow(t, s)
		b.waitFor(t, `most === 40`)
		b.waitFor(t, `!flap.flips.still && document.querySelectorAll('.flaps > canvas').length >= 3`)
		b.mustMatch(t, s)
		shot, err := b.Screenshot(soon(t))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "turning.png"), shot, 0o644))
		s.publish(t, twelve(2)...) // while they are on their way
		b.mustShow(t, s)
		s.publish(t, leaves("FB003"))
		b.mustShow(t, s)
		must(t, b.Eval(soon(t), `void (flap.flips.step = 20)`, nil))
		b.waitFor(t, `flap.flips.still && document.querySelectorAll('.flaps > *').length === 0`)
		b.mustMatch(t, s)
		var most int
		must(t, b.Eval(soon(t), `most`, &most))
		if most != 40 {
			t.Errorf("%d flaps have turned at once, want 40", most)
		}
		// Not in capitals, as they are drawn; a row that has left is gone. WebKit copies only when a key is pressed.
		must(t, b.Eval(soon(t), `void (window.copied = '',
			addEventListener('copy', event => { copied = event.clipboardData.getData('text/plain') }),
			addEventListener('keydown', () => document.execCommand('copy')),
			getSelection().selectAllChildren(document.querySelector('#flights tbody')))`, nil))
		must(t, b.Press(soon(t), "End"))
		b.waitFor(t, `copied.startsWith('Buenos Aires\tFB000\t08:02\tlanded\n') && copied.split('\n').length === 11`)
	})
}

// A flap is a picture: what it covers is hidden from nobody who does not see.
func TestFlapsAreNotInTheAccessibilityTree(t *testing.T) {
	s, b := reader{kind: browser.Chromium}.openFlaps(t, "on", browser.PageOptions{})
	must(t, b.Eval(soon(t), `void (flap.flips.step = 1e6)`, nil))
	s.publish(t, twelve(1)...)
	b.waitFor(t, `most > 0 && document.querySelector('.flaps').ariaHidden === 'true' &&
		document.querySelector('.flaps').textContent === '' && !document.querySelector('#flights canvas')`)
}

// Who prefers reduced motion sees letters change; so does who has a narrow screen.
func TestLettersChangeWithoutFlaps(t *testing.T) {
	for name, options := range map[string]browser.PageOptions{
		"reduced motion": {ReducedMotion: true}, "a phone": {Width: 390, Height: 844},
	} {
		t.Run(name, func(t *testing.T) {
			byEveryBrowser(t, func(t *testing.T, r reader) {
				s, b := r.openFlaps(t, "still", options)
				for turn := range 3 {
					s.publish(t, twelve(turn+1)...)
					b.mustShow(t, s)
					b.waitFor(t, `flap.flips.still && most === 0 && document.querySelectorAll('.flaps > *').length === 0`)
				}
				b.waitFor(t, `marked`) // which is what readers notice then
				b.waitFor(t, `document.documentElement.scrollWidth <= innerWidth`)
			})
		})
	}
}

// A device that draws fewer than forty frames in a second of turning gets letters that change, by itself and for an
// hour.
func TestASlowDeviceGetsNoFlaps(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s, b := r.openFlaps(t, "on", browser.PageOptions{})
		must(t, b.Eval(soon(t), `void (flap.pace.longest = 25, flap.flips.step = 1000, (function frame() {
			const end = performance.now() + 40
			while (performance.now() < end);
			if (document.documentElement.dataset.flaps !== 'slow') requestAnimationFrame(frame)
		})())`, nil))
		s.publish(t, twelve(1)...)
		b.waitFor(t, `most > 0 && %s === 'slow'`, flaps)
		b.waitFor(t, `flap.flips.still && document.querySelectorAll('.flaps > *, td.changed').length === 0`)
		must(t, b.Eval(soon(t), `void (most = 0, marked = false)`, nil))
		s.publish(t, twelve(2)...)
		b.mustShow(t, s)
		b.waitFor(t, `most === 0 && %s === 'slow' && marked`, flaps)
	})
}
