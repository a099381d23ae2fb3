package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// A run whose page is wrong at the end is a failure, however fast it was.
func TestWrongCellsAreCounted(t *testing.T) {
	s := start(t, 20)
	b, err := browser.Start(t.Context(), browser.Chromium)
	if errors.Is(err, browser.ErrNotInstalled) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	must(t, err)
	defer b.Close()
	tab, err := b.NewPage(t.Context(), browser.PageOptions{Preload: observe})
	must(t, err)
	must(t, tab.Navigate(t.Context(), s.url))
	must(t, tab.WaitFor(t.Context(), `bench.live > 0`))
	must(t, tab.Eval(t.Context(), `new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))`, nil))
	for _, c := range []struct {
		reason, script string
		want           int
	}{
		{"nothing was done to the page", ``, 0},
		{"a cell has another text", `document.querySelector('td[data-col=origin]').textContent = 'There'`, 1},
		{"a row is in the place of another",
			`document.querySelector('#flights tbody').append(document.querySelector('#flights tbody tr'))`, 20},
		{"there are no rows", `document.querySelector('#flights tbody').replaceChildren()`, 1},
	} {
		must(t, tab.Eval(t.Context(), `void (() => {`+c.script+`})()`, nil))
		got, err := wrong(t.Context(), tab, s)
		if err != nil || got != c.want {
			t.Errorf("%s: %d cells are wrong, %v, want %d", c.reason, got, err, c.want)
		}
	}
}

func TestAllThatIsPublishedIsOnTheBoard(t *testing.T) {
	s := start(t, 20)
	ctx, stop := context.WithCancel(t.Context())
	before := s.log.Wake()
	type total struct {
		n   int
		err error
	}
	done := make(chan total)
	go func() {
		n, err := s.publish(ctx, 1000)
		done <- total{n, err}
	}()
	<-before
	stop()
	if got := <-done; got.err != nil {
		t.Error(got.err)
	}
}

func TestTheQuantileOfFewAndOfNone(t *testing.T) {
	for _, c := range []struct {
		of   []float64
		q    float64
		want float64
	}{{nil, .5, 0}, {[]float64{7}, .95, 7}, {[]float64{3, 1, 2}, .5, 2}, {[]float64{3, 1, 2}, .95, 3}} {
		if got := quantile(c.of, c.q); got != c.want {
			t.Errorf("quantile(%v, %v) = %v, want %v", c.of, c.q, got, c.want)
		}
	}
}

// start serves the plain page.
func start(t *testing.T, flights int) *server {
	t.Helper()
	dir := t.TempDir()
	must(t, copyPeer(dir, "../../../www"))
	s, err := newServer(os.DirFS(dir), flights)
	must(t, err)
	t.Cleanup(s.close)
	if !strings.HasPrefix(s.url, "http://127.0.0.1:") {
		t.Fatalf("the server is at %s", s.url)
	}
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
