package e2e

import (
	"fmt"
	"os"
	"path/filepath"
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
				byEveryBrowser(t, func(t *testing.T, r reader) {
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
