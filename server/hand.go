package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A hand holds what somebody has set by hand for a while: a belt, a remark, a row that is not to be shown. What
// publishers say about such a flight meanwhile goes to a board beneath; viewers see that board with the held fields on
// top. When the time is over, what is beneath comes up.
//
// Where the log is kept on disk, a file beside it keeps what is held: see [newHand].
type hand struct {
	log    *eventlog.Log
	logger *slog.Logger
	file   string // "": it is held in memory only

	mu      sync.RWMutex
	flights map[string]hold
	beneath timetable.Board // the flights that are held, as publishers have them
	changed chan struct{}   // is closed when the next release may be another; nil: nobody waits
}

// append appends changes, all or none, with what is held in its place. Holding itself is one of the changes.
func (h *hand) append(ctx context.Context, changes []timetable.Change) (eventlog.Position, error) {
	holds := -1
	for i := range changes {
		c := &changes[i]
		if c.Until != 0 {
			holds = i
		}
		if c.Evidence&timetable.Recorded != 0 {
			continue
		}
		c.Named &^= timetable.Overridden.Bit() // only a hand overrides
		c.Flight.Overridden = ""
		for i := range c.Board {
			c.Board[i].Overridden = ""
		}
	}
	h.mu.RLock()
	if holds < 0 && len(h.flights) == 0 { // the usual case, in which publishers do not wait for each other
		defer h.mu.RUnlock()
		return h.log.Append(ctx, changes...)
	}
	h.mu.RUnlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	if holds < 0 {
		return h.under(ctx, changes)
	}
	if len(changes) > 1 {
		return 0, refuse(holds, errors.New("until: what is set by hand comes alone"))
	}
	return h.take(ctx, &changes[0])
}

func refuse(index int, err error) error {
	return &eventlog.RefusedError{Changes: []eventlog.Refusal{{Index: index, Err: err}}}
}

// under appends what publishers say. What concerns a held flight is weighed on the board beneath; of that, only what is
// not held goes up.
func (h *hand) under(ctx context.Context, changes []timetable.Change) (eventlog.Position, error) {
	draft := h.beneath.Draft()
	var up, below []timetable.Change
	var index []int // of each change that goes up
	for i := range changes {
		c := &changes[i]
		key := c.Flight.Key()
		held, ok := h.flights[key]
		switch {
		case c.Kind == timetable.Replace:
			var both timetable.Change
			both, below = h.replace(c, below)
			up, index = append(up, both), append(index, i)
			continue
		case !ok:
			up, index = append(up, *c), append(index, i)
			continue
		}
		if err := draft.Admit(c); err != nil && !(held.hides() && c.Kind == timetable.Remove) {
			return 0, refuse(i, err)
		}
		below = append(below, *c)
		if !held.hides() && c.Kind != timetable.Idle {
			up, index = append(up, held.cover(*c)), append(index, i)
		}
	}
	at, err := h.log.Append(ctx, up...)
	if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
		for i := range refused.Changes {
			refused.Changes[i].Index = index[refused.Changes[i].Index]
		}
	}
	if err != nil {
		return at, err
	}
	for i := range up {
		if _, held := h.flights[up[i].Flight.Key()]; !held && up[i].Kind != timetable.Replace {
			changes[index[i]] = up[i] // completed, as the publisher wants to hear
		}
	}
	for i := range below {
		h.beneath.Apply(&below[i])
	}
	if len(below) > 0 {
		h.keep()
	}
	return at, nil
}

// replace divides a board into what goes up and what stays beneath.
func (h *hand) replace(c *timetable.Change, below []timetable.Change) (timetable.Change, []timetable.Change) {
	up := *c
	up.Board = make([]timetable.Flight, 0, len(c.Board))
	beneath := timetable.Change{Kind: timetable.Replace}
	for _, f := range c.Board {
		held, ok := h.flights[f.Key()]
		if ok {
			beneath.Board = append(beneath.Board, f)
			f = held.cover(timetable.Change{Kind: timetable.Add, Flight: f}).Flight
		}
		if !ok || !held.hides() {
			up.Board = append(up.Board, f)
		}
	}
	return up, append(below, beneath)
}

