package feed

import (
	"context"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Linger removes flights from the board that are over: some time after they have landed, and longer after they were
// cancelled or diverted, because people come to meet those. The time begins when the board first shows the state, not
// at the times on the board, which may have no date. After a restart it begins again.
type Linger struct {
	Landed      time.Duration          // how long a landed flight stays; 0: for ever
	OffSchedule time.Duration          // how long a cancelled or diverted flight stays; 0: for ever
	Except      func(feed string) bool // reports whether a feed removes its flights itself; nil: none does
	To          Log                    // where removals are published; nil: the log itself
	since       map[string]lingering   // flights that are over
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
	l.since = make(map[string]lingering)
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
	log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for f := range b.Flights() {
			stays := l.Landed
			if f.IsOffSchedule() {
				stays = l.OffSchedule
			} else if !f.HasLanded() {
				continue
			}
			if stays == 0 || l.Except != nil && l.Except(f.Feed) {
				continue
			}
			have, known := l.since[f.Key()]
			if !known || have.offSchedule != f.IsOffSchedule() {
				have = lingering{at: now, offSchedule: f.IsOffSchedule()}
			}
			have.pass = pass
			l.since[f.Key()] = have
			switch leaves := have.at.Add(stays); {
			case !leaves.After(now):
				removal := timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: f.Key()}}
				over = append(over, timetable.Report{Change: removal, Over: true})
			case next.IsZero() || leaves.Before(next):
				next = leaves
			}
		}
	})
	for key, have := range l.since {
		if have.pass != pass {
			delete(l.since, key)
		}
	}
	return over, next
}
