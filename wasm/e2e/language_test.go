package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// requested is the list of the page's requests for another language.
const requested = `performance.getEntriesByType('resource').map(e => new URL(e.name).pathname)
	.filter(path => path.includes('language'))`

// inLanguages starts a server with some flights, one of which has a city in Hebrew.
func inLanguages(t *testing.T) *server {
	s := startServer(t, "-feed", "none")
	today := time.Now().In(time.FixedZone("", 2*60*60))
	s.publish(t, flightIs("LH400", "Frankfurt", "08:15", "Landed"), flightIs("BA117", "London", "08:45", "delayed"),
		flightIs("LY008", "ניו יורק", today.Format(time.DateOnly)+"T09:05:00+02:00", "expected"),
		`{"event":"flightStateUpdate","data":{"flight":"LY008","gate":"B7","expected":"`+
			today.AddDate(0, 0, 2).Format(time.DateOnly)+`T00:10:00+02:00"}}`,
		flightIs("IB3167", "Madrid", "09:30", "Holding over sea"), flightIs("AF1620", "Paris", "09:45", ""))
	return s
}

func TestReadersOfEnglishRequestNoLanguage(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		for _, query := range []string{"", "?lang=en", "?lang=en-GB,he", "?lang=tlh"} {
			b := r.open(t, s.url+query, browser.PageOptions{})
			b.waitForStatus(t, "live")
			b.waitForState(t, "LH400", "landed")
			var files []string
			must(t, b.Eval(soon(t), requested, &files))
			if len(files) > 0 {
				t.Errorf("%s: the page requested %v", query, files)
			}
		}
	})
}

func TestGermanReadersGetAGermanPage(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		b := r.open(t, s.url+"?lang=de-AT", browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitFor(t, `document.documentElement.lang === 'de-AT'`)
		b.waitForState(t, "LH400", "gelandet")
		b.waitForState(t, "BA117", "verspätet")
		b.waitForState(t, "IB3167", "holding over sea") // as the feed says it
		b.waitFor(t, `document.querySelector('h1').textContent === 'Ankunft'`)
		b.waitFor(t, `document.querySelector('#found').textContent === '5 Flüge'`)
		b.waitFor(t, `document.querySelector('#search').placeholder === 'Stadt, Flug, Airline, Status'`)
		b.waitFor(t, `document.querySelector('#size').selectedOptions[0].text === '20 Zeilen'`)
		b.waitFor(t, `document.querySelector('#flights th[data-col=origin] button').innerText === 'Herkunft'`)
		must(t, b.Click(soon(t), "#stop"))
		b.waitFor(t, `/^Von Ihnen um \d\d:\d\d:\d\d angehalten$/.test(document.querySelector('#status').textContent)`)
		must(t, b.Click(soon(t), "#columns summary"))
		b.waitFor(t, `document.querySelector('#columns li').innerText.trim() === 'Herkunft'`)
		must(t, b.Click(soon(t), "#columns summary"))
		must(t, b.Click(soon(t), "#keys"))
		b.waitFor(t, `document.querySelector('dialog h2').textContent === 'Tasten'`)
		must(t, b.Click(soon(t), "dialog button"))
		must(t, b.Click(soon(t), "#search"))
		must(t, b.Type(soon(t), "gelandet"))
		b.waitFor(t, `document.querySelectorAll('#flights tr[data-flight]').length === 1`)
	})
}

// english finds texts of the page, of its attributes and of its style that are as in English.
const english = `(() => {
	const found = [], own = %s
	const look = (where, text) => { if (own.includes(text.trim())) found.push(where + ': ' + text) }
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL)
	for (let node; node = walker.nextNode();) {
		if (node.nodeType === 3) {
			if (!node.parentNode.closest('noscript, #copy, #missing')) look(node.parentNode.localName, node.data)
			continue
		}
		for (const name of ['title', 'placeholder', 'aria-label']) look(name, node.getAttribute?.(name) ?? '')
		for (const part of node.nodeType === 1 ? ['::before', '::after'] : []) {
			look(part, getComputedStyle(node, part).content.replaceAll('"', ''))
		}
	}
	return found
})()`

