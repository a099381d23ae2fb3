package override

import (
	"context"
	"errors"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// The pauses before an update that the log has rejected is tried again.
const (
	firstRetry   = 100 * time.Millisecond
	longestRetry = time.Minute
)

// Run ends overrides when they expire. It blocks until ctx is done. First it corrects the overrides that the board
// shows, because an earlier process may have ended in the middle of a change. If an update fails, Run tries it again
// until it succeeds, and the overrides stay until then.
func (o *Overrides) Run(ctx context.Context) {
	pause, aligned := time.Duration(0), false
	for ctx.Err() == nil {
		o.mu.Lock()
		changed := make(chan struct{})
		o.changed = changed
		o.mu.Unlock()

		var failed error
		if !aligned {
			failed = o.align(ctx)
			aligned = failed == nil
		}
		next, err := o.expire(ctx, time.Now())
		if failed = errors.Join(failed, err); failed == nil {
			pause = 0
		} else if ctx.Err() == nil {
			pause = min(max(2*pause, firstRetry), longestRetry)
			o.logger.Error("overrides stay longer than they should; the server tries again", "after", pause, "error", failed)
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

// expire ends all overrides that have expired. It returns the time at which the next one expires.
func (o *Overrides) expire(ctx context.Context, now time.Time) (next time.Time, err error) {
	var due []string
	o.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for key, f := range b.Overrides() {
			end := time.UnixMicro(f.End())
			if !end.After(now) {
				due = append(due, key)
				end = time.UnixMicro(f.At(now.UnixMicro()).End())
			}
			if end.After(now) && (next.IsZero() || end.Before(next)) {
				next = end
			}
		}
	})
	if len(due) == 0 {
		return next, nil
	}
	var failed error
	_, err = o.log.Update(ctx, func(b *timetable.Batch) error {
		failed = nil
		for _, key := range due {
			failed = errors.Join(failed, b.Expire(key))
		}
		return nil
	})
	return next, errors.Join(err, failed)
}

// align corrects the rows of overridden flights, and of flights that have names of overridden fields without an
// override.
func (o *Overrides) align(ctx context.Context) error {
	var wrong []string
	o.log.Read(func(b *timetable.Board, _ eventlog.Position) { wrong = b.Misaligned() })
	if len(wrong) == 0 {
		return nil
	}
	_, err := o.log.Update(ctx, func(b *timetable.Batch) error {
		for _, key := range wrong {
			b.Align(key)
		}
		return nil
	})
	return err
}
