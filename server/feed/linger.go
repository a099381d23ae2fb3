package feed

import (
	"context"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Linger removes flights from the board that are over: some time after they have landed, and longer after they were
// cancelled or diverted, because people come to meet those. The time begins when the board first shows the state, not
// at the times on the board. After a restart it begins again.
//
// It also removes overdue flights: those that should have come, and about which there is no report that they have. The
// time begins when they are expected, or else scheduled, or with the last report about them, whichever is later. A
// flight without a date is never overdue.
type Linger struct {
	Landed      time.Duration             // how long a landed flight stays; 0: for ever
	OffSchedule time.Duration             // how long a cancelled or diverted flight stays; 0: for ever
	Overdue     time.Duration             // how long an overdue flight stays; 0: for ever
	Now         func(time.Time) time.Time // returns the board's time at a time of the server; nil: they are the same
	Except      func(feed string) bool    // reports whether a feed removes its flights itself; nil: none does
	To          Log                       // where removals are published; nil: the log itself
	since       map[string]lingering      // flights that are over
	began       time.Time                 // when Run began
}

type lingering struct {
	at          time.Time
	offSchedule bool
	pass        int
}

// breath is the time between two looks of Run at the board. A flight may be removed that much too late.
const breath = time.Second

// Run removes flights until ctx is done. A flight that flies again stays, and so does one that was put back by hand. A
// flight that publishers only repeat stays away: see [timetable.Report].
func (l *Linger) Run(ctx context.Context, log *eventlog.Log) error {
	l.since, l.began = make(map[string]lingering), time.Now()
	to := l.To
	if to == nil {
		to = log
	}
	for pass := 1; ; pass++ {
		wake := log.Wake()
		over, next := l.look(log, time.Now(), pass)
		if len(over) > 0 {
			if _, err := publishReports(ctx, to, over); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				return err
			}
			continue
		}
		if sleep(ctx, breath) != nil {
			return nil
		}
		timer := time.NewTimer(time.Until(next))
		if next.IsZero() {
			timer.Stop()
		}
		select {
		case <-wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// look returns the removals that are due, and the time of the next one.
func (l *Linger) look(log *eventlog.Log, now time.Time, pass int) (over []timetable.Report, next time.Time) {
	leave := func(f *timetable.Flight, at time.Time) {
		switch {
		case at.IsZero():
		case !at.After(now):
			removal := timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: f.Key()}}
			over = append(over, timetable.Report{Change: removal, Over: true})
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	ahead := false
	log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for f := range b.Flights() {
			if l.Except != nil && l.Except(f.Feed) {
				continue
			}
			stays := l.Landed
			if f.IsOffSchedule() {
				stays = l.OffSchedule
			} else if !f.HasLanded() {
				if !ahead {
					var at time.Time
					at, ahead = l.overdue(b, f, now)
					leave(f, at)
				}
				continue
			}
			if stays == 0 {
				continue
			}
			have, known := l.since[f.Key()]
			if !known || have.offSchedule != f.IsOffSchedule() {
				have = lingering{at: now, offSchedule: f.IsOffSchedule()}
			}
			have.pass = pass
			l.since[f.Key()] = have
			leave(f, have.at.Add(stays))
		}
	})
	for key, have := range l.since {
		if have.pass != pass {
			delete(l.since, key)
		}
	}
	return over, next
}

// overdue returns when a flight leaves of which nobody reports that it has come; zero: it stays. ahead reports that the
// flights after it, in the board's order, leave later than it does.
func (l *Linger) overdue(b *timetable.Board, f *timetable.Flight, now time.Time) (leaves time.Time, ahead bool) {
	seconds, ok := f.Due()
	if l.Overdue == 0 || !ok {
		return time.Time{}, l.Overdue == 0
	}
	here, due := l.boardTime(now), time.Unix(seconds, 0)
	reported := latest(time.UnixMicro(b.ReportedAt(f.Key())), l.began)
	left := latest(due, l.boardTime(reported)).Add(l.Overdue).Sub(here)
	if speed := l.boardTime(now.Add(time.Hour)).Sub(here).Hours(); left > 0 && speed > 0 {
		left = max(time.Duration(float64(left)/speed), 1)
	}
	return now.Add(left), due.Add(l.Overdue).After(here)
}

func (l *Linger) boardTime(at time.Time) time.Time {
	if l.Now == nil {
		return at
	}
	return l.Now(at)
}
