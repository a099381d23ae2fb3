package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// screens are the sizes for which the page is designed, and the rows that each shows at least before it is scrolled.
var screens = []struct {
	name          string
	width, height int
	rows          int
}{
	{"desk", 1280, 800, 8},
	{"wide", 1920, 1080, 12},
	{"tablet", 820, 1180, 10},
	{"phone", 390, 844, 8},
	{"small phone", 320, 568, 4},
}

// kindsFor returns all browsers for a desk in the dark and a phone in the light, and Chromium for other screens.
func kindsFor(screen string, dark bool) []browser.Kind {
	if screen == "desk" && dark || screen == "phone" && !dark {
		return browser.Kinds
	}
	return []browser.Kind{browser.Chromium}
}

// The first screen shows rows, and not controls; the board is as wide as the window, up to a margin. With -artifacts
// the test keeps pictures of all screens in both colour schemes.
func TestTheFirstScreenShowsRows(t *testing.T) {
	s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1")
	for _, screen := range screens {
		for _, dark := range []bool{false, true} {
			name := screen.name
			if dark {
				name += ", dark"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				byBrowsers(t, kindsFor(screen.name, dark), func(t *testing.T, r reader) {
					b := r.open(t, s.url, browser.PageOptions{Width: screen.width, Height: screen.height, Dark: dark})
					b.waitForStatus(t, "live")
					b.waitFor(t, `document.fonts.ready.then(() => document.querySelectorAll('tr[data-flight]').length === 20)`)
					b.waitFor(t, `!document.querySelector('.changed, .entered')`)
					shot, err := b.Screenshot(soon(t))
					must(t, err)
					must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), shot, 0o644))
					var is struct {
						Rows         int
						Table, Right float64
					}
					must(t, b.Eval(soon(t), `(table => ({
						Rows: [...document.querySelectorAll('tr[data-flight]')].filter(
							row => row.getBoundingClientRect().bottom <= innerHeight).length,
						Table: table.width,
						Right: document.documentElement.scrollWidth,
					}))(document.querySelector('#flights').getBoundingClientRect())`, &is))
					if is.Rows < screen.rows {
						t.Errorf("the first screen shows %d rows, want %d", is.Rows, screen.rows)
					}
					if is.Right > float64(screen.width) {
						t.Errorf("the page is %v wide, want %d", is.Right, screen.width)
					}
					if least := 0.93 * float64(screen.width); is.Table < least {
						t.Errorf("the board is %v wide, want %v", is.Table, fmt.Sprint(least))
					}
				})
			})
		}
	}
}

// With the keyboard alone a reader unfolds the tools on a phone, and reaches each of them and each header.
func TestTheKeyboardReachesFoldedTools(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		b := r.open(t, s.url, browser.PageOptions{Width: 390, Height: 844})
		b.waitForStatus(t, "live")
		b.waitForRows(t, "A123 D654 A987 I768")
		const folded = `!document.querySelector('#search').checkVisibility() &&
			!document.querySelector('#stop').checkVisibility()`
		b.waitFor(t, folded)
		must(t, b.Press(soon(t), "Tab"))
		b.waitForFocus(t, "Tab", "more")
		must(t, b.Press(soon(t), "Enter"))
		b.waitFor(t, `document.querySelector('#more').ariaExpanded === 'true'`)
		stops := "stop,search,times,summary,csv,keys,alerts,display,th origin,th flight"
		for want := range strings.SplitSeq(stops, ",") {
			must(t, b.Press(soon(t), "Tab"))
			b.waitForFocus(t, "Tab", want)
		}
		must(t, b.Press(soon(t), "Enter"))
		b.waitForRows(t, "A123 A987 D654 I768")

		// Folded again, the headers show while one of them has the focus, and / unfolds the search box.
		must(t, b.Eval(soon(t), `document.querySelector('#more').focus()`, nil))
		must(t, b.Press(soon(t), "Enter"))
		b.waitFor(t, folded)
		must(t, b.Press(soon(t), "Tab"))
		b.waitForFocus(t, "Tab", "th origin")
		b.waitFor(t, `document.querySelector('thead').getBoundingClientRect().height > 20`)
		must(t, b.Type(soon(t), "/"))
		b.waitForFocus(t, "/", "search")
	})
}

// Where tomorrow begins the page says the date, in the HTML and on the live board, above the row and over its width.
func TestTheDateOfTomorrowIsAboveItsFirstRow(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "replay", "-at", "23:30", "-speed", "1")
		const look = `(row => ({
			Date: row.dataset.begins,
			Width: Math.round(row.getBoundingClientRect().width - row.parentNode.getBoundingClientRect().width),
			Cells: new Set([...document.querySelectorAll('tr[data-flight]')].map(
				row => Math.round(row.querySelector('[data-col=state]').getBoundingClientRect().left))).size,
			Shown: [getComputedStyle(row, '::before'), getComputedStyle(row.querySelector('[data-begins]'), '::before')].filter(
				before => before.display !== 'none' && before.content !== 'none').length,
		}))(document.querySelector('tr[data-begins]'))`
		for _, options := range []browser.PageOptions{{NoScript: true}, {}, {Width: 820, Height: 1180}} {
			b := r.open(t, s.url, options)
			if !options.NoScript {
				b.waitForStatus(t, "live")
			}
			var is struct {
				Date                string
				Width, Cells, Shown int
			}
			must(t, b.Eval(soon(t), look, &is))
			if is.Date != "Thursday 21 December" || is.Width != 0 || is.Cells != 1 || is.Shown != 1 {
				t.Errorf("%+v: tomorrow begins with %+v", options, is)
			}
		}
	})
}
