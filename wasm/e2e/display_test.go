package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// firstTheme keeps the theme that the page has when its body begins, before anything is painted.
const firstTheme = `window.firstTheme = 'no body'
new MutationObserver((_, observer) => {
  if (!document.body) return
  observer.disconnect()
  window.firstTheme = document.documentElement.dataset.theme ?? ''
}).observe(document, { childList: true, subtree: true })`

// choose chooses in the open dialog, as a reader does.
func (b *board) choose(t *testing.T, name, value string) {
	t.Helper()
	must(t, b.Eval(soon(t), fmt.Sprintf(`(select => {
		select.value = %q
		if (select.value !== %[1]q) throw new Error('there is no such choice')
		select.dispatchEvent(new Event('change', { bubbles: true }))
	})(document.querySelector('dialog select[name=%s]'))`, value, name), nil))
}

// A reader chooses the page's theme and language in its tools. The browser keeps both. An address that names others
// wins, and a wall has only those of its address.
func TestAReaderChoosesThemeAndLanguage(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		b := r.open(t, s.url+"?theme=light&lang=fr&size=5", browser.PageOptions{Dark: true, Preload: firstTheme})
		b.waitForStatus(t, "live")
		b.waitFor(t, `(button => button.ariaLabel + button.title)(document.querySelector('#display')) ===
			'AffichageAffichage'`)
		must(t, b.Click(soon(t), "#display"))
		b.waitFor(t, `document.querySelector('dialog').open && document.activeElement.name === 'theme' &&
			document.querySelector('dialog h2').textContent === 'Affichage' &&
			[...document.querySelectorAll('dialog select')].map(s => s.labels[0].firstChild.textContent + s.value).join() ===
				'Thèmelight,Languefr'`)
		b.waitFor(t, `[...document.querySelector('[name=lang]').options].map(o => o.lang + '=' + o.text).join() ===
			'=Automatique,de=Deutsch,en=English,es=Español,fr=Français,he=עברית,ja=日本語,zh=中文'`)
		b.choose(t, "theme", "contrast")
		b.waitFor(t, `document.documentElement.dataset.theme === 'contrast' && location.search === '?lang=fr&size=5'`)
		b.choose(t, "lang", "he")
		b.waitForState(t, "LH400", "נחתה")
		b.waitFor(t, `location.search === '?size=5' && document.querySelector('dialog h2').textContent === 'תצוגה' &&
			document.querySelector('[name=theme]').selectedOptions[0].text === 'ניגודיות גבוהה'`)
		must(t, b.Press(soon(t), "Escape"))
		b.waitFor(t, `!document.querySelector('dialog') && document.activeElement.id === 'display'`)

		has := func(query, theme, first, landed string) {
			t.Helper()
			must(t, b.Navigate(soon(t), s.url+query))
			b.waitForState(t, "LH400", landed)
			b.waitFor(t, `document.documentElement.dataset.theme === %q || !%[1]q`, theme)
			b.waitFor(t, `window.firstTheme === %q`, first)
		}
		has("?", "contrast", "contrast", "נחתה")
		has("?theme=dark&lang=de", "dark", "dark", "gelandet")
		has("?theme=unknown&lang=tlh", "contrast", "contrast", "נחתה")
		has("?kiosk", "", "", "landed")
		has("?kiosk&lang=de&theme=light", "light", "light", "gelandet")
		has("", "contrast", "contrast", "נחתה")

		must(t, b.Click(soon(t), "#display"))
		b.waitFor(t, `document.querySelector('dialog')?.open`)
		b.choose(t, "theme", "")
		b.choose(t, "lang", "")
		b.waitForState(t, "LH400", "landed")
		has("?", "", "", "landed")
	})
}

