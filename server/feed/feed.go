// Package feed is where flights come from.
//
// A feed is a publisher: it turns what it knows into changes and appends them to the log. It never speaks to viewers,
// and it does not know who else publishes. The contract of every feed:
//
//   - Run does all the work, in the goroutine that called it. No other goroutine publishes, and none is left behind.
//   - Run blocks until the context is done, until the feed is over, or until the log fails. The end of the context is
//     not an error: Run stops at once and returns nil.
//   - What belongs together goes into one Publish, in the order in which it happened.
//   - A change that the log refuses is left out and the rest goes on: the flight may have been removed by hand.
//   - A feed that is over says so with End. A feed that merely stops says nothing.
//   - Run is called once.
//
// [Tutorial] plays a script of six flights, [Replay] a recorded month of real ones, [Playback] what [Record] has kept.
// [Pipe] and [File] publish what other programs write. The next kind is one more file: a type with a Run.
package feed

import (
	"context"
	"errors"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A Feed publishes flights. The package comment holds the contract of Run.
type Feed interface {
	Run(ctx context.Context, log Log) error
}

// Log is where a feed publishes. Only the goroutine of [Feed.Run] calls it.
type Log interface {
	// Publish merges all reports with the board and publishes all of them or, with an [*eventlog.RefusedError], none.
	// A report that replaces the board comes alone; where several feeds share a board it replaces the flights of its
	// feed.
	Publish(ctx context.Context, reports ...timetable.Report) ([]timetable.Outcome, eventlog.Position, error)

	// End tells viewers that no more will come. A later Publish opens the log again.
	End(ctx context.Context) (eventlog.Position, error)
}

// publish publishes the changes without those that the log refuses, and returns the refusals.
func publish(ctx context.Context, log Log, changes ...timetable.Change) (refused []eventlog.Refusal, err error) {
	reports := make([]timetable.Report, len(changes))
	for i := range changes {
		reports[i].Change = changes[i]
	}
	for len(reports) > 0 {
		_, _, err := log.Publish(ctx, reports...)
		refusal, ok := errors.AsType[*eventlog.RefusedError](err)
		if !ok {
			return refused, err
		}
		refused = append(refused, refusal.Changes...)
		reports = without(reports, refusal.Changes)
	}
	return refused, nil
}

// without removes what belongs to refused changes from a list that has an element for each change of the append. It
// moves each element once, however many were refused.
func without[T any](list []T, refused []eventlog.Refusal) []T {
	kept := list[:0]
	for i, x := range list {
		if len(refused) > 0 && refused[0].Index == i {
			refused = refused[1:]
			continue
		}
		kept = append(kept, x)
	}
	return kept
}
