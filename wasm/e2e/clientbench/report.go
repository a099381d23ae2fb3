package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"time"

	"flightboard/wasm/e2e/browser"
)

// A report prints figures as they come, as rows of a table in Markdown.
type report struct {
	kind   browser.Kind
	only   *regexp.Regexp
	begun  bool
	errors []error
}

// row prints a figure of both pages, ours first. A figure that the browser does not report is NaN.
func (r *report) row(what, format string, figures [2]float64) {
	if math.IsNaN(figures[0]) && math.IsNaN(figures[1]) {
		return
	}
	if !r.begun {
		r.begun = true
		fmt.Printf("| %s | ours | plain JavaScript | ratio |\n|---|---|---|---|\n", r.kind)
	}
	text := func(x float64) string {
		if math.IsNaN(x) {
			return "–"
		}
		return fmt.Sprintf(format, x)
	}
	ratio := ""
	if figures[1] > 0 && !math.IsNaN(figures[0]) {
		ratio = fmt.Sprintf("%.2f", figures[0]/figures[1])
	}
	fmt.Printf("| %s | %s | %s | %s |\n", what, text(figures[0]), text(figures[1]), ratio)
}

func (r *report) fail(err error) {
	r.errors = append(r.errors, err)
	fmt.Printf("| failed: %v | | | |\n", err)
}

const runs = 3 // of each visit; the median counts

// visits measures the first and the second visit, on this machine's network and on a telephone's.
func (r *report) visits(ctx context.Context, b *browser.Browser, pages [2]page) {
	slow := browser.Conditions{Latency: 60 * time.Millisecond, BytesPerSecond: 9e6 / 8, CPU: 4}
	for _, network := range []struct {
		name string
		is   browser.Conditions
	}{{"fast network", browser.Conditions{}}, {"9 Mbit/s, 60 ms, CPU÷4", slow}} {
		if !r.only.MatchString("visit, " + network.name) {
			continue
		}
		var first, second, again, painted, live [2]float64
		for i, p := range pages {
			var paints, lives []float64
			for range runs {
				v, err := come(ctx, b, p, network.is)
				if errors.Is(err, errors.ErrUnsupported) {
					return
				}
				if err != nil {
					r.fail(fmt.Errorf("%s, %s: %w", p.name, network.name, err))
					return
				}
				first[i], second[i], again[i] = float64(v.first)/1000, float64(v.second)/1000, float64(v.again)
				paints, lives = append(paints, ms(v.painted)), append(lives, ms(v.live))
			}
			painted[i], live[i] = quantile(paints, .5), quantile(lives, .5)
		}
		if network.is == (browser.Conditions{}) {
			r.row("first visit, kB", "%.1f", first)
			r.row("second visit, kB", "%.1f", second)
			r.row("second visit, requests beside the page and the stream", "%.0f", again)
		}
		r.row(network.name+": first row painted, ms", "%.0f", painted)
		r.row(network.name+": live, ms", "%.0f", live)
	}
}

// load prints the figures of a load of changes.
func (r *report) load(ctx context.Context, b *browser.Browser, pages [2]page, rows, perSecond int,
	length time.Duration) {
	name := fmt.Sprintf("%d rows, %d changes/s", rows, perSecond)
	if !r.only.MatchString(name) {
		return
	}
	var results [2]result
	for i, p := range pages {
		ctx, cancel := context.WithTimeout(ctx, length+time.Minute) // a page may be so far behind that it never ends
		var err error
		results[i], err = load(ctx, b, p, rows, perSecond, length)
		cancel()
		if err != nil {
			r.fail(fmt.Errorf("%s, %s: %w", p.name, name, err))
			results[i] = result{published: math.NaN(), busy: math.NaN(), frames: math.NaN()}
		}
		if results[i].wrong > 0 {
			r.errors = append(r.errors, fmt.Errorf("%s, %s: %d cells are wrong at the end", p.name, name, results[i].wrong))
		}
	}
	figure := func(what, format string, of func(result) float64) {
		r.row(name+": "+what, format, [2]float64{of(results[0]), of(results[1])})
	}
	figure("published, changes/s", "%.0f", func(l result) float64 { return l.published })
	figure("main thread busy, %", "%.1f", func(l result) float64 { return 100 * l.busy })
	figure("frames/s", "%.0f", func(l result) float64 { return l.frames })
	figure("longest frame, ms", "%.0f", func(l result) float64 { return ms(l.longest) })
	if r.kind == browser.Chromium {
		figure("long tasks", "%.0f", func(l result) float64 { return float64(l.long) })
		figure("JavaScript's heap, MB", "%.1f", func(l result) float64 { return float64(l.heap) / 1e6 })
	}
	figure("event to cell, p50, ms", "%.1f", func(l result) float64 { return ms(l.p50) })
	figure("event to cell, p95, ms", "%.1f", func(l result) float64 { return ms(l.p95) })
	r.row(name+": WebAssembly's memory, MB", "%.1f", [2]float64{float64(results[0].memory) / 1e6, math.NaN()})
	growth := fmt.Sprintf("%s: its growth in %.0f events, MB", name, results[0].published*length.Seconds())
	r.row(growth, "%.1f", [2]float64{float64(results[0].growth) / 1e6, math.NaN()})
	figure("wrong cells at the end", "%.0f", func(l result) float64 { return float64(l.wrong) })
}

// acts prints the times of a sort and a search.
func (r *report) acts(ctx context.Context, b *browser.Browser, pages [2]page, rows int) {
	name := fmt.Sprintf("%d rows: ", rows)
	if !r.only.MatchString(name + "sort, search") {
		return
	}
	var sorts, searches [2]float64
	for i, p := range pages {
		sort, search, err := act(ctx, b, p, rows)
		if err != nil {
			r.fail(fmt.Errorf("%s, %s: %w", p.name, name, err))
			return
		}
		sorts[i], searches[i] = missing(ms(sort)), missing(ms(search))
	}
	r.row(name+"sort, click to painted, ms", "%.1f", sorts)
	r.row(name+"search, input to painted, ms", "%.1f", searches)
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// missing returns NaN for a time that was not measured.
func missing(ms float64) float64 {
	if ms == 0 {
		return math.NaN()
	}
	return ms
}
