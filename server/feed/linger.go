package feed

import (
	"context"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Linger takes flights from the board that are over: some time after they have landed, and longer after they were
// cancelled or diverted, because people come and look for those. Time counts from when the board first said so, not
// from the times on the board, which may have no date; after a restart it counts anew.
type Linger struct {
	Landed time.Duration          // 0: for ever
	Astray time.Duration          // cancelled and diverted; 0: for ever
	Except func(feed string) bool // flights of these feeds leave by themselves; nil: of none
	To     Log                    // where removals are published; nil: the log itself
	since  map[string]lingering   // flights that are over
}

type lingering struct {
	at     time.Time
	astray bool
	pass   int
}

// breath is how long Run rests between two looks at the board: nobody sees whether a flight leaves a second later.
const breath = time.Second

// Run removes flights until ctx is done. A flight that flies again stays, and so does one that was put back.
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
			if _, err := publish(ctx, to, over...); err != nil {
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

// look returns the removals that are due, and when the next one will be.
func (l *Linger) look(log *eventlog.Log, now time.Time, pass int) (over []timetable.Change, next time.Time) {
	log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for f := range b.Flights() {
			stays := l.Landed
			if f.IsAstray() {
				stays = l.Astray
			} else if !f.HasLanded() {
				continue
			}
			if stays == 0 || l.Except != nil && l.Except(f.Feed) {
				continue
			}
			have, known := l.since[f.Key()]
			if !known || have.astray != f.IsAstray() {
				have = lingering{at: now, astray: f.IsAstray()}
			}
			have.pass = pass
			l.since[f.Key()] = have
			switch leaves := have.at.Add(stays); {
			case !leaves.After(now):
				over = append(over, timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: f.Key()}})
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
