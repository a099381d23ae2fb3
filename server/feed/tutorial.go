package feed

import (
	"context"
	"sync"
	"time"

	"flightboard/timetable"
)

// Tutorial plays the tutorial's script: six flights, of which the one from Rome lands and leaves the board.
//
//	 0 s  the first viewer connects
//	 3 s  I768 is landing
//	 6 s  I768 has landed
//	 9 s  I768 is removed
//	12 s  the feed is over
//
// After that a fresh viewer starts the script again, with all six flights. [NewTutorial] makes one.
type Tutorial struct {
	mu     sync.Mutex
	phase  phase
	viewer chan struct{} // has a token if a viewer has come that Run waits for
	ready  chan struct{} // closed when the six flights are on the board again; nil if no viewer waits for that
}

type phase uint8

const (
	waiting phase = iota // for the first viewer
	playing
	over    // a fresh viewer starts it again
	stopped // Run has returned
)

const tutorialStep = 3 * time.Second

// NewTutorial returns the tutorial's feed.
func NewTutorial() *Tutorial { return &Tutorial{viewer: make(chan struct{}, 1)} }

// Viewer must be called for each viewer before it gets its first event. A fresh viewer is one that begins with a
// snapshot of the board.
//
// The first viewer starts the script. After the script's end a fresh viewer starts it again, and Viewer then blocks
// until the six flights are on the board or Run has returned. Otherwise it does not block. It may be called at any
// time, also before Run, and is safe for concurrent use.
func (t *Tutorial) Viewer(fresh bool) {
	t.mu.Lock()
	var ready <-chan struct{}
	switch {
	case t.phase == waiting:
		t.wake()
	case t.phase == over && fresh:
		t.wake()
		if t.ready == nil {
			t.ready = make(chan struct{})
		}
		ready = t.ready
	}
	t.mu.Unlock()
	if ready != nil {
		<-ready
	}
}

// wake leaves a token for Run. It is called with mu held.
func (t *Tutorial) wake() {
	select {
	case t.viewer <- struct{}{}:
	default: // there is a token already
	}
}

// enter begins a phase. It removes the token of an earlier phase and releases waiting viewers.
func (t *Tutorial) enter(p phase) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phase = p
	select {
	case <-t.viewer:
	default:
	}
	if t.ready != nil {
		close(t.ready)
		t.ready = nil
	}
}

// Describe implements [Describer]. The script has no day.
func (t *Tutorial) Describe(now time.Time) Description {
	return Description{Recording: "tutorial", Now: now, Speed: 1}
}

// Run plays the script for the first viewer, and again for a fresh viewer that comes after the script's end.
func (t *Tutorial) Run(ctx context.Context, log Log) error {
	defer t.enter(stopped)
	err := t.run(ctx, log)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// run returns an error when the log fails or ctx is done.
func (t *Tutorial) run(ctx context.Context, log Log) error {
	if _, err := publish(ctx, log, sixFlights()); err != nil {
		return err
	}
	if err := t.await(ctx); err != nil {
		return err
	}
	for {
		t.enter(playing)
		if err := play(ctx, log); err != nil {
			return err
		}
		// From here on a fresh viewer starts the script again. This must come before the end, or the board of a viewer
		// that comes between the two would never change.
		t.enter(over)
		if _, err := log.End(ctx); err != nil {
			return err
		}
		if err := t.await(ctx); err != nil {
			return err
		}
		if _, err := publish(ctx, log, sixFlights()); err != nil {
			return err
		}
	}
}

// await waits for the viewer that starts the script.
func (t *Tutorial) await(ctx context.Context) error {
	select {
	case <-t.viewer:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// play appends the script's changes, each a step after the one before.
func play(ctx context.Context, log Log) error {
	rome := timetable.Flight{Number: "I768"}
	landing, landed := rome, rome
	landing.State, landed.State = "landing", "landed"
	for _, c := range []timetable.Change{
		{Flight: landing, Named: timetable.FieldState.Bit()},
		{Flight: landed, Named: timetable.FieldState.Bit()},
		{Kind: timetable.KindRemove, Flight: rome},
	} {
		if err := sleep(ctx, tutorialStep); err != nil {
			return err
		}
		// A person may have removed the flight. Its changes are then left out.
		if _, err := publish(ctx, log, c); err != nil {
			return err
		}
	}
	return sleep(ctx, tutorialStep)
}

// sleep waits for d. It returns early, with the context's error, if ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func sixFlights() timetable.Change {
	return timetable.Change{Kind: timetable.KindReplace, Board: []timetable.Flight{
		{Number: "A123", Origin: "London", Arrival: "08:15"},
		{Number: "D654", Origin: "Berlin", Arrival: "08:45"},
		{Number: "U213", Origin: "New York", Arrival: "09:05"},
		{Number: "A987", Origin: "Buenos Aires", Arrival: "09:30"},
		{Number: "I768", Origin: "Rome", Arrival: "10:10"},
		{Number: "G119", Origin: "Tokyo", Arrival: "10:35"},
	}}
}
