package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// document shows what happens to it: its script, its field and its button write into it.
const document = `<!doctype html><meta charset=utf-8><title>Arrivals</title>
<style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style>
<body data-keys=""><p id=script>off</p><p id=clicked>0</p><button>Stop updates</button>
<div style="height: 3000px"></div><input id=far>
<script>
  document.querySelector('#script').textContent = 'on'
  document.querySelector('button').onclick = event => {
    document.querySelector('#clicked').textContent = event.isTrusted ? 'by a person' : 'by a script'
  }
  document.querySelector('input').onkeydown = event => { document.body.dataset.keys += event.key + ',' }
</script>`

func TestPage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, document)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	for _, kind := range Kinds {
		t.Run(string(kind), func(t *testing.T) {
			if _, err := Find(kind); errors.Is(err, ErrNotInstalled) && os.Getenv("CI") != "true" {
				t.Skip(err)
			}
			b, err := Start(t.Context(), kind)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := b.Close(); err != nil {
					t.Error(err)
				}
			})
			testPage(t, b, server.URL)
		})
	}
}

func testPage(t *testing.T, b *Browser, url string) {
	open := func(t *testing.T, options PageOptions) *Page {
		t.Helper()
		p, err := b.NewPage(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
		if err := p.Navigate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		return p
	}
	// check compares the values of expressions in the page.
	check := func(t *testing.T, p *Page, want map[string]any) {
		t.Helper()
		got := make(map[string]any)
		for expression := range want {
			var value any
			if err := p.Eval(t.Context(), expression, &value); err != nil {
				t.Error(err)
			}
			got[expression] = value
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in the page (-want +got):\n%s", diff)
		}
	}
	const dark = `matchMedia('(prefers-color-scheme: dark)').matches`
	const still = `matchMedia('(prefers-reduced-motion: reduce)').matches`
	const script = `document.querySelector('#script').textContent`

	t.Run("shows an ordinary window", func(t *testing.T) {
		check(t, open(t, PageOptions{}), map[string]any{
			"innerWidth": 1280.0, "innerHeight": 800.0, "devicePixelRatio": 1.0, dark: false, still: false, script: "on",
			"document.hasFocus()": true, "document.title": "Arrivals", "undefined": nil, "Promise.resolve([1])": []any{1.0},
		})
	})
	t.Run("has the size and the tastes asked for", func(t *testing.T) {
		const width = 390
		p := open(t, PageOptions{Width: width, Height: 700, Dark: true, ReducedMotion: true})
		check(t, p, map[string]any{"innerWidth": float64(width), "innerHeight": 700.0, dark: true, still: true})
		shot, err := p.Screenshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		r, g, bl, _ := picture.At(width-1, 699).RGBA()
		if got, want := fmt.Sprint(picture.Bounds(), r, g, bl), fmt.Sprintf("(0,0)-(%d,700) 0 0 0", width); got != want {
			t.Errorf("the screenshot's size and last pixel are %s, want %s", got, want)
		}
	})
	t.Run("runs no scripts if the options forbid it", func(t *testing.T) {
		check(t, open(t, PageOptions{NoScript: true}), map[string]any{script: "off"})
	})
	t.Run("runs the preload before the page's scripts", func(t *testing.T) {
		p := open(t, PageOptions{Preload: "delete window.EventSource; window.before = document.title"})
		check(t, p, map[string]any{"typeof EventSource": "undefined", "before": ""})
	})
	t.Run("clicks and types like a person", func(t *testing.T) {
		p := open(t, PageOptions{})
		do(t, p.Click(t.Context(), "button"))
		do(t, p.Click(t.Context(), "#far"))
		do(t, p.Type(t.Context(), "Ä1 z"))
		do(t, p.Press(t.Context(), "ArrowLeft"))
		do(t, p.Press(t.Context(), "Backspace"))
		check(t, p, map[string]any{
			`document.querySelector('#clicked').textContent`: "by a person",
			`document.querySelector('#far').value`:           "Ä1z",
			`document.body.dataset.keys`:                     "Ä,1, ,z,ArrowLeft,Backspace,",
		})
		if err := p.Click(t.Context(), "#nowhere"); err == nil || !strings.Contains(err.Error(), "no element matches") {
			t.Errorf("Click(#nowhere) = %v, want an error that names it", err)
		}
	})
	t.Run("waits until the page is as expected", func(t *testing.T) {
		p := open(t, PageOptions{})
		do(t, p.Eval(t.Context(), `void setTimeout(() => { document.title = 'Departures' }, 100)`, nil))
		do(t, p.WaitFor(t.Context(), `document.title === 'Departures'`))
		do(t, p.WaitFor(t.Context(), `fetch('/').then(response => response.ok)`))
	})
	t.Run("reports the last value when it waits in vain", func(t *testing.T) {
		p := open(t, PageOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		err := p.WaitFor(ctx, `document.title`)
		if !errors.Is(err, errNotTrue) || !strings.Contains(err.Error(), `it was: "Arrivals"`) {
			t.Errorf("WaitFor = %v, want one that has the last value", err)
		}
	})
	t.Run("keeps the messages of the page", func(t *testing.T) {
		p := open(t, PageOptions{})
		do(t, p.Eval(t.Context(), `console.warn('slow', 7)`, nil))
		do(t, p.Eval(t.Context(), `new Promise(done => setTimeout(() => { setTimeout(done); throw new Error('oh') }))`, nil))
		// An exception may be reported after the call that threw it has returned, so there are some more calls.
		var text string
		for range 100 {
			if text = fmt.Sprint(p.Messages()); strings.Contains(text, "oh") {
				break
			}
			do(t, p.Eval(t.Context(), `new Promise(requestAnimationFrame)`, nil))
		}
		for _, want := range []string{"warn", "slow 7", "exception: ", "oh"} {
			if !strings.Contains(text, want) {
				t.Errorf("the messages are %s, want %q among them", text, want)
			}
		}
	})
	t.Run("goes offline and back", func(t *testing.T) {
		if b.Kind() == WebKit {
			t.Skip("TestBrowsersRefuseWhatTheyCannotDo shows that WebKit refuses it")
		}
		p := open(t, PageOptions{})
		const reach = `fetch('/').then(() => 'reached', () => 'not reached')`
		do(t, p.Throttle(t.Context(), Conditions{Offline: true}))
		check(t, p, map[string]any{reach: "not reached"})
		do(t, p.Throttle(t.Context(), Conditions{}))
		check(t, p, map[string]any{reach: "reached"})
		err := p.Throttle(t.Context(), Conditions{CPU: 4, Latency: time.Millisecond})
		if b.Kind() == Chromium {
			do(t, err)
		} else if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("Throttle = %v in %s", err, b.Kind())
		}
	})
	t.Run("measures the work of the page", func(t *testing.T) {
		p := open(t, PageOptions{})
		before, err := p.Work(t.Context())
		if b.Kind() != Chromium {
			if !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("Work = %v in %s", err, b.Kind())
			}
			return
		}
		do(t, err)
		do(t, p.Eval(t.Context(), `(() => {
		  for (const end = performance.now() + 100; performance.now() < end;);
		  kept = new Array(1e6).fill('')
		})()`, nil))
		do(t, p.CollectGarbage(t.Context()))
		after, err := p.Work(t.Context())
		do(t, err)
		if busy, heap := after.Busy-before.Busy, after.Heap-before.Heap; busy < 20*time.Millisecond || heap < 1e6 {
			t.Errorf("100 ms of work on a machine that has others to do, and a million words cost %v and %d bytes", busy, heap)
		}
	})
	t.Run("returns exceptions as errors", func(t *testing.T) {
		p := open(t, PageOptions{})
		for _, expression := range []string{`missing.thing`, `Promise.reject(new Error('missing'))`, `missing(`} {
			if err := p.Eval(t.Context(), expression, nil); err == nil {
				t.Errorf("Eval(%s) = nil, want an error", expression)
			}
		}
		if err := p.Navigate(t.Context(), "http://127.0.0.1:1/"); err == nil {
			t.Error("Navigate to a closed port = nil, want an error")
		}
	})
}

