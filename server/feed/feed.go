// Package feed has the sources of flights.
//
// A feed is a publisher: it turns its input into changes and appends them to the log. It does not depend on viewers or
// on other publishers. The contract of every feed:
//
//   - Run does all the work, in the goroutine that called it. No other goroutine publishes, and none is left behind.
//   - Run blocks until the context is done, until the feed is over, or until the log fails. If the context is done, Run
//     stops at once and returns nil.
//   - Changes of the same moment go into one Publish, in the order in which they happened.
//   - A change that the log rejects is left out, and Run continues: a person may have removed the flight.
//   - A feed that is over calls End. A feed that is stopped does not.
//   - Run is called once.
//
// [Tutorial] plays a script of six flights, [Replay] a recorded month of real ones, and [Playback] a recording that
// [Record] has made. [Pipe] and [File] publish the output of other programs. A new kind of feed is a type with a Run,
// in a file of its own.
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
	// A report that replaces the board must be the only one; if several feeds share a board it replaces the flights of
	// its feed. Publish blocks until the log has the records.
	Publish(ctx context.Context, reports ...timetable.Report) ([]timetable.Outcome, eventlog.Position, error)

	// End publishes that no more changes will come. A later Publish opens the log again.
	End(ctx context.Context) (eventlog.Position, error)
}

// publish publishes the changes without those that the log rejects, and returns those.
func publish(ctx context.Context, log Log, changes ...timetable.Change) (refused []eventlog.Refusal, err error) {
	reports := make([]timetable.Report, len(changes))
	for i := range changes {
		reports[i].Change = changes[i]
	}
	return publishReports(ctx, log, reports)
}

// publishReports is publish for reports. It uses their memory.
func publishReports(ctx context.Context, log Log, reports []timetable.Report) (refused []eventlog.Refusal, err error) {
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

// without removes the elements of rejected changes from a list that has an element for each change of the append. It
// moves each element at most once.
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
