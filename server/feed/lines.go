package feed

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// LineOptions are the options of feeds that read lines. With the zero value bad lines are neither logged nor counted.
type LineOptions struct {
	Logger   *slog.Logger     // logs the errors of lines
	Refused  func()           // is called for each line that is rejected, also if the log rejects it
	Rejected func(Rejections) // is called when the rows that are rejected have changed
	Heard    func()           // is called when a file was written, even if its contents are the same

	// Owned returns the flights on the board that the feed has added, also before the server was restarted.
	Owned func() []timetable.Flight
}

// lines turns lines into changes and appends them. A line that is rejected does not affect the others.
type lines struct {
	name     string // the feed's
	logger   *slog.Logger
	refused  func()
	heard    func()
	rejected func(Rejections)
	owned    func() []timetable.Flight
	reports  []timetable.Report
	numbers  []int // the line of each report
	wrong    map[string]int
	rejections
}

func newLines(name string, o LineOptions) lines {
	l := lines{name: name, logger: o.Logger, refused: o.Refused, heard: o.Heard, rejected: o.Rejected,
		owned: o.Owned, wrong: make(map[string]int)}
	if l.logger == nil {
		l.logger = slog.New(slog.DiscardHandler)
	}
	l.logger = l.logger.With("feed", name)
	if l.refused == nil {
		l.refused = func() {}
	}
	if l.heard == nil {
		l.heard = func() {}
	}
	if l.owned == nil {
		l.owned = func() []timetable.Flight { return nil }
	}
	if l.rejected == nil {
		l.rejected = func(Rejections) {}
	}
	return l
}

// read parses a line of NDJSON and keeps its change until publish.
func (l *lines) read(number int, line string) {
	for entry, err := range timetable.Body(line) {
		if err != nil {
			l.leaveOut(number, err)
			continue
		}
		l.add(number, entry.Report)
	}
}

// leaveOut counts and logs a line that is rejected.
func (l *lines) leaveOut(number int, err error) {
	l.reject(number, err)
	l.complain(number, err)
}

func (l *lines) add(number int, r *timetable.Report) {
	report := *r
	report.Board = slices.Clone(r.Board)
	l.reports, l.numbers = append(l.reports, report), append(l.numbers, number)
}

// publishLines publishes the changes of the lines, and reports which lines were rejected.
func (l *lines) publishLines(ctx context.Context, log Log) error {
	err := l.publish(ctx, log)
	l.reportLines()
	return err
}

// publish appends the changes of the lines, in batches, without those that the log rejects.
func (l *lines) publish(ctx context.Context, log Log) error {
	reports, numbers := l.reports, l.numbers
	l.reports, l.numbers = nil, nil
	for len(reports) > 0 {
		n := min(len(reports), maxBatch)
		if i := slices.IndexFunc(reports[:n], alone); i >= 0 {
			n = max(i, 1)
		}
		batch, lines := reports[:n], numbers[:n]
		reports, numbers = reports[n:], numbers[n:]
		for len(batch) > 0 {
			_, _, err := log.Publish(ctx, batch...)
			refused, ok := errors.AsType[*eventlog.RefusedError](err)
			if !ok && err != nil {
				return err
			}
			if !ok {
				break
			}
			for _, r := range refused.Changes {
				// An update or a removal of a flight that has left is late, and hides no row.
				if k := batch[r.Index].Kind; k != timetable.KindUpdate && k != timetable.KindRemove {
					l.reject(lines[r.Index], r.Err)
					l.unpublished = append(l.unpublished, lines[r.Index])
				}
				l.complain(lines[r.Index], r.Err)
			}
			batch, lines = without(batch, refused.Changes), without(lines, refused.Changes)
		}
	}
	return nil
}

// alone reports whether a report must be published by itself: a board (see [Log]) or an override, which the log rejects
// in a batch.
func alone(r timetable.Report) bool { return r.Kind == timetable.KindReplace || r.Until != 0 }

// particular matches the parts that differ between errors of the same kind.
var particular = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'[^']*'|\d+`)

// complain counts a line that is rejected. It logs the first error of each kind, and then the tenth, the hundredth and
// so on, so that a feed in which every line is wrong does not fill the disk.
func (l *lines) complain(number int, err error) {
	l.refused()
	kind := particular.ReplaceAllString(err.Error(), "…")
	if _, known := l.wrong[kind]; !known && len(l.wrong) >= 1000 {
		kind = "too many kinds to tell apart"
	}
	l.wrong[kind]++
	n := l.wrong[kind]
	for power := 1; power <= n; power *= 10 {
		if power == n {
			l.logger.Warn("line left out", "line", number, "reason", err, "alike", n)
		}
	}
}
