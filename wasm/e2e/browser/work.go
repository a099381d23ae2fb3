package browser

import (
	"context"
	"fmt"
	"time"
)

// Work is what a page has cost since it was opened.
type Work struct {
	Busy time.Duration // in which its main thread ran tasks
	Heap int           // bytes that JavaScript holds now, without garbage; WebAssembly's memory is not among them
}

// Work collects the page's garbage and tells what it has cost. Firefox does not tell; its error is then
// errors.ErrUnsupported.
func (p *Page) Work(ctx context.Context) (Work, error) {
	w, err := p.tab.work(ctx)
	if err != nil {
		return w, fmt.Errorf("browser: work: %w", err)
	}
	return w, nil
}

func (t *chromiumTab) work(ctx context.Context) (Work, error) {
	if err := t.call(ctx, "Performance.enable", object{}, nil); err != nil {
		return Work{}, err
	}
	// The collection must not count as the page's work before the first look, and is the same after the last.
	if err := t.call(ctx, "HeapProfiler.collectGarbage", object{}, nil); err != nil {
		return Work{}, err
	}
	var answer struct {
		Metrics []struct {
			Name  string
			Value float64
		}
	}
	if err := t.call(ctx, "Performance.getMetrics", object{}, &answer); err != nil {
		return Work{}, err
	}
	var w Work
	for _, m := range answer.Metrics {
		switch m.Name {
		case "TaskDuration":
			w.Busy = time.Duration(m.Value * float64(time.Second))
		case "JSHeapUsedSize":
			w.Heap = int(m.Value)
		}
	}
	return w, nil
}
