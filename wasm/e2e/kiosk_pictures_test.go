package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// The pictures are for people: run the test with -artifacts.
func TestAWallLooksGood(t *testing.T) {
	s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1", "-heartbeat", "1s")
	for _, c := range []struct {
		name, query   string
		width, height int
		dark          bool
		kinds         []browser.Kind
	}{
		{"dark", "", 1920, 1080, true, browser.Kinds},
		{"light", "", 1920, 1080, false, browser.Kinds[:1]},
		{"contrast", "&theme=contrast", 1920, 1080, false, browser.Kinds[:1]},
		{"flap", "&theme=flap", 1920, 1080, false, browser.Kinds[:1]},
		{"flap of 12 rows", "&theme=flap&rows=12", 1920, 1080, true, browser.Kinds[:1]},
		{"portrait", "", 1080, 1920, true, browser.Kinds[:1]},
		{"small", "", 800, 480, false, browser.Kinds[:1]},
		{"tablet", "", 820, 1180, false, browser.Kinds[:1]},
		{"flap on a tablet", "&theme=flap", 820, 1180, false, browser.Kinds[:1]},
		{"phone", "", 390, 844, true, browser.Kinds[:1]},
		{"flap on a phone", "&theme=flap", 390, 844, false, browser.Kinds[:1]},
	} {
		for _, kind := range c.kinds {
			t.Run(c.name+" in "+string(kind), func(t *testing.T) {
				skipInWebKit(t, kind)
				t.Parallel()
				p := startProxy(t, s)
				b := reader{kind: kind}.open(t, p.url+"?kiosk"+c.query,
					browser.PageOptions{Width: c.width, Height: c.height, Dark: c.dark})
				b.mustHang(t)
				b.shoot(t, "live.png")
				p.cut()
				b.waitFor(t, `document.documentElement.hasAttribute('data-lost')`)
				b.shoot(t, "lost.png")
				var share float64 // of the screen that the sentence takes
				must(t, b.Eval(soon(t), `document.querySelector('#status').offsetHeight / innerHeight`, &share))
				if share > 0.2 {
					t.Errorf("what the head says takes %.2f of the screen's height, want a fifth at most", share)
				}
			})
		}
	}
}

// Times of another day, numbers of seven letters and the longest state are whole on every screen, also where all
// columns are shown.
func TestAWallCutsNothingShort(t *testing.T) {
	byBrowsers(t, []browser.Kind{browser.Chromium, browser.Firefox}, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		tomorrow := time.Now().UTC().AddDate(0, 0, 1)
		at := func(clock string) string { return tomorrow.Format("2006-01-02T") + clock + ":00Z" }
		f := object{"flight": "EZY8888", "origin": "Dallas-Fort Worth", "arrival": at("20:44"), "state": "scheduled"}
		few := f.String()
		for name, value := range map[string]string{"expected": at("20:48"), "airline": "easyJet", "from": "DFW",
			"terminal": "2E", "gate": "B44", "belt": "10", "remark": "Late arrival of the aircraft"} {
			f[name] = value
		}
		for _, c := range []struct {
			name, flight  string
			width, height int
		}{
			{"few columns on a television", few, 1920, 1080},
			{"few columns in portrait", few, 1080, 1920},
			{"few columns on a phone", few, 390, 844},
			{"all columns on a television", f.String(), 1920, 1080},
			{"all columns in portrait", f.String(), 1080, 1920},
		} {
			t.Run(c.name, func(t *testing.T) {
				s.publish(t, c.flight)
				b := r.open(t, s.url+"?kiosk", browser.PageOptions{Width: c.width, Height: c.height})
				b.mustHang(t)
				b.waitFor(t, `/^20:44 \+[12]$/.test(
					document.querySelector('[data-flight=EZY8888] [data-col=arrival]').textContent)`)
			})
		}
	})
}

// The picture of README.md is made here: a page of the split-flap wall while it turns.
func TestASplitFlapWallTurns(t *testing.T) {
	t.Parallel()
	s := startServer(t, "-feed", "replay", "-at", "16:00", "-speed", "1")
	b := reader{kind: browser.Chromium}.open(t, s.url+"?kiosk&theme=flap&rows=13&rotate=6s",
		browser.PageOptions{Width: 1280, Height: 720, Preload: turning})
	b.mustHang(t)
	b.waitFor(t, `window.flap && %s === 'on' && flap.flips.still`, flaps)
	must(t, b.Eval(soon(t), `void (flap.flips.patience = 1e6)`, nil))
	b.waitFor(t, `most === 40 && flap.flips.turning.size > 20`)
	b.shoot(t, "turning.png")
}

func (b *board) shoot(t *testing.T, name string) {
	t.Helper()
	shot, err := b.Screenshot(soon(t))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), name), shot, 0o644))
	if n := colours(t, shot); n < 20 {
		t.Errorf("%s has %d colours, want those of a page with text", name, n)
	}
}