// take holds what a change names, until its time, beside what is held already. A time that has passed lets go of all.
func (h *hand) take(ctx context.Context, c *timetable.Change) (at eventlog.Position, err error) {
	if err := c.Validate(); err != nil {
		return 0, refuse(0, err)
	}
	until := time.UnixMicro(c.Until)
	over := !until.After(time.Now())
	if !over && !c.Hidden && c.Named&holdable == 0 {
		return 0, refuse(0, errors.New("until: nothing is beside it that can be held"))
	}
	key := strings.Clone(c.Flight.Key())
	held, again := h.flights[key]
	if !again {
		h.log.Read(func(b *timetable.Board, _ eventlog.Position) {
			if f := b.Flight(key); f != nil {
				h.beneath.Apply(&timetable.Change{Kind: timetable.Add, Flight: *f})
			}
		})
	}
	base := h.beneath.Flight(key)
	if base == nil {
		return 0, refuse(0, fmt.Errorf("flight %q is not on the board", key))
	}
	if over {
		if again {
			up, at, err := h.leave(ctx, key, hold{})
			if c.Kind = timetable.Idle; len(up) > 0 {
				*c = up[0]
			}
			return at, err
		}
		h.forget(key)
		return 0, refuse(0, errors.New("until: has passed, and nothing is held"))
	}
	held = held.with(c, until)
	shown, shows := held.cover(timetable.Change{Kind: timetable.Add, Flight: *base}), h.shows(key)
	switch {
	case held.hides():
		shown = timetable.Change{Kind: timetable.Remove, Flight: *base}
	case shows:
		shown.Kind, shown.Named = timetable.Update, held.fields()|timetable.Overridden.Bit()
	}
	up := []timetable.Change{shown}
	if held.hides() && !shows {
		up = nil
	}
	at, err = h.log.Append(ctx, up...)
	if err != nil {
		if !again {
			h.forget(key)
		}
		return at, err
	}
	h.hold(key, held)
	h.keep()
	*c = shown
	h.wake()
	return at, nil
}

// leave lets go of what is held of a flight but for what is left: what is beneath comes up. It returns what has come up.
func (h *hand) leave(ctx context.Context, key string, left hold) (up []timetable.Change, at eventlog.Position, err error) {
	held, base := h.flights[key], h.beneath.Flight(key)
	switch {
	case base == nil || left.hides():
	case h.shows(key):
		c := left.cover(timetable.Change{Kind: timetable.Add, Flight: *base})
		c.Kind, c.Named = timetable.Update, held.fields()&^left.fields()|timetable.Overridden.Bit()
		up = append(up, c)
	case held.hides(): // otherwise a hand has removed it; it does not come back
		up = append(up, left.cover(timetable.Change{Kind: timetable.Add, Flight: *base}))
	}
	if at, err = h.log.Append(ctx, up...); err != nil {
		return nil, at, err
	}
	if len(left.until) == 0 {
		h.forget(key)
	} else {
		h.hold(key, left)
	}
	h.keep()
	h.wake()
	return up, at, nil
}

func (h *hand) hold(key string, held hold) {
	if h.flights == nil {
		h.flights = make(map[string]hold)
	}
	h.flights[key] = held
}

func (h *hand) forget(key string) {
	delete(h.flights, key)
	h.beneath.Apply(&timetable.Change{Kind: timetable.Remove, Flight: timetable.Flight{Number: key}})
}

func (h *hand) shows(key string) (is bool) {
	h.log.Read(func(b *timetable.Board, _ eventlog.Position) { is = b.Flight(key) != nil })
	return is
}

func (h *hand) wake() {
	if h.changed != nil {
		close(h.changed)
		h.changed = nil
	}
}

// run lets go of flights when their time is over, until ctx is done. It begins by taking marks off the board that an
// earlier life of the server has left there, and which nothing has kept.
func (h *hand) run(ctx context.Context) {
	h.unmark(ctx)
	for ctx.Err() == nil {
		h.mu.Lock()
		var next time.Time
		for key, held := range h.flights {
			left := held.at(time.Now())
			if len(left.until) < len(held.until) {
				if _, _, err := h.leave(ctx, key, left); err != nil && ctx.Err() == nil {
					h.logger.Error("what was set by hand stays", "flight", key, "error", err)
					h.forget(key)
				}
			}
			if end := left.end(); !end.IsZero() && (next.IsZero() || end.Before(next)) {
				next = end
			}
		}
		changed := make(chan struct{})
		h.changed = changed
		h.mu.Unlock()

		due := (<-chan time.Time)(nil)
		if !next.IsZero() {
			due = time.After(time.Until(next))
		}
		select {
		case <-changed:
		case <-due:
		case <-ctx.Done():
		}
	}
}

func (h *hand) unmark(ctx context.Context) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var marked []timetable.Change
	h.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		for f := range b.Flights() {
			if _, held := h.flights[f.Key()]; f.Overridden != "" && !held {
				marked = append(marked, timetable.Change{Flight: timetable.Flight{Number: f.Key()}, Named: timetable.Overridden.Bit()})
			}
		}
	})
	for _, c := range marked {
		h.log.Append(ctx, c) // a refusal means that the flight has left
	}
}