// The board stays as it is while the language changes: the same rows, the same connection, the reader's search.
func TestTheLanguageChangesWhileThePageRuns(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		b := r.open(t, s.url+"?lang=en,he,nope,ja&kept=1", browser.PageOptions{Width: 600, Height: 900})
		b.waitForStatus(t, "live")
		b.waitFor(t, `flightboard.languages.join() === 'en,he,ja'`)
		must(t, b.Click(soon(t), "#more"))
		must(t, b.Click(soon(t), "#columns summary")) // builds the menu
		must(t, b.Click(soon(t), "#keys"))
		must(t, b.Click(soon(t), "dialog button"))
		must(t, b.Eval(soon(t), `void (window.before = [...document.querySelectorAll('#flights tr[data-flight]')])`, nil))
		for _, step := range []struct{ language, direction, landed, status, found string }{
			{"he", "rtl", "נחתה", "בזמן אמת", "\u20685\u2069 טיסות"},
			{"ja", "ltr", "着陸済み", "ライブ", "5便"},
			{"de", "ltr", "gelandet", "Live", "5 Flüge"},
			{"zh", "ltr", "已落地", "实时", "5 个航班"},
			{"fr", "ltr", "atterri", "En direct", "5 vols"},
			{"es", "ltr", "aterrizado", "En directo", "5 vuelos"},
			{"en", "", "landed", "Live", "5 flights"},
		} {
			must(t, b.Eval(soon(t), `flightboard.setLanguage('`+step.language+`')`, nil))
			b.waitForState(t, "LH400", step.landed)
			for selector, text := range map[string]string{"#status": step.status, "#found": step.found} {
				b.waitFor(t, `document.querySelector(%q).textContent === %q`, selector, text)
			}
			b.waitFor(t, `document.documentElement.lang === %q && document.documentElement.dir === %q`,
				step.language, step.direction)
			b.waitFor(t, `before.every((row, i) => row === document.querySelectorAll('#flights tr[data-flight]')[i])`)
			if step.language == "en" {
				continue
			}
			texts := catalogue(t, step.language)
			own, err := json.Marshal(onlyEnglish(texts))
			must(t, err)
			var left []string
			must(t, b.Eval(soon(t), fmt.Sprintf(english, own), &left))
			if len(left) > 0 {
				t.Errorf("in %s these are English: %v", step.language, left)
			}
			var categories, want []string
			must(t, b.Eval(soon(t), `(rules => [0, 1, 2, 3, 5, 11, 20, 21, 100, 1000, 1000000]
				.map(n => rules.select(n)).filter((c, i, all) => all.indexOf(c) === i).sort())(
				new Intl.PluralRules('`+step.language+`'))`, &categories))
			for _, category := range []string{"many", "one", "other", "two"} {
				if texts["{n} flights_"+category] != "" {
					want = append(want, category)
				}
			}
			if fmt.Sprint(categories) != fmt.Sprint(want) {
				t.Errorf("%s has texts for %v, and the browser's categories are %v", step.language, want, categories)
			}
		}
		var address string
		must(t, b.Eval(soon(t), `location.search`, &address))
		if address != "?lang=en%2Che%2Cnope%2Cja&kept=1" && address != "?lang=en,he,nope,ja&kept=1" {
			t.Errorf("the address is %s", address)
		}
	})
}

// catalogue returns a language's texts.
func catalogue(t *testing.T, language string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pageFolder, "languages", language+".json"))
	must(t, err)
	var c struct{ Texts map[string]string }
	must(t, json.Unmarshal(text, &c))
	return c.Texts
}

// onlyEnglish returns the English texts that are no texts of another language as well.
func onlyEnglish(texts map[string]string) (own []string) {
	others := slices.Collect(maps.Values(texts))
	for english := range texts {
		if text := strings.TrimSpace(english); len(text) > 2 && !slices.Contains(others, text) {
			own = append(own, text)
		}
	}
	return own
}

