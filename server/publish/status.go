package publish

import (
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed"
	"flightboard/timetable"
)

// status has the times and numbers by which viewers learn that a publisher is silent although the stream works.
type status struct {
	patience time.Duration // the longest time without a report; 0: any time, as long as the publisher runs

	mu       sync.Mutex
	last     time.Time // zero: never
	expected time.Time // since when reports are expected; zero: they are not
	over     bool      // it has ended by itself
	fault    string    // why no more reports will come
	failed   bool
	accepted int64
	refused  int64
	idle     timetable.Idle
	counts   bool // the feed counts what the log rejects itself
	rejected feed.Rejections
}

// A Status is the status of a publisher at a moment.
type Status struct {
	Feed     string
	Last     time.Time // of its last report; zero: there was none
	Accepted int64     // reports
	Refused  int64
	Idle     timetable.Idle // of the accepted ones, those that were not published
	Silent   time.Time      // since when it has been silent, although it should not; zero: it is not
	Over     bool           // it has ended by itself
	Fault    string         // why no more reports will come

	Rejected int      // rows that cannot be read: a table's present rows, or another feed's latest lines
	Reasons  []string // the errors of the first rejected rows
}

func (s *status) heard(over bool, accepted int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok && !s.counts {
		s.refused += int64(len(refused.Changes))
	}
	if err != nil {
		return
	}
	s.accepted += int64(accepted)
	s.last, s.over, s.failed, s.fault = time.Now(), over, false, ""
}

// rests counts reports that were accepted and not published.
func (s *status) rests(idle timetable.Idle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle.Older += idle.Older
	s.idle.Repeated += idle.Repeated
	s.idle.Removed += idle.Removed
}

// LineOptions returns the options of a feed that reads lines and publishes with p. It is called before the feed runs.
func (p *Publisher) LineOptions(logger *slog.Logger) feed.LineOptions {
	p.counts = true
	return feed.LineOptions{Logger: logger, Refused: p.Refuse, Heard: p.Heard, Rejected: p.Reject,
		Owned: p.owned}
}

// owned returns the flights on the board that the feed has added, also before the server was restarted.
func (p *Publisher) owned() (flights []timetable.Flight) {
	p.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for f := range b.Flights() {
			if f.Feed == p.name || f.Feed == "" && p.alone {
				flights = append(flights, *f)
			}
		}
	})
	return flights
}

// Heard notes that the feed is alive, although it may have nothing to report.
func (p *Publisher) Heard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
}

// HeardAt is Heard for what the feed knew at a time.
func (p *Publisher) HeardAt(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = at
}

// Reject replaces the rows that cannot be read.
func (p *Publisher) Reject(rows feed.Rejections) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rejected = rows
}

// Refuse counts a line that fails to parse or, of a feed that reads lines, one that is rejected for any reason.
func (p *Publisher) Refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused++
}

// Expect makes the publisher silent when it has reported nothing for the given time, from now on; 0: never.
func (p *Publisher) Expect(patience time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.patience = patience
}

// begin records that reports are expected from now on.
func (s *status) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.patience > 0 {
		s.expected = time.Now()
	}
}

// fail records that no more reports will come, and why. A feed that is over has ended by itself.
func (s *status) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = true
	if wrong, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrong.Err // the fault is public, and the path of a file is private
	}
	switch {
	case err != nil:
		s.fault, s.over = err.Error(), false
	case !s.over:
		s.fault = "nothing more comes"
	}
	if s.last.IsZero() {
		s.last = time.Now()
	}
}

// silentSince returns the time since when the publisher is silent, or zero. A publisher is silent if it has failed or
// has reported nothing for longer than patience. It is called with mu held.
func (s *status) silentSince(now time.Time) time.Time {
	since := s.last
	if since.IsZero() {
		since = s.expected
	}
	late := s.patience > 0 && !since.IsZero() && now.Sub(since) >= s.patience
	if s.over || !s.failed && !late {
		return time.Time{}
	}
	return since
}

// Status returns the status of the publisher at a moment.
func (p *Publisher) Status(now time.Time) Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := Status{Feed: p.name, Last: p.last, Accepted: p.accepted, Refused: p.refused, Idle: p.idle,
		Silent: p.silentSince(now), Over: p.over, Fault: p.fault}
	if until := p.rejected.Until; until.IsZero() || now.Before(until) {
		s.Rejected, s.Reasons = p.rejected.Rows, p.rejected.Reasons
	}
	return s
}
