package check

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed/poll"
	"flightboard/server/feed/source"
	"flightboard/server/publish"
	"flightboard/timetable"
)

// Options are the options of [Run].
type Options struct {
	Poll    poll.Options
	Answers []string  // files with the responses of one answer, in their order; none: the source is asked
	At      time.Time // when the files were saved; zero: when the first of them was last written
}

// Run asks a source once, or reads a saved answer, and writes the report to w. stands tells whether a board would stand
// on it. The error is that of the whole answer.
func Run(ctx context.Context, w io.Writer, s source.Source, o Options) (stands bool, err error) {
	report := &Report{About: s.About()}
	log := eventlog.New(eventlog.Options{})
	feeds := publish.NewFeeds(log, log, slog.New(slog.DiscardHandler))
	publisher := publish.New(log, log, report.About.Name)
	o.Poll.Complain = func(c source.Complaint) { report.Complaints = append(report.Complaints, c) }
	one := poll.New(report.About.Name, s, o.Poll)
	feeds.Add(publisher, one)
	feeds.Date(report.About.Zone)
	if len(o.Answers) == 0 {
		report.Answer, report.Now, err = one.Once(ctx, publisher)
	} else {
		var saved []*source.Response
		if saved, report.Now, err = read(o.Answers); err != nil {
			return false, err
		}
		if !o.At.IsZero() {
			report.Now = o.At
		}
		report.Answer, err = one.Read(ctx, publisher, report.Now, saved)
	}
	if err != nil {
		return false, err
	}
	log.Read(func(b *timetable.Board, _ eventlog.Position) { report.Flights = b.Snapshot().Board })
	return report.Stands(), report.Write(w)
}

// read reads saved responses.
func read(files []string) (saved []*source.Response, at time.Time, err error) {
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return nil, at, err
		}
		if info, err := os.Stat(file); err == nil && at.IsZero() {
			at = info.ModTime()
		}
		saved = append(saved, &source.Response{Request: &source.Request{}, Body: body})
	}
	return saved, at, nil
}