// The tests skip what a browser refuses, so each refusal is here, and in the table of ../README.md.
func TestBrowsersRefuseWhatTheyCannotDo(t *testing.T) {
	everywhereElse := []Kind{Firefox, WebKit}
	features := []struct {
		name    string
		missing []Kind
		try     func(context.Context, *Browser, *Page) error
	}{
		{"forced colours", everywhereElse, func(ctx context.Context, b *Browser, _ *Page) error {
			p, err := b.NewPage(ctx, PageOptions{ForcedColours: true})
			if err == nil {
				err = p.Close()
			}
			return err
		}},
		{"printing", everywhereElse, func(ctx context.Context, _ *Browser, p *Page) error {
			_, err := p.Print(ctx)
			return err
		}},
		{"work", everywhereElse, func(ctx context.Context, _ *Browser, p *Page) error {
			_, err := p.Work(ctx)
			return err
		}},
		{"garbage", everywhereElse, func(ctx context.Context, _ *Browser, p *Page) error { return p.CollectGarbage(ctx) }},
		{"a slow network", everywhereElse, func(ctx context.Context, _ *Browser, p *Page) error {
			return p.Throttle(ctx, Conditions{Latency: time.Millisecond})
		}},
		{"being offline", []Kind{WebKit}, func(ctx context.Context, _ *Browser, p *Page) error {
			return p.Throttle(ctx, Conditions{Offline: true})
		}},
		{"a finger", []Kind{WebKit}, func(ctx context.Context, _ *Browser, p *Page) error {
			return p.Drag(ctx, "html", 10, true)
		}},
		{"freezing", everywhereElse, func(ctx context.Context, _ *Browser, p *Page) error {
			return errors.Join(p.Freeze(ctx, true), p.Freeze(ctx, false))
		}},
		{"a crash", everywhereElse, func(ctx context.Context, _ *Browser, p *Page) error { return p.Crash(ctx) }},
	}
	for _, kind := range Kinds {
		t.Run(string(kind), func(t *testing.T) {
			b, err := Start(t.Context(), kind)
			if errors.Is(err, ErrNotInstalled) && os.Getenv("CI") != "true" {
				t.Skip(err)
			}
			do(t, err)
			defer b.Close()
			p, err := b.NewPage(t.Context(), PageOptions{})
			do(t, err)
			for _, f := range features {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				err := f.try(ctx, b, p)
				cancel()
				if want := slices.Contains(f.missing, kind); errors.Is(err, errors.ErrUnsupported) != want || !want && err != nil {
					t.Errorf("%s: %v, and want a refusal: %t", f.name, err, want)
				}
			}
		})
	}
}

