package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// The address chooses a theme, whatever scheme the browser asks for. The pictures are for people: run the test with
// -artifacts.
func TestTheAddressChoosesATheme(t *testing.T) {
	const look = `getComputedStyle(document.body).backgroundColor + ' ' +
		getComputedStyle(document.documentElement).colorScheme`
	s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1")
	for _, c := range []struct {
		query string
		dark  bool
		want  string
	}{
		{"", false, "rgb(233, 235, 238) dark light"},
		{"", true, "rgb(11, 13, 16) dark light"},
		{"?theme=unknown", false, "rgb(233, 235, 238) dark light"},
		{"?theme=light", true, "rgb(233, 235, 238) light"},
		{"?theme=dark", false, "rgb(11, 13, 16) dark"},
		{"?theme=contrast", false, "rgb(0, 0, 0) dark"},
		{"?theme=flap", false, "rgb(0, 0, 0) dark"},
	} {
		kinds := browser.Kinds
		if c.query != "?theme=contrast" && c.query != "?theme=flap" {
			kinds = kinds[:1]
		}
		for _, kind := range kinds {
			t.Run(c.query+" in "+string(kind), func(t *testing.T) {
				skipInWebKit(t, kind)
				t.Parallel()
				b := reader{kind: kind}.open(t, s.url+"/"+c.query, browser.PageOptions{Width: 1600, Height: 900, Dark: c.dark})
				b.waitForStatus(t, "live")
				b.waitFor(t, `%s === %q`, look, c.want)
				b.waitFor(t, `document.documentElement.scrollWidth <= innerWidth`)
				shot, err := b.Screenshot(soon(t))
				must(t, err)
				must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "page.png"), shot, 0o644))
			})
		}
	}
}
