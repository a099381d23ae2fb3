package e2e

import (
	"testing"

	"flightboard/wasm/e2e/browser"
)

// speech is a voice that a test ends, in place of the browser's: in tests browsers have none. Said has what it has
// been told to read.
const speech = `
window.said = []
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
Object.defineProperty(window, 'speechSynthesis', { value: {
  speak(utterance) { said.push(utterance.lang + ': ' + utterance.text); window.spoken = utterance },
  cancel() { said.push('cancel') },
} })
`

// An announcement is read once. Of those that come while one is read, only the newest is read after it.
func TestTheVoiceReadsWhatIsAnnounced(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 5)
		b := r.open(t, s.url+"?voice", browser.PageOptions{Preload: speech})
		b.waitForStatus(t, "live")
		wantSaid := func(want string) {
			t.Helper()
			b.waitFor(t, `said.join('; ') === %q`, want)
		}
		announce := func(text string) {
			t.Helper()
			must(t, b.Eval(soon(t), `void (document.querySelector('#spoken').textContent = '`+text+`')`, nil))
		}
		announce("1 flight landed: F100")
		wantSaid("en: 1 flight landed: F100")
		for _, text := range []string{"2 flights landed", "3 flights landed", "4 flights landed"} {
			announce(text)
		}
		wantSaid("en: 1 flight landed: F100")
		must(t, b.Eval(soon(t), `spoken.onend()`, nil))
		wantSaid("en: 1 flight landed: F100; en: 4 flights landed")
		must(t, b.Eval(soon(t), `spoken.onend()`, nil))
		must(t, b.Eval(soon(t), `void (said.length = 0, document.documentElement.lang = 'he')`, nil))
		announce("")
		announce("4 flights landed")
		wantSaid("he: 4 flights landed")
	})
}

// A browser that reads nothing before it is used says so, until it is used. Then the voice goes on.
func TestTheVoiceTellsThatItMayNotRead(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 5)
		b := r.open(t, s.url+"?voice&kiosk", browser.PageOptions{Preload: speech})
		b.waitForStatus(t, "live")
		b.waitFor(t, `getComputedStyle(document.documentElement).cursor === 'none'`)
		must(t, b.Eval(soon(t), `void (document.querySelector('#spoken').textContent = 'Live again')`, nil))
		b.waitFor(t, `said.length === 1`)
		must(t, b.Eval(soon(t), `spoken.onerror({ error: 'not-allowed' })`, nil))
		b.waitFor(t, `document.querySelector('.notice').textContent ===
			'This browser reads aloud only after a click or a key.'`)
		must(t, b.Press(soon(t), "Enter"))
		b.waitFor(t, `document.querySelector('.notice') === null`)
		must(t, b.Eval(soon(t), `void (document.querySelector('#spoken').textContent = 'Feed x silent')`, nil))
		b.waitFor(t, `said.at(-1) === 'en: Feed x silent'`)
		must(t, b.Eval(soon(t), `spoken.onerror({ error: 'synthesis-failed' })`, nil))
		b.waitFor(t, `document.querySelector('.notice').textContent === 'This browser has no voice to read aloud with.'`)
	})
}

// A page that is asked for no voice and no wall requests neither of their files.
func TestADeskRequestsNothingOfAWall(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 5)
		b := r.open(t, s.url, browser.PageOptions{Preload: speech})
		b.waitForStatus(t, "live")
		must(t, b.Eval(soon(t), `void (document.querySelector('#spoken').textContent = 'Live again')`, nil))
		var files string
		must(t, b.Eval(soon(t), `performance.getEntriesByType('resource').map(entry => entry.name)
			.filter(name => /kiosk|voice/.test(name)).join(' ') + said.join(' ')`, &files))
		if files != "" {
			t.Errorf("the page requests or says %s", files)
		}
	})
}
