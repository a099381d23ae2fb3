package feed

import (
	"context"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A recorder is a log that keeps what was appended, and when. It checks changes as the real one does.
type recorder struct {
	mu      sync.Mutex
	board   timetable.Board
	entries []entry
	largest int                    // number of changes in one Publish
	fail    error                  // what Publish and End return, when set
	hold    chan struct{}          // Publish and End wait until it is closed, when set
	each    func(timetable.Change) // called for each change, in place of keeping it
}

// An entry is one change, or an end.
type entry struct {
	at     time.Time
	change timetable.Change
	end    bool
}

func (r *recorder) Publish(ctx context.Context, reports ...timetable.Report) (
	[]timetable.Outcome, eventlog.Position, error,
) {
	r.wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.err(ctx); err != nil {
		return nil, 0, err
	}
	batch := r.board.Batch(0)
	outcomes, err := eventlog.Merge(batch, reports)
	if err != nil {
		return nil, 0, err
	}
	batch.Commit()
	r.largest = max(r.largest, len(reports))
	for i := range outcomes {
		if r.each != nil {
			r.each(outcomes[i].Change)
		} else {
			r.entries = append(r.entries, entry{at: time.Now(), change: outcomes[i].Change})
		}
	}
	return outcomes, eventlog.Position(len(r.entries)), nil
}

func (r *recorder) End(ctx context.Context) (eventlog.Position, error) {
	r.wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.err(ctx); err != nil {
		return 0, err
	}
	r.entries = append(r.entries, entry{at: time.Now(), end: true})
	return eventlog.Position(len(r.entries)), nil
}

// stall makes all calls of the log block until release is called, and then return err unless it is nil.
func (r *recorder) stall() (release func(err error)) {
	hold := make(chan struct{})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hold = hold
	return func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.hold, r.fail = nil, err
		close(hold)
	}
}

func (r *recorder) wait() {
	r.mu.Lock()
	hold := r.hold
	r.mu.Unlock()
	if hold != nil {
		<-hold
	}
}

func (r *recorder) err(ctx context.Context) error {
	if r.fail != nil {
		return r.fail
	}
	return context.Cause(ctx)
}

// take returns what was appended since it was last called.
func (r *recorder) take() []entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	entries := r.entries
	r.entries = nil
	return entries
}

// len is the number of flights on the board.
func (r *recorder) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.board.Len()
}

// remove removes a flight from the board as an operator would, without the feed.
func (r *recorder) remove(t *testing.T, f timetable.Flight) {
	t.Helper()
	removal := timetable.Report{Change: timetable.Change{Kind: timetable.KindRemove, Flight: f}}
	if _, _, err := r.Publish(t.Context(), removal); err != nil {
		t.Fatal(err)
	}
}

// start runs the feed, and returns a function that stops it and returns what Run returned.
func start(t *testing.T, f Feed, log Log) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx, log) }()
	return func() error {
		cancel()
		return <-done
	}
}
