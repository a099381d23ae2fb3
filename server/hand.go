package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
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
// Where the log is kept on disk, a file beside it keeps what is held and what the log does not have of what is beneath.
// A change is written to the file, then to the log, and then acknowledged; the end of a hold is written to the log
// first. So whenever the process ends, a start finds in the file whatever is beneath a field that the log shows as
// overridden.
type hand struct {
	log    changeLog
	logger *slog.Logger
	file   *overrideFile // nil: it is held in memory only

	mu      sync.Mutex // is never held while somebody waits for the disk
	flights map[string]hold
	beneath timetable.Board // the flights that are held, as publishers have them
	turns   turns
	changed chan struct{} // is closed when the next release may be another; nil: nobody waits
}

// changeLog is what a hand needs of an *eventlog.Log.
type changeLog interface {
	Append(ctx context.Context, changes ...timetable.Change) (eventlog.Position, error)
	Read(f func(b *timetable.Board, at eventlog.Position))
}

// health is why the hand cannot keep what it is given, or nil.
func (h *hand) health() error { return h.file.health() }

// close makes the disk keep what it has been given. The hand takes nothing to keep from then on.
func (h *hand) close() { h.file.close() }

// append appends changes, all or none, with what is held in its place. Holding itself is one of the changes. Publishers
// who touch no held flight wait for the log alone.
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
	switch {
	case holds >= 0 && len(changes) > 1:
		return 0, refuse(holds, untilError("until: what is set by hand comes alone"))
	case holds >= 0:
		return h.take(ctx, &changes[0])
	}
	h.mu.Lock()
	keys, whole := h.touched(changes)
	defer h.begin(keys, whole)()
	if len(keys) > 0 {
		return h.under(ctx, changes)
	}
	h.mu.Unlock()
	return h.log.Append(ctx, changes...)
}