// The split-flap theme begins when it is chosen, and its letters are still when another one is.
func TestAReaderChoosesFlaps(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		const files = `performance.getEntriesByType('resource').filter(e => /\/(flap|display)/.test(e.name)).length`
		b.waitFor(t, files+` === 0`)
		must(t, b.Click(soon(t), "#display"))
		b.waitFor(t, `document.querySelector('dialog')?.open`)
		b.waitFor(t, files+` === 1`)
		for range 2 {
			b.choose(t, "theme", "flap")
			b.waitFor(t, flaps+` === 'on' && document.querySelectorAll('.flaps').length === 1`)
			b.choose(t, "theme", "dark")
			b.waitFor(t, flaps+` === 'still' && document.querySelectorAll('.flaps *').length === 0`)
		}
		s.publish(t, stateIs("BA117", "landed"))
		b.waitForState(t, "BA117", "landed")
		b.waitFor(t, `document.querySelectorAll('.flaps *').length === 0`)
	})
}

// Two tabs share a status line, so a language that is chosen in one is that of both.
func TestTheChosenLanguageIsThatOfAllTabs(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		u := r.user(t, s.url)
		one, two := u.open(t), u.open(t)
		must(t, one.Click(soon(t), "#display"))
		one.waitFor(t, `document.querySelector('dialog')?.open`)
		one.choose(t, "lang", "de")
		for _, b := range []*tab{one, two} {
			b.waitForState(t, "LH400", "gelandet")
		}
	})
}

// On a phone no text of the tools is cut or makes the page scroll sideways, in no language. The pictures are for
// people: run the test with -artifacts.
func TestToolsFitOnAPhoneInEachLanguage(t *testing.T) {
	s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1")
	for _, language := range []string{"en", "de", "es", "fr", "he", "ja", "zh"} {
		t.Run(language, func(t *testing.T) {
			byBrowsers(t, browser.Kinds[:1], func(t *testing.T, r reader) {
				b := r.open(t, s.url+"?lang="+language, browser.PageOptions{Width: 390, Height: 844})
				b.waitForStatus(t, "live")
				b.waitFor(t, `document.documentElement.lang === %q`, language)
				must(t, b.Click(soon(t), "#more"))
				fits := func(name string) {
					t.Helper()
					b.waitFor(t, `document.documentElement.scrollWidth <= innerWidth &&
						[...document.querySelectorAll('button, summary, label, dt, dd')].every(e =>
							!e.checkVisibility() || getComputedStyle(e).clipPath !== 'none' || e.scrollWidth <= e.clientWidth + 1)`)
					shot, err := b.Screenshot(soon(t))
					must(t, err)
					must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), shot, 0o644))
				}
				fits("tools")
				var width, least int // of the one select whose text could be cut
				must(t, b.Eval(soon(t), `document.querySelector('#times').offsetWidth`, &width))
				must(t, b.Eval(soon(t), `(select => { select.style.flex = 'none'; return select.offsetWidth })(
					document.querySelector('#times'))`, &least))
				if width < least {
					t.Errorf("the choice of a zone is %d pixels wide, and its texts want %d", width, least)
				}
				for _, name := range []string{"display", "alerts", "keys"} {
					must(t, b.Click(soon(t), "#"+name))
					b.waitFor(t, `document.querySelector('dialog[open]') !== null`)
					fits(name)
					must(t, b.Press(soon(t), "Escape"))
					b.waitFor(t, `document.querySelector('dialog[open]') === null`)
				}
			})
		})
	}
}

// The tools of a desk are one line, beside the status.
func TestToolsOfADeskAreOneLine(t *testing.T) {
	byBrowsers(t, browser.Kinds[:2], func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1")
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitFor(t, `(middles => Math.max(...middles) - Math.min(...middles) < 3)(
			[...document.querySelectorAll('#status, #tools > :not(label, .filters)')].map(e => e.getBoundingClientRect())
				.map(box => box.top + box.height / 2))`)
		shot, err := b.Screenshot(soon(t))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "page.png"), shot, 0o644))
	})
}
