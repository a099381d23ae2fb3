// Command clientbench measures the page in real browsers, beside a page in plain JavaScript that does nothing but what
// is measured: the practical limit. Both are served by the server that ships, from the same log, one after the other.
//
//	clientbench [-www DIR] [-browser chromium] [-seconds 5] [-only PATTERN]
//
// The table that it prints has a ratio wherever both pages have a figure; the split-flap theme is measured alone. A
// wrong cell at the end of a run is a failure. A figure that a browser does not report is left out: Firefox reports no
// processor time and no long tasks, and simulates no slow network and no slow processor.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"time"

	"flightboard/wasm/e2e/browser"
)

//go:embed peer
var peer embed.FS

func main() {
	www := flag.String("www", "../../www", "the page's `folder`, as ./build.sh leaves it")
	kind := flag.String("browser", string(browser.Chromium), "chromium or firefox")
	seconds := flag.Int("seconds", 5, "how long each load lasts")
	only := flag.String("only", "", "measure what matches the `pattern`")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		err = run(ctx, *www, browser.Kind(*kind), time.Duration(*seconds)*time.Second, pattern)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "clientbench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, www string, kind browser.Kind, length time.Duration, only *regexp.Regexp) error {
	theirs, err := os.MkdirTemp("", "clientbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(theirs)
	if err := copyPeer(theirs, www); err != nil {
		return err
	}
	b, err := browser.Start(ctx, kind)
	if err != nil {
		return err
	}
	defer b.Close()
	r := &report{kind: kind, only: only}
	pages := [2]page{{"ours", os.DirFS(www)}, {"plain JavaScript", os.DirFS(theirs)}}
	r.visits(ctx, b, pages)
	for _, l := range []struct {
		rows, perSecond int
		length          time.Duration
	}{
		{6, 10, length}, {10_000, 10_000, length}, {10_000, 50_000, max(length, 10*time.Second)}, {1_000, 200_000, length},
	} {
		r.load(ctx, b, pages, l.rows, l.perSecond, l.length)
	}
	r.acts(ctx, b, pages, 20_000)
	r.flaps(ctx, b, pages[0], 4, 2*length)
	return errors.Join(r.errors...)
}

// copyPeer makes the folder of the plain page, with our style sheet, so that a paint costs the same.
func copyPeer(dir, www string) error {
	files, err := fs.Sub(peer, "peer")
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, files); err != nil {
		return err
	}
	style, err := os.ReadFile(filepath.Join(www, "style.css"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "style.css"), style, 0o644)
}