func TestCloseLeavesNoProcessAndNoProfile(t *testing.T) {
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("this test reads the processes from /proc")
	}
	for _, kind := range Kinds {
		t.Run(string(kind), func(t *testing.T) {
			b, err := Start(t.Context(), kind)
			if errors.Is(err, ErrNotInstalled) && os.Getenv("CI") != "true" {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.NewPage(t.Context(), PageOptions{}); err != nil {
				t.Fatal(err)
			}
			profile := b.driver.profile()
			if len(processesOf(t, profile)) == 0 {
				t.Errorf("no process has %s while the browser runs: the test sees nothing", profile)
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			if left := processesOf(t, profile); len(left) > 0 {
				t.Errorf("after Close these are left: %q", left)
			}
			if _, err := os.Stat(profile); err == nil {
				t.Errorf("after Close there is still %s", profile)
			}
		})
	}
}

// processesOf returns the command lines of the processes whose arguments or environment name the profile.
func processesOf(t *testing.T, profile string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, file := range files {
		line, _ := os.ReadFile(file) // A process may have ended since.
		environment, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "environ"))
		if bytes.Contains(append(environment, line...), []byte(profile)) {
			lines = append(lines, string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return lines
}

func TestStartReportsWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Start(t.Context(), "netscape")
	if !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "netscape") {
		t.Errorf("Start = %v, want %v and the name", err, ErrNotInstalled)
	}
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
