package main

import (
	"context"
	_ "embed"
	"errors"
	"io/fs"
	"math"
	"slices"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
	"flightboard/wasm/e2e/browser"
)

//go:embed observe.js
var observe string

// A page is one of those that are compared.
type page struct {
	name  string
	files fs.FS
}

// A result has the measurements of a page under a load of changes.
type result struct {
	published      float64       // changes a second
	busy           float64       // part of the time in which the main thread ran; NaN if the browser does not report it
	frames         float64       // a second
	longest        time.Duration // between two frames
	long           int           // tasks of more than 50 ms
	p50, p95       time.Duration // from the append to the cell
	memory, growth int           // of WebAssembly
	heap           int           // of JavaScript, after a collection
	wrong          int           // cells that differ from the server's board at the end
}

// load measures a page with this number of rows at this number of changes a second.
func load(ctx context.Context, b *browser.Browser, p page, rows, perSecond int, length time.Duration) (result, error) {
	s, err := newServer(p.files, rows)
	if err != nil {
		return result{}, err
	}
	defer s.close()
	tab, err := b.NewPage(ctx, browser.PageOptions{Preload: observe})
	if err != nil {
		return result{}, err
	}
	defer tab.Close()
	if err := tab.Navigate(ctx, s.url); err != nil {
		return result{}, err
	}
	if err := tab.WaitFor(ctx, `bench.live > 0 && document.querySelector('tr[data-flight=PROBE]') !== null`); err != nil {
		return result{}, err
	}

	publishing, stop := context.WithCancel(ctx)
	type total struct {
		changes int
		took    time.Duration
		err     error
	}
	done := make(chan total, 1)
	go func() {
		began := time.Now()
		n, err := s.publish(publishing, perSecond)
		done <- total{n, time.Since(began), err}
	}()
	l, err := watch(ctx, tab, length)
	stop()
	published := <-done
	if err := errors.Join(err, published.err); err != nil {
		return l, err
	}
	l.published = float64(published.changes) / published.took.Seconds()
	if _, err := s.log.Append(ctx, update("PROBE", "over")); err != nil {
		return l, err
	}
	const over = `document.querySelector('tr[data-flight=PROBE] [data-col=state]').textContent === 'over'`
	if err := tab.WaitFor(ctx, over); err != nil {
		return l, err
	}
	l.wrong, err = wrong(ctx, tab, s)
	return l, err
}

// watch results at a page while the changes come, after two seconds in which the browser learns to run it.
func watch(ctx context.Context, tab *browser.Page, length time.Duration) (l result, err error) {
	if err := tab.Eval(ctx, `bench.start()`, nil); err != nil {
		return l, err
	}
	time.Sleep(2 * time.Second)
	var memory int
	if err := tab.Eval(ctx, `bench.reset()`, &memory); err != nil {
		return l, err
	}
	before, err := tab.Work(ctx)
	measured := err == nil
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return l, err
	}
	began := time.Now()
	time.Sleep(length)
	l.busy = math.NaN()
	if measured {
		after, err := tab.Work(ctx)
		if err != nil {
			return l, err
		}
		l.busy = (after.Busy - before.Busy).Seconds() / time.Since(began).Seconds()
	}
	var r struct {
		Seconds, Longest float64
		Frames, Memory   int
		Delays, Long     []float64
	}
	if err := tab.Eval(ctx, `bench.result()`, &r); err != nil {
		return l, err
	}
	if measured {
		if err := tab.CollectGarbage(ctx); err != nil {
			return l, err
		}
		after, err := tab.Work(ctx)
		if err != nil {
			return l, err
		}
		l.heap = after.Heap
	}
	l.frames, l.longest, l.long = float64(r.Frames)/r.Seconds, milliseconds(r.Longest), len(r.Long)
	l.p50, l.p95 = milliseconds(quantile(r.Delays, .5)), milliseconds(quantile(r.Delays, .95))
	l.memory, l.growth = r.Memory, r.Memory-memory
	return l, nil
}

// wrong counts the cells and rows of the page that differ from the first rows of the server's board.
func wrong(ctx context.Context, tab *browser.Page, s *server) (n int, err error) {
	var rows []struct {
		Key   string
		Cells map[string]string
	}
	if err := tab.Eval(ctx, `bench.rows()`, &rows); err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 1, nil
	}
	s.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		i := 0
		for f := range b.Flights() {
			if i == len(rows) {
				return
			}
			row := rows[i]
			i++
			if row.Key != f.Key() {
				n++
				continue
			}
			arrival, err := time.Parse(time.RFC3339, f.Arrival)
			for column, want := range map[string]string{
				"origin": f.Origin, "flight": f.Number, "arrival": arrival.Format("15:04"), "state": f.State,
			} {
				if err != nil || row.Cells[column] != want {
					n++
				}
			}
		}
		n += len(rows) - i
	})
	return n, nil
}

// A visit is the load of a page.
type visit struct {
	first, second int // bytes of bodies, the stream apart
	again         int // requests of the second visit, the page and the stream apart
	painted, live time.Duration
}

// come visits a page of twenty rows twice.
func come(ctx context.Context, b *browser.Browser, p page, conditions browser.Conditions) (v visit, err error) {
	s, err := newServer(p.files, 20)
	if err != nil {
		return v, err
	}
	defer s.close()
	tab, err := b.NewPage(ctx, browser.PageOptions{Preload: observe})
	if err != nil {
		return v, err
	}
	defer tab.Close()
	if (conditions != browser.Conditions{}) {
		if err := tab.Throttle(ctx, conditions); err != nil {
			return v, err
		}
	}
	for i := range 2 {
		if err := tab.Navigate(ctx, s.url); err != nil {
			return v, err
		}
		if err := tab.WaitFor(ctx, `bench.live > 0 && bench.visit().Painted > 0`); err != nil {
			return v, err
		}
		var times struct{ Painted, Live float64 }
		if err := tab.Eval(ctx, `bench.visit()`, &times); err != nil {
			return v, err
		}
		sent := s.take()
		delete(sent, "/favicon.ico")
		sum := 0
		for _, bytes := range sent {
			sum += bytes
		}
		if i == 0 {
			v.first, v.painted, v.live = sum, milliseconds(times.Painted), milliseconds(times.Live)
		} else {
			v.second, v.again = sum, len(sent)-1
		}
	}
	return v, nil
}

// act measures a sort and a search of a page with this number of rows, until they are painted.
func act(ctx context.Context, b *browser.Browser, p page, rows int) (sort, search time.Duration, err error) {
	s, err := newServer(p.files, rows)
	if err != nil {
		return 0, 0, err
	}
	defer s.close()
	tab, err := b.NewPage(ctx, browser.PageOptions{Preload: observe})
	if err != nil {
		return 0, 0, err
	}
	defer tab.Close()
	if err := tab.Navigate(ctx, s.url); err != nil {
		return 0, 0, err
	}
	if err := tab.WaitFor(ctx, `bench.live > 0`); err != nil {
		return 0, 0, err
	}
	for expression, to := range map[string]*time.Duration{
		`bench.act('th[data-col=origin] button')`: &sort, `bench.act('#search', 'york')`: &search,
	} {
		var took []float64
		if err := tab.Eval(ctx, expression, &took); err != nil {
			return 0, 0, err
		}
		*to = milliseconds(quantile(took, .5))
	}
	return sort, search, nil
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// quantile returns 0 for no numbers.
func quantile(of []float64, q float64) float64 {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
