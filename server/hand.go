package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
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

// A hold is what is held of one flight.
type hold struct {
	flight timetable.Flight
	fields timetable.Fields
	hidden bool
	until  time.Time
}

// holdable are the fields that a hand can hold: not those that say which flight is meant.
const holdable = ^timetable.Fields(1<<timetable.Number | 1<<timetable.ID | 1<<timetable.Feed | 1<<timetable.Overridden)

// append appends changes, all or none, with what is held in its place. Holding itself is one of the changes.
func (h *hand) append(ctx context.Context, changes []timetable.Change) (eventlog.Position, error) {
	holds := false
	for i := range changes {
		c := &changes[i]
		holds = holds || c.Until != 0
		c.Named &^= timetable.Overridden.Bit() // only a hand overrides
		c.Flight.Overridden = ""
		for i := range c.Board {
			c.Board[i].Overridden = ""
		}
	}
	h.mu.RLock()
	if !holds && len(h.flights) == 0 { // the usual case, in which publishers do not wait for each other
		defer h.mu.RUnlock()
		return h.log.Append(ctx, changes...)
	}
	h.mu.RUnlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !holds {
		return h.under(ctx, changes)
	}
	if len(changes) > 1 {
		return 0, refuse(0, errors.New("until: what is set by hand comes alone"))
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
		if err := draft.Admit(c); err != nil && !(held.hidden && c.Kind == timetable.Remove) {
			return 0, refuse(i, err)
		}
		below = append(below, *c)
		if !held.hidden {
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
		if !ok || !held.hidden {
			up.Board = append(up.Board, f)
		}
	}
	return up, append(below, beneath)
}

// cover returns the change with the held fields in their place. It has been weighed, so it goes up as it is.
func (held *hold) cover(c timetable.Change) timetable.Change {
	c.Source, c.Stamp, c.Times = "", 0, timetable.Times{}
	switch c.Kind {
	case timetable.Add:
		c.Flight = c.Flight.With(&held.flight, held.fields|timetable.Overridden.Bit())
	case timetable.Update:
		c.Flight = c.Flight.With(&timetable.Flight{}, held.fields)
		c.Named &^= held.fields
	}
	return c
}

// take holds what a change names, until its time, on top of what is held already. A time that has passed lets go.
func (h *hand) take(ctx context.Context, c *timetable.Change) (at eventlog.Position, err error) {
	if err := c.Validate(); err != nil {
		return 0, refuse(0, err)
	}
	key := strings.Clone(c.Flight.Key())
	until := time.UnixMicro(c.Until)
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
	if !until.After(time.Now()) {
		if again {
			return h.release(ctx, key)
		}
		h.forget(key)
		return 0, refuse(0, errors.New("until: has passed, and nothing is held"))
	}
	fields := c.Named & holdable
	held.flight = held.flight.With(&c.Flight, fields)
	held.fields |= fields
	held.hidden = c.Hidden
	held.until = until
	held.flight.Overridden = namesOf(held.fields)

	shown := held.cover(timetable.Change{Kind: timetable.Add, Flight: *base})
	if c.Hidden {
		shown = timetable.Change{Kind: timetable.Remove, Flight: timetable.Flight{Number: key}}
	} else if c.Kind = timetable.Update; h.shows(key) {
		shown = timetable.Change{Kind: timetable.Update, Flight: held.flight, Named: held.fields | timetable.Overridden.Bit()}
		shown.Flight.Number, shown.Flight.ID = key, ""
	}
	if !c.Hidden || h.shows(key) {
		at, err = h.log.Append(ctx, shown)
	}
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

// release lets go of a flight: what is beneath comes up.
func (h *hand) release(ctx context.Context, key string) (at eventlog.Position, err error) {
	held := h.flights[key]
	if base := h.beneath.Flight(key); base != nil {
		c := timetable.Change{Kind: timetable.Add, Flight: *base}
		if h.shows(key) {
			c = timetable.Change{Kind: timetable.Update, Flight: *base, Named: held.fields | timetable.Overridden.Bit()}
		} else if !held.hidden {
			c.Kind = timetable.Remove // a hand has removed it; it does not come back
		}
		if c.Kind != timetable.Remove {
			if at, err = h.log.Append(ctx, c); err != nil {
				return at, err
			}
		}
	}
	h.forget(key)
	h.keep()
	h.wake()
	return at, nil
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
			if !held.until.After(time.Now()) {
				if _, err := h.release(ctx, key); err != nil && ctx.Err() == nil {
					h.logger.Error("what was set by hand stays", "flight", key, "error", err)
					h.forget(key)
				}
			} else if next.IsZero() || held.until.Before(next) {
				next = held.until
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

// namesOf are the names of fields, as Flight.Overridden has them.
func namesOf(fields timetable.Fields) string {
	var names []string
	for k := range fields.All() {
		names = append(names, k.String())
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}
