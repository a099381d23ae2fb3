package feed

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// LineOptions are the options of feeds that read lines. With the zero value bad lines are neither logged nor counted.
type LineOptions struct {
	Logger  *slog.Logger // logs the errors of lines
	Refused func()       // is called for each line that is rejected
}

// lines turns lines into changes and appends them. A line that is rejected does not affect the others.
type lines struct {
	name    string // the feed's
	logger  *slog.Logger
	refused func()
	reports []timetable.Report
	numbers []int // the line of each report
	wrong   map[string]int
}

func newLines(name string, o LineOptions) lines {
	l := lines{name: name, logger: o.Logger, refused: o.Refused, wrong: make(map[string]int)}
	if l.logger == nil {
		l.logger = slog.New(slog.DiscardHandler)
	}
	l.logger = l.logger.With("feed", name)
	if l.refused == nil {
		l.refused = func() {}
	}
	return l
}

// read parses a line of NDJSON and keeps its change until publish.
func (l *lines) read(number int, line string) {
	for entry, err := range timetable.Body(line) {
		if err != nil {
			l.complain(number, err)
			continue
		}
		l.add(number, entry.Report)
	}
}

func (l *lines) add(number int, r *timetable.Report) {
	report := *r
	report.Board = slices.Clone(r.Board)
	l.reports, l.numbers = append(l.reports, report), append(l.numbers, number)
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

const maxLine = 64 << 10

var errLong = fmt.Errorf("the line is longer than %d KiB", maxLine>>10)

// A splitter cuts a stream of pieces into lines.
type splitter struct {
	limit    int    // bytes of a line; maxLine when 0
	number   int    // of the last line
	rest     []byte // the beginning of the next line
	skipping bool   // the next line is too long
}

// split calls line for each line that the piece completes, without its end.
func (s *splitter) split(piece []byte, line func(number int, text string, err error)) {
	for {
		head, tail, ended := bytes.Cut(piece, []byte("\n"))
		if !s.skipping {
			s.rest = append(s.rest, head...)
			s.skipping = len(s.rest) > cmp.Or(s.limit, maxLine)
		}
		if !ended {
			return
		}
		s.flush(line)
		piece = tail
	}
}

// flush calls line for the rest, as for a complete line.
func (s *splitter) flush(line func(number int, text string, err error)) {
	s.number++
	text := string(bytes.TrimSuffix(s.rest, []byte("\r")))
	if s.number == 1 {
		text = string(bytes.TrimPrefix([]byte(text), []byte("\ufeff")))
	}
	long := s.skipping
	s.rest, s.skipping = s.rest[:0], false
	switch {
	case long:
		line(s.number, "", errLong)
	case text != "":
		line(s.number, text, nil)
	}
}
