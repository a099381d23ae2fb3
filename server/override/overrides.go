// Package override manages values that were set by hand until a time: a belt, a remark, a row that is not shown.
//
// The overrides are a part of the log's board, on which reports alter their base; see [timetable.Batch.Merge]. The
// package ends them when they expire. If the log is on disk, it stores them in a file in the same folder, with the base
// values that are not in the log.
//
// The file is written before the records of the same changes, and a change is acknowledged when both are on disk. Only
// the end of an override is written to the log first. So after a crash at any moment the file has the base value of
// every field that the log shows as overridden.
package override

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Overrides are the overrides of a log's board. They are safe for concurrent use.
type Overrides struct {
	log    Log
	logger *slog.Logger
	file   *file // nil: the overrides are in memory only

	mu      sync.Mutex
	changed chan struct{} // closed when the time of the next end may have changed; nil: Run does not wait
}

// Log has the methods of an *eventlog.Log that Overrides uses.
type Log interface {
	Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error)
	Read(f func(b *timetable.Board, at eventlog.Position))
	SetKeeper(k eventlog.Keeper)
}

// Open returns the overrides of a log, with those that an earlier process stored in a folder; if dir is "", they are in
// memory only. It must be called before the first publisher. The file is as durable as sync promises. A line that
// cannot be read is logged and left out.
func Open(log Log, dir string, sync eventlog.Sync, logger *slog.Logger) (*Overrides, error) {
	if dir == "" {
		return open(log, nil, sync, logger)
	}
	return open(log, osDisk(dir), sync, logger)
}

func open(log Log, d disk, sync eventlog.Sync, logger *slog.Logger) (*Overrides, error) {
	o := &Overrides{log: log, logger: logger}
	if d != nil {
		text, err := d.Read(fileName)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		flights := readLines(string(text), func(number int, line string, err error) {
			logger.Error("an override is lost", "file", fileName, "line", number, "reason", err, "text", line)
		})
		if err := o.restore(flights); err != nil {
			return nil, err
		}
		lines := make(map[string]string)
		for key, f := range flights {
			lines[key] = lineOf(key, f)
		}
		o.file = openFile(d, sync, logger, lines)
	}
	log.SetKeeper(o)
	return o, nil
}

// restore gives the board the overrides of the file, except those of fields that the board does not show as overridden.
// An override is written to the file before the log, and removed from the log before the file, so those were never
// acknowledged, or have ended. Flights without overrides become nil in flights.
func (o *Overrides) restore(flights map[string]*timetable.OverriddenFlight) error {
	if len(flights) == 0 {
		return nil
	}
	_, err := o.log.Update(context.Background(), func(b *timetable.Batch) error {
		for key, f := range flights {
			shown, ok := b.Flight(key)
			switch {
			case ok:
				f.Override = f.Only(fieldsOf(shown.Overridden))
				f.Base, f.Removed = shown.With(&f.Base, f.Fields()), false
				f.Base.Overridden = ""
			case f.Hidden == 0:
				f.Base, f.Removed = timetable.Flight{}, true // the override applies when the flight is added again
			}
			if f.IsZero() {
				flights[key] = nil
				continue
			}
			b.Restore(key, *f)
		}
		return nil
	})
	return err
}

// Health returns the reason why overrides cannot be stored, or nil.
func (o *Overrides) Health() error { return o.file.health() }

// Close syncs and closes the file. Later changes of overrides fail.
func (o *Overrides) Close() { o.file.close() }

// Update does what [eventlog.Log.Update] does, and may call merge twice. It fails if the batch alters an overridden
// flight and the file cannot be written; other batches do not need the file.
func (o *Overrides) Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error) {
	for {
		var doubtful func() bool
		at, err := o.log.Update(ctx, func(b *timetable.Batch) error {
			if err := merge(b); err != nil {
				return err
			}
			changes := b.Overrides()
			doubtful = func() bool { return o.file.isDoubtful(changes) }
			if o.file.isBroken() && (len(changes) > 0 || o.file.touchesDoubt(b)) {
				return errBroken
			}
			return nil
		})
		switch {
		case err == errBroken:
			if err := o.file.mend(); err != nil {
				return 0, err
			}
			continue
		case err == nil && doubtful():
			err = o.file.health() // an override has ended in memory, and a restart might restore it
		}
		return at, err
	}
}

var errBroken = errors.New("override: the file has to be written anew")

// Keep implements [eventlog.Keeper].
func (o *Overrides) Keep(b *timetable.Batch) (keep func() error, kept func(error)) {
	changes := b.Overrides()
	if len(changes) == 0 {
		return nil, nil
	}
	if o.file == nil {
		return nil, func(error) { o.wake() }
	}
	first, last := make(map[string]string), make(map[string]string)
	for _, c := range changes {
		first[c.Key], last[c.Key] = linesOf(c)
	}
	undo := func() {}
	keep = func() (err error) {
		undo, err = o.file.put(first)
		return err
	}
	kept = func(err error) {
		if err != nil {
			undo()
			return
		}
		o.file.force(last)
		o.wake()
	}
	return keep, kept
}

// linesOf returns the line of a flight that the file has to have before the log has the change, and the one after it.
func linesOf(c timetable.OverrideChange) (first, last string) {
	switch {
	case c.After == nil: // an end is written to the log first
		return lineOf(c.Key, c.Before), ""
	case c.Before == nil:
		last = lineOf(c.Key, c.After)
		return last, last
	}
	after := *c.After
	if after.Removed && after.Hidden == 0 { // the log has the removal; if its append fails, the base is needed
		after.Base, after.Removed = c.Before.Base, c.Before.Removed
	}
	last = lineOf(c.Key, &after)
	after.Override = after.Or(c.Before.Override)
	return lineOf(c.Key, &after), last
}

// wake makes Run compute the time of the next end again.
func (o *Overrides) wake() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}
