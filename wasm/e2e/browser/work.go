package browser

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Work is the processor time and memory of a page since it was opened.
type Work struct {
	Busy time.Duration // processor time of its main thread's tasks
	Heap int           // bytes that JavaScript holds; WebAssembly's memory is not among them
}

// Work returns the page's processor time and memory. Only Chromium reports it.
func (p *Page) Work(ctx context.Context) (Work, error) {
	w, err := p.tab.work(ctx)
	if err != nil {
		return w, fmt.Errorf("browser: work: %w", err)
	}
	return w, nil
}

// CollectGarbage collects the page's garbage. The collection counts as work. Only Chromium has a command for it.
func (p *Page) CollectGarbage(ctx context.Context) error {
	if err := p.tab.collect(ctx); err != nil {
		return fmt.Errorf("browser: collect garbage: %w", err)
	}
	return nil
}

func (t *chromiumTab) collect(ctx context.Context) error {
	return t.call(ctx, "HeapProfiler.collectGarbage", object{}, nil)
}

func (t *chromiumTab) work(ctx context.Context) (Work, error) {
	// Thread ticks pass while the thread runs, and not while the machine is busy with something else.
	if err := t.call(ctx, "Performance.enable", object{"timeDomain": "threadTicks"}, nil); err != nil {
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

func (t *firefoxTab) work(context.Context) (Work, error) {
	return Work{}, fmt.Errorf("firefox does not report it: %w", errors.ErrUnsupported)
}

func (t *firefoxTab) collect(context.Context) error {
	return fmt.Errorf("firefox has no command for it: %w", errors.ErrUnsupported)
}