// touched returns the flights among those that changes are about that are held, or that somebody is about to hold. A
// whole board is about all of them.
func (h *hand) touched(changes []timetable.Change) (keys []string, whole bool) {
	for i := range changes {
		key := changes[i].Flight.Key()
		_, held := h.flights[key]
		switch {
		case changes[i].Kind == timetable.Replace:
			keys = slices.AppendSeq(keys, maps.Keys(h.flights))
			keys = slices.AppendSeq(keys, maps.Keys(h.turns.last))
			keys = append(keys, h.file.doubts()...)
			whole = len(keys) > 0
		case held || h.turns.last[key] != nil || h.file.isDoubtful(key):
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), whole
}

func untilError(text string) error {
	return &timetable.FieldError{Field: "until", Err: errors.New(text)}
}

func refuse(index int, err error) error {
	return &eventlog.RefusedError{Changes: []eventlog.Refusal{{Index: index, Err: err}}}
}

// under appends what publishers say. What concerns a held flight is weighed on the board beneath; of that, only what is
// not held goes up. It is called with mu held, and lets go of it.
func (h *hand) under(ctx context.Context, changes []timetable.Change) (eventlog.Position, error) {
	up, below, index, err := h.divide(changes)
	lines := h.lines(below)
	h.mu.Unlock()
	if err != nil {
		return 0, err
	}
	undo, err := h.file.put(lines)
	if err != nil {
		return 0, err
	}
	at, err := h.log.Append(ctx, up...)
	if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
		for i := range refused.Changes {
			refused.Changes[i].Index = index[refused.Changes[i].Index]
		}
	}
	if err != nil {
		undo()
		return at, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range up {
		if _, held := h.flights[up[i].Flight.Key()]; !held && up[i].Kind != timetable.Replace {
			changes[index[i]] = up[i] // completed, as the publisher wants to hear
		}
	}
	for i := range below {
		h.beneath.Apply(&below[i])
	}
	return at, nil
}

// divide returns what goes up, with the index of each among the changes, and what stays beneath.
func (h *hand) divide(changes []timetable.Change) (up, below []timetable.Change, index []int, err error) {
	draft := h.beneath.Draft()
	for i := range changes {
		c := &changes[i]
		held, ok := h.flights[c.Flight.Key()]
		switch {
		case c.Kind == timetable.Replace:
			both, beneath := h.replace(c)
			if err := draft.Admit(&beneath); err != nil {
				return nil, nil, nil, refuse(i, err)
			}
			up, below, index = append(up, both), append(below, beneath), append(index, i)
			continue
		case !ok:
			up, index = append(up, *c), append(index, i)
			continue
		}
		if err := draft.Admit(c); err != nil && !(held.hides() && c.Kind == timetable.Remove) {
			return nil, nil, nil, refuse(i, err)
		}
		below = append(below, *c)
		if !held.hides() && c.Kind != timetable.Idle {
			up, index = append(up, held.cover(*c)), append(index, i)
		}
	}
	return up, below, index, nil
}

// lines returns what the file has to say of held flights when those changes are beneath. Of a flight that is shown it
// need not say that it leaves, for the log does.
func (h *hand) lines(below []timetable.Change) map[string]string {
	var after timetable.Board
	keys := make(map[string]bool)
	for i := range below {
		c := &below[i]
		if c.Kind == timetable.Replace {
			for key := range h.flights {
				keys[key] = true
			}
		} else if key := c.Flight.Key(); !keys[key] {
			keys[key] = true
			if base := h.beneath.Flight(key); base != nil {
				after.Apply(&timetable.Change{Kind: timetable.Add, Flight: *base})
			}
		}
		after.Apply(c)
	}
	lines := make(map[string]string)
	for key := range keys {
		held, base := h.flights[key], after.Flight(key)
		if base != nil || held.hides() {
			lines[key] = heldOn(base, held).kept(key)
		}
	}
	return lines
}

// replace divides a board into what goes up and what stays beneath.
func (h *hand) replace(c *timetable.Change) (up, beneath timetable.Change) {
	up, beneath = *c, timetable.Change{Kind: timetable.Replace}
	up.Board = make([]timetable.Flight, 0, len(c.Board))
	for _, f := range c.Board {
		held, ok := h.flights[f.Key()]
		if ok {
			beneath.Board = append(beneath.Board, f)
			f = held.above(&f)
		}
		if !ok || !held.hides() {
			up.Board = append(up.Board, f)
		}
	}
	return up, beneath
}

// take holds what a change names, until its time, beside what is held already. A time that has passed lets go of all.
func (h *hand) take(ctx context.Context, c *timetable.Change) (at eventlog.Position, err error) {
	if err := c.Validate(); err != nil {
		return 0, refuse(0, err)
	}
	until := time.UnixMicro(c.Until)
	over := !until.After(time.Now())
	if !over && !c.Hidden && c.Named&holdable == 0 {
		return 0, refuse(0, untilError("until: nothing is beside it that can be held"))
	}
	key := strings.Clone(c.Flight.Key())
	h.mu.Lock()
	_, again := h.flights[key]
	defer h.begin([]string{key}, !again)() // what publishers have begun to say of the flight is on the board by then
	held, again := h.flights[key]
	base, shows := h.base(key), h.shows(key)
	h.mu.Unlock()
	switch {
	case over && again:
		return h.letGo(ctx, key, c)
	case base == nil:
		return 0, refuse(0, fmt.Errorf("flight %q is not on the board", key))
	case over:
		return 0, refuse(0, untilError("until: has passed, and nothing is held"))
	}
	held = held.with(c, until)
	shown := held.cover(timetable.Change{Kind: timetable.Add, Flight: *base})
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
	undo, err := h.file.put(map[string]string{key: heldOn(base, held).kept(key)})
	if err != nil {
		return 0, err
	}
	if at, err = h.log.Append(ctx, up...); err != nil {
		undo()
		return at, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !again {
		h.beneath.Apply(&timetable.Change{Kind: timetable.Add, Flight: *base})
	}
	h.hold(key, held)
	*c = shown
	h.wake()
	return at, nil
}

// base returns a flight as publishers have it: from beneath if it is held, else from the board.
func (h *hand) base(key string) (base *timetable.Flight) {
	if _, held := h.flights[key]; held {
		if f := h.beneath.Flight(key); f != nil {
			base = new(*f)
		}
		return base
	}
	h.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		if f := b.Flight(key); f != nil {
			base = new(*f)
		}
	})
	return base
}

// letGo lets go of all that is held of a flight, because a change says so. It is not acknowledged while the file may
// still say that it is held.
func (h *hand) letGo(ctx context.Context, key string, c *timetable.Change) (eventlog.Position, error) {
	if _, err := h.file.put(nil); err != nil {
		return 0, err
	}
	h.mu.Lock()
	up, at, err := h.leave(ctx, key, hold{})
	if err == nil && h.file.isDoubtful(key) {
		err = h.file.health()
	}
	if c.Kind = timetable.Idle; len(up) > 0 {
		*c = up[0]
	}
	return at, err
}

// leave lets go of what is held of a flight but for what is left: what is beneath comes up. It returns what has come
// up. Until the log has taken it, all is held as before. It is called with mu held, and lets go of it.
func (h *hand) leave(ctx context.Context, key string, left hold) (
	up []timetable.Change, at eventlog.Position, err error,
) {
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
	line := heldOn(base, left).kept(key)
	h.mu.Unlock()
	if at, err = h.log.Append(ctx, up...); err != nil {
		return nil, at, err
	}
	h.file.force(map[string]string{key: line})
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(left.until) == 0 {
		h.forget(key)
	} else {
		h.hold(key, left)
	}
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
