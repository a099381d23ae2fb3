package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// The pauses before what the log has not taken is tried again.
const (
	firstRetry   = 100 * time.Millisecond
	longestRetry = time.Minute
)

// run lets go of flights when their time is over, until ctx is done. It begins by making the board agree with what is
// held: an earlier life of the server may have ended in the middle of something, or have left marks that nothing has
// kept. What the log does not take is tried again until it does; until then the flight is held.
func (h *hand) run(ctx context.Context) {
	pause, aligned := time.Duration(0), false
	for ctx.Err() == nil {
		h.mu.Lock()
		changed := make(chan struct{})
		h.changed = changed
		h.mu.Unlock()

		var wrong error
		if !aligned {
			wrong = h.align(ctx)
			aligned = wrong == nil
		}
		next, err := h.expire(ctx, time.Now())
		if wrong = errors.Join(wrong, err); wrong == nil {
			pause = 0
		} else if ctx.Err() == nil {
			pause = min(max(2*pause, firstRetry), longestRetry)
			h.logger.Error("what was set by hand stays longer than it should; it is tried again", "after", pause, "error", wrong)
			if again := time.Now().Add(pause); next.IsZero() || again.Before(next) {
				next = again
			}
		}
		due := (<-chan time.Time)(nil)
		if !next.IsZero() {
			due = time.After(time.Until(next))
		}
		select {
		case <-changed:
		case <-due:
		case <-ctx.Done():
		}
	}
}

// expire lets go of all whose time is over, side by side, so that they share syncs. It returns when the next part of a
// hold ends, of those that have not.
func (h *hand) expire(ctx context.Context, now time.Time) (next time.Time, err error) {
	var due []string
	h.mu.Lock()
	for key, held := range h.flights {
		left := held.at(now)
		if len(left.until) < len(held.until) {
			due = append(due, key)
		}
		if end := left.end(); !end.IsZero() && (next.IsZero() || end.Before(next)) {
			next = end
		}
	}
	h.mu.Unlock()
	return next, h.each(due, func(key string) error {
		held, ok := h.flights[key]
		if left := held.at(now); ok && len(left.until) < len(held.until) {
			_, _, err := h.leave(ctx, key, left)
			return err
		}
		h.mu.Unlock()
		return nil
	})
}

// align corrects what the board shows of flights that are held, and of those that bear marks and are not.
func (h *hand) align(ctx context.Context) error {
	var askew []string
	h.mu.Lock()
	h.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for f := range b.Flights() {
			if h.flights[f.Key()].above(f) != *f {
				askew = append(askew, f.Key())
			}
		}
	})
	h.mu.Unlock()
	return h.each(askew, func(key string) error {
		held := h.flights[key]
		h.mu.Unlock()
		_, err := h.log.Append(ctx, timetable.Change{Flight: held.above(&timetable.Flight{Number: key}),
			Evidence: timetable.Recorded, Named: held.fields() | timetable.Overridden.Bit()})
		if _, refused := errors.AsType[*eventlog.RefusedError](err); refused {
			return nil // the flight has left
		}
		return err
	})
}

// each calls do for each flight in its turn, with mu held, which do lets go of. It returns one of the errors.
func (h *hand) each(keys []string, do func(key string) error) (wrong error) {
	var all sync.WaitGroup
	var mu sync.Mutex
	for _, key := range keys {
		all.Go(func() {
			h.mu.Lock()
			end := h.begin([]string{key}, false)
			defer end()
			if err := do(key); err != nil {
				mu.Lock()
				defer mu.Unlock()
				wrong = err
			}
		})
	}
	all.Wait()
	return wrong
}
