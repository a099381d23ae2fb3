package program

import (
	"log/slog"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed/poll"
	"flightboard/server/feed/source"
	"flightboard/server/publish"
	"flightboard/server/web"
	"flightboard/timetable"
)

// poll returns the feed of a public source. It is silent if there was no good answer for three of its intervals, and
// for as long as -silent says.
func (s settings) poll(
	p *publish.Publisher, name string, from source.Source, log *eventlog.Log, logger *slog.Logger,
) *poll.Feed {
	expect := func(interval time.Duration) {
		if s.silent > 0 {
			p.Expect(max(s.silent, 3*interval))
		}
	}
	board := func(yield func(timetable.Flight) bool) {
		log.Read(func(b *timetable.Board, _ eventlog.Position) {
			for f := range b.Flights() {
				if !yield(*f) {
					return
				}
			}
		})
	}
	f := poll.New(name, from, poll.Options{
		Contact:     s.contact,
		Logger:      logger,
		Board:       board,
		Resumed:     s.stopped,
		Landed:      s.linger[0],
		OffSchedule: s.linger[1],
		Overdue:     s.linger[2],
		Heard:       p.HeardAt,
		Rejected:    p.Reject,
		Status:      func(is poll.Status) { expect(is.Interval) },
	})
	expect(f.Status().Interval)
	return f
}

// sourceHealth returns the state of the public source behind a feed; nil: there is none.
func (s *sources) sourceHealth(name string) *web.SourceHealth {
	f := s.polled[name]
	if f == nil {
		return nil
	}
	is := f.Status()
	h := &web.SourceHealth{Answered: is.Answered.UTC(), News: is.News.UTC(), Next: is.Next.UTC(), Trouble: is.Trouble,
		Every: is.Interval.Seconds(), Rows: is.Rows, Rejected: is.Rejected, Reasons: is.Reasons, Unmapped: is.Unmapped}
	if is.Quota >= 0 {
		h.Quota = &is.Quota
	}
	return h
}
