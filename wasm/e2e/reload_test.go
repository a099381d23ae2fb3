package e2e

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// colours returns how many colours a picture has.
func colours(t *testing.T, shot []byte) int {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(shot))
	must(t, err)
	seen := make(map[[4]uint32]bool)
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, g, b, a := picture.At(x, y).RGBA()
			seen[[4]uint32{r, g, b, a}] = true
		}
	}
	return len(seen)
}

func TestThePageReloadsWhenItsFilesChange(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		dir := copyPage(t)
		s := startServer(t, "-feed", "none", "-www", dir)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		must(t, b.Eval(soon(t), `void (window.before = true)`, nil))

		now := time.Now().Add(time.Second)
		must(t, os.Chtimes(filepath.Join(dir, "index.html"), now, now))
		b.waitForReload(t, `window.before`)
		b.waitForStatus(t, "live")
	})
}

// waitForReload waits for another document, in which a mark is undefined that is true in this one.
func (b *board) waitForReload(t *testing.T, mark string) {
	t.Helper()
	ctx := soon(t)
	for { // the result may be lost with the document
		var before bool
		err := b.Eval(ctx, `new Promise(done => requestAnimationFrame(() => done(`+mark+` === true)))`, &before)
		if ctx.Err() != nil {
			t.Fatalf("the page has not reloaded: %v", err)
		}
		if err == nil && !before {
			return
		}
	}
}
