// Package e2e tests the whole: the server binary that ships, and the page that it serves, in real
// browsers, with their own EventSource and with the polyfill's.
//
// The binary and the page's files are those that ./build.sh has built. The tests check what a person sees, and that it
// equals the board of GET /flights.
package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// binary is the server, as ./build.sh leaves it; pageFolder has the page.
const (
	binary     = "../../.build/flightboard"
	pageFolder = "../../www"
)

func TestMain(m *testing.M) {
	for _, file := range []string{binary, pageFolder + "/built/app.wasm"} {
		if _, err := os.Stat(file); err != nil {
			fmt.Fprintln(os.Stderr, "these tests want what ./build.sh builds:", err)
			os.Exit(1)
		}
	}
	flag.Parse()
	flag.Set("test.parallel", "8") // of the tests' time much is waiting, but a page that gets no processor looks silent
	code := m.Run()
	closeBrowsers()
	os.Exit(code)
}

// Each browser is started by the first test that needs it. All tests use it: pages share nothing.
var started = struct {
	sync.Mutex
	browsers map[browser.Kind]*browser.Browser
}{browsers: make(map[browser.Kind]*browser.Browser)}

func closeBrowsers() {
	for _, b := range started.browsers {
		if err := b.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// start returns the browser. If it is not installed, the test is skipped; with CI=true it fails.
func start(t *testing.T, kind browser.Kind) *browser.Browser {
	t.Helper()
	started.Lock()
	defer started.Unlock()
	if b := started.browsers[kind]; b != nil {
		return b
	}
	b, err := browser.Start(soon(t), kind)
	if errors.Is(err, browser.ErrNotInstalled) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	started.browsers[kind] = b
	return b
}

// A reader is a person with a browser of some kind.
type reader struct {
	kind     browser.Kind
	polyfill bool // The browser has no EventSource of its own.
}

// byEveryReader runs the test for each kind of browser, with and without EventSource. The readers
// read at the same time.
func byEveryReader(t *testing.T, test func(*testing.T, reader)) {
	t.Helper()
	byEveryBrowser(t, test)
	name := t.Name()
	for _, kind := range browser.Kinds {
		r := reader{kind, true}
		t.Run(r.String(), func(t *testing.T) {
			if kind == browser.WebKit && !slices.Contains(polyfillInWebKit, name) {
				t.Skip("pages take long to open in WebKit: it has the polyfill in the tests of polyfillInWebKit")
			}
			skipInWebKit(t, kind)
			t.Parallel()
			test(t, r)
		})
	}
}

// byEveryBrowser runs the test in each kind of browser, at the same time.
func byEveryBrowser(t *testing.T, test func(*testing.T, reader)) {
	t.Helper()
	byBrowsers(t, browser.Kinds, test)
}

// byBrowsers runs the test in these kinds of browsers, at the same time.
func byBrowsers(t *testing.T, kinds []browser.Kind, test func(*testing.T, reader)) {
	t.Helper()
	for _, kind := range kinds {
		r := reader{kind: kind}
		t.Run(r.String(), func(t *testing.T) {
			skipInWebKit(t, kind)
			t.Parallel()
			test(t, r)
		})
	}
}

func (r reader) String() string {
	if r.polyfill {
		return string(r.kind) + " with the polyfill"
	}
	return string(r.kind)
}

// open opens a page of the reader's and loads the URL. The page must end without exceptions.
func (r reader) open(t *testing.T, url string, options browser.PageOptions) *board {
	t.Helper()
	if r.polyfill {
		options.Preload = "delete window.EventSource\n" + options.Preload
	}
	p := r.newPage(t, options)
	b := &board{p}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the page's messages: %v", p.Messages())
		}
		for _, m := range p.Messages() {
			if m.Level == "exception" {
				t.Errorf("the page threw: %s", m.Text)
			}
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	must(t, p.Navigate(soon(t), url))
	return b
}

// opening has room for the pages that may open at once in WebKit, where each starts a browser of its own.
var opening = make(chan struct{}, 2)

func (r reader) newPage(t *testing.T, options browser.PageOptions) *browser.Page {
	t.Helper()
	b := start(t, r.kind)
	if r.kind == browser.WebKit {
		opening <- struct{}{}
		defer func() { <-opening }()
	}
	within, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	p, err := b.NewPage(within, options)
	must(t, err)
	return p
}

// must ends the test if there is an error. What a browser cannot do is skipped, with the reason.
func must(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// soon returns the context of one step of a test, which ends after a minute: the machine may be busy.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}
