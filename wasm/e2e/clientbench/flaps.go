package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"flightboard/timetable"
	"flightboard/wasm/e2e/browser"
)

// Frames are those of a split-flap board of 30 × 12 letters, all of which but the flights' numbers change every two
// seconds, so that forty flaps turn nearly always.
type frames struct {
	Times []float64 // ms between two, while flaps turn
	Long  []float64 // ms of tasks that took longer than 50
	Most  int       // flaps that turned at once
	Word  string    // in data-flaps: "slow" if the page has given up
}

const (
	watchFlaps = `(async () => {
		const { flap } = document.querySelector('script[data-program]').dataset
		const { flips } = await import(new URL(flap, document.baseURI))
		const f = window.flapFrames = { Times: [], Long: [], Most: 0 }
		try {
			new PerformanceObserver(list => { for (const task of list.getEntries()) f.Long.push(task.duration) })
				.observe({ type: 'longtask' })
		} catch {}
		let before
		const frame = now => {
			if (before && !flips.still) f.Times.push(now - before)
			before = now
			f.Most = Math.max(f.Most, flips.turning.size)
			requestAnimationFrame(frame)
		}
		requestAnimationFrame(frame)
	})()`
	flapFrames = `({ ...flapFrames, Word: document.documentElement.dataset.flaps })`
)

// flaps prints how smooth the split-flap theme is on a processor that is slowed down.
func (r *report) flaps(ctx context.Context, b *browser.Browser, p page, slower float64, length time.Duration) {
	name := fmt.Sprintf("30 × 12 flaps, CPU÷%.0f", slower)
	if !r.only.MatchString(name) {
		return
	}
	f, err := turn(ctx, b, p, slower, length)
	if err != nil {
		r.fail(fmt.Errorf("%s: %w", name, err))
		return
	}
	row := func(what, format string, figure float64) {
		r.row(name+": "+what, format, [2]float64{figure, math.NaN()})
	}
	row("frame, p50, ms", "%.1f", quantile(f.Times, .5))
	row("frame, p95, ms", "%.1f", quantile(f.Times, .95))
	row("longest frame, ms", "%.0f", quantile(f.Times, 1))
	row("frames/s while flaps turn", "%.1f", 1000*float64(len(f.Times))/sum(f.Times))
	if r.kind == browser.Chromium {
		row("long tasks", "%.0f", float64(len(f.Long)))
	}
	row("flaps at once, at most", "%.0f", float64(f.Most))
	if f.Word != "on" || f.Most == 0 {
		r.fail(fmt.Errorf("%s: at the end the page has data-flaps=%q", name, f.Word))
	}
}

func turn(ctx context.Context, b *browser.Browser, p page, slower float64, length time.Duration) (f frames, err error) {
	s, err := newServer(p.files, 1)
	if err != nil {
		return f, err
	}
	defer s.close()
	if _, err := s.log.Append(ctx, timetable.Change{Kind: timetable.KindReplace, Board: wall(0)}); err != nil {
		return f, err
	}
	tab, err := b.NewPage(ctx, browser.PageOptions{Width: 1920, Height: 1080, Preload: observe})
	if err != nil {
		return f, err
	}
	defer tab.Close()
	if err := tab.Navigate(ctx, s.url+"?theme=flap"); err != nil {
		return f, err
	}
	if err := tab.WaitFor(ctx, `bench.live > 0 && document.documentElement.dataset.flaps === 'on'`); err != nil {
		return f, err
	}
	if slower > 1 {
		if err := tab.Throttle(ctx, browser.Conditions{CPU: slower}); err != nil {
			return f, err
		}
	}
	for i := range 2 + int(length/(2*time.Second)) {
		if i == 2 { // the browser has learned to run it
			if err := tab.Eval(ctx, watchFlaps, nil); err != nil {
				return f, err
			}
		}
		var changes []timetable.Change
		for _, flight := range wall(i + 1) {
			changes = append(changes, timetable.Change{Kind: timetable.KindUpdate, Flight: flight,
				Named: timetable.FieldNumber.Bit() | timetable.FieldOrigin.Bit() | timetable.FieldArrival.Bit() |
					timetable.FieldState.Bit()})
		}
		if _, err := s.log.Append(ctx, changes...); err != nil {
			return f, err
		}
		time.Sleep(2 * time.Second)
	}
	if err := tab.Eval(ctx, flapFrames, &f); err != nil {
		return f, err
	}
	if n, err := wrong(ctx, tab, s); err != nil || n > 0 {
		return f, fmt.Errorf("%d cells are wrong at the end, %v", n, err)
	}
	return f, nil
}

func sum(of []float64) (total float64) {
	for _, x := range of {
		total += x
	}
	return total
}

// wall returns twelve flights of thirty letters, which differ from those of the turn before.
func wall(turn int) (flights []timetable.Flight) {
	first := time.Now().UTC().Truncate(24 * time.Hour)
	for i := range 12 {
		letter := func(k int) string { return string(rune('A' + (turn*7+i*3+k*5)%26)) }
		word := func(n int) string {
			var b strings.Builder
			for k := range n {
				b.WriteString(letter(k))
			}
			return b.String()
		}
		flights = append(flights, timetable.Flight{
			Number: fmt.Sprintf("FB%03d", i), Origin: word(13), State: strings.ToLower(word(7)),
			Arrival: first.Add(time.Duration(10*60+i*5+turn%5) * time.Minute).Format(time.RFC3339),
		})
	}
	return flights
}