// A page from right to left does not scroll sideways, its columns begin on the right, and times and flight numbers are
// written from left to right.
func TestAHebrewPageRunsFromRightToLeft(t *testing.T) {
	for name, options := range map[string]browser.PageOptions{
		"desktop": {Width: 1280, Height: 800}, "phone": {Width: 390, Height: 844},
	} {
		t.Run(name, func(t *testing.T) {
			byEveryBrowser(t, func(t *testing.T, r reader) {
				s := inLanguages(t)
				b := r.open(t, s.url+"?lang=he", options)
				b.waitForStatus(t, "live")
				b.waitForState(t, "LH400", "נחתה")
				b.waitFor(t, `document.fonts.ready.then(() => document.documentElement.scrollWidth <= innerWidth)`)
				shot, err := b.Screenshot(soon(t))
				must(t, err)
				must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "page.png"), shot, 0o644))
				// The places of characters on the screen, from the left.
				const order = `((cell, ...parts) => parts.map(part => {
					const node = document.querySelector(cell).firstChild, range = document.createRange()
					const at = node.data.indexOf(part)
					range.setStart(node, at)
					range.setEnd(node, at + part.length)
					return range.getBoundingClientRect().left
				}).every((left, i, all) => i === 0 || left > all[i - 1]))`
				b.waitFor(t, order+`('[data-flight=LY008] [data-col=expected]', '00', ':', '10')`)
				b.waitFor(t, order+`('[data-flight=LY008] [data-col=flight]', 'LY', '008')`)
				b.waitFor(t, order+`('[data-flight=LY008] [data-col=origin]', 'יורק', 'ניו')`)
				if name == "desktop" { // on a phone the time has two lines
					b.waitFor(t, order+`('[data-flight=LY008] [data-col=expected]', '10', '+')`) // +2, or +1 if midnight has just passed
					b.waitFor(t, `document.querySelector('th[data-col=origin]').getBoundingClientRect().left >
						document.querySelector('th[data-col=state]').getBoundingClientRect().left`)
				}
			})
		})
	}
}

// The stars, their alerts and the dates above rows have the page's language, also where the server has written them,
// and change with it.
func TestFollowedFlightsAndDatesFollowTheLanguage(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		day := time.Now().UTC().AddDate(0, 0, 30)
		s.publish(t, flightIs("TP571", "Lisboa", day.Format("2006-01-02")+"T12:00:00Z", "expected"))
		b := r.open(t, s.url+"?lang=de&star=LH400", browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitForState(t, "LH400", "gelandet")
		words := func(follow, date string) {
			t.Helper()
			b.waitFor(t, `document.querySelector(%q).ariaLabel === %q`, star("LH400"), follow)
			b.waitFor(t, `document.querySelector('[data-flight=TP571]').dataset.begins ===
				new Date(%d).toLocaleDateString(%q, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })`,
				day.UnixMilli(), date)
		}
		words("LH400 verfolgen", "de")
		must(t, b.Click(soon(t), "#alerts"))
		b.waitFor(t, `document.querySelector('dialog h2').textContent === 'Mitteilungen'`)
		must(t, b.Click(soon(t), "dialog > button"))
		s.publish(t, `{"event":"flightStateUpdate","data":{"flight":"LH400","state":"arrived","belt":"5"}}`)
		b.waitForTitle(t, "Angekommen, Gepäckband 5 · LH400 · Ankunft")
		must(t, b.Eval(soon(t), `flightboard.setLanguage('fr')`, nil))
		words("Suivre LH400", "fr")
		b.waitForTitle(t, "Angekommen, Gepäckband 5 · LH400 · Arrivées") // the news are as they were told
		must(t, b.Press(soon(t), "ArrowDown"))
		b.waitForTitle(t, "Arrivées")
		must(t, b.Eval(soon(t), `flightboard.setLanguage('en')`, nil))
		words("Follow LH400", "en-GB")
		b.waitForTitle(t, "Arrivals")
	})
}

// A wall tells in its language what it cannot use of an address.
func TestAWallsSentencesFollowTheLanguage(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := inLanguages(t)
		b := r.open(t, s.url+"?kiosk&rotate=banana&lang=de", browser.PageOptions{})
		b.waitFor(t, `document.querySelector('.notice')?.textContent ===
			'rotate=banana: rotate ist eine Zeit von 3s bis 60m. Die Seiten wechseln alle 15 Sekunden.'`)
		must(t, b.Eval(soon(t), `flightboard.setLanguage('fr')`, nil))
		b.waitFor(t, `document.querySelector('.notice').textContent ===
			'rotate=banana: rotate est une durée de 3s à 60m. Les pages changent toutes les 15 secondes.'`)
	})
}
