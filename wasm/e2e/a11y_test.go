package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// axe returns axe-core in the version of package.json. It installs it if it is missing.
func axe(t *testing.T) string {
	t.Helper()
	const file = "node_modules/axe-core/axe.min.js"
	if _, err := os.Stat(file); err != nil {
		if out, err := exec.CommandContext(soon(t), "npm", "ci", "--no-audit", "--no-fund").CombinedOutput(); err != nil {
			t.Fatalf("npm ci: %v\n%s", err, out)
		}
	}
	script, err := os.ReadFile(file)
	must(t, err)
	return string(script)
}

// TestAxeFindsNothing checks the page as it is read, with its columns open, with its keys open, and empty, on all
// screens, in both colour schemes. What axe reads depends little on the browser, so two of these are enough elsewhere.
func TestAxeFindsNothing(t *testing.T) {
	script := axe(t)
	for i, screen := range append(screens, screens...) {
		dark := i < len(screens)
		t.Run(fmt.Sprintf("%s, dark %t", screen.name, dark), func(t *testing.T) {
			t.Parallel()
			byBrowsers(t, kindsFor(screen.name, dark), func(t *testing.T, r reader) {
				s := startServer(t, "-feed", "replay", "-at", "23:30", "-speed", "1") // with flights of tomorrow
				b := r.open(t, s.url, browser.PageOptions{Width: screen.width, Height: screen.height, Dark: dark, Preload: script})
				b.waitForStatus(t, "live")
				b.waitFor(t, `document.querySelectorAll('#flights tbody tr').length > 5`)
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
				check("as it is read")
				if screen.width <= 1024 {
					must(t, b.Click(soon(t), "#more"))
					b.waitFor(t, `document.querySelector('#search').checkVisibility()`)
				}
				must(t, b.Click(soon(t), "#flights th[data-col=origin] button"))
				b.waitFor(t, `document.querySelector('th[data-col=origin]').ariaSort === 'ascending'`)
				must(t, b.Click(soon(t), "#columns summary"))
				b.waitFor(t, `document.querySelectorAll('#columns li').length === 11`)
				check("with the columns open")
				must(t, b.Click(soon(t), "#columns summary"))
				must(t, b.Click(soon(t), "#keys"))
				b.waitFor(t, `document.querySelector('dialog').open`)
				check("with the keys open")
				must(t, b.Click(soon(t), "dialog button"))
				must(t, b.Click(soon(t), "#display"))
				b.waitFor(t, `document.querySelector('dialog[open] select') !== null`)
				check("with the choice of theme and language open")
				must(t, b.Press(soon(t), "Escape"))
				must(t, b.Click(soon(t), "#search"))
				must(t, b.Type(soon(t), "nowhere"))
				b.waitFor(t, `document.querySelector('#none').checkVisibility()`)
				check("with nothing found")
			})
		})
	}
}
