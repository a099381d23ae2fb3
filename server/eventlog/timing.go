package eventlog

import (
	"context"
	"time"

	"flightboard/timetable"
)

// A Timing tells how old the events of a tick are, for those who measure. It does not change once it is made. Viewers
// that get the same tick get the same pointer.
type Timing struct {
	Appended time.Time // when the oldest event's append began, before it was written to the disk
	Stamped  time.Time // the oldest stamp of the events, by the publisher's clock; zero: none has a stamp
}

// with returns the timing of the events of both; either may be nil.
func (t *Timing) with(u *Timing) *Timing {
	switch {
	case t == nil:
		return u
	case u == nil || !isOlder(u.Appended, t.Appended) && !isOlder(u.Stamped, t.Stamped):
		return t
	}
	sum := *t
	if isOlder(u.Appended, t.Appended) {
		sum.Appended = u.Appended
	}
	if isOlder(u.Stamped, t.Stamped) {
		sum.Stamped = u.Stamped
	}
	return &sum
}

// isOlder reports whether a is a time before b; the zero time is none.
func isOlder(a, b time.Time) bool { return !a.IsZero() && (b.IsZero() || a.Before(b)) }

// timingAt returns the timing of the events after p, those of one tick; nil if the tick is no longer kept. It is called
// with mu held.
func (l *Log) timingAt(p Position) *Timing {
	if p >= l.edge {
		return l.gathering
	}
	for i := len(l.ticks) - 1; i >= 0; i-- {
		if l.ticks[i].from <= p {
			return l.ticks[i].timing
		}
	}
	return nil
}

type stampKey struct{}

// WithStamp returns a context for [Log.Update], whose merge function may set the stamp: see [OldestStamp].
func WithStamp(ctx context.Context, stamp *int64) context.Context {
	return context.WithValue(ctx, stampKey{}, stamp)
}

// IsStamped reports whether a report has a stamp.
func IsStamped(reports []timetable.Report) bool {
	for i := range reports {
		if reports[i].Stamp != 0 {
			return true
		}
	}
	return false
}

// OldestStamp returns the oldest stamp of the reports that are published, in Unix microseconds; 0: they have none.
func OldestStamp(reports []timetable.Report, outcomes []timetable.Outcome) (oldest int64) {
	for i := range outcomes[:min(len(outcomes), len(reports))] {
		if at := reports[i].Stamp; at > 0 && !outcomes[i].Idle && (oldest == 0 || at < oldest) {
			oldest = at
		}
	}
	return oldest
}

// newTiming returns the timing of an append that begins now.
func newTiming(ctx context.Context) *Timing {
	t := &Timing{Appended: time.Now()}
	if stamp, _ := ctx.Value(stampKey{}).(*int64); stamp != nil && *stamp > 0 {
		t.Stamped = time.UnixMicro(*stamp)
	}
	return t
}
