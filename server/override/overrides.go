// Package override keeps what somebody has set by hand for a while: a belt, a remark, a row that is not shown.
//
// The overrides are a part of the log's board, on which reports alter the values below them; see
// [timetable.Batch.Merge]. The package ends them in time, and, where the log is kept on disk, keeps them in a file beside
// it: the overrides, and those values of publishers that the log does not have.
//
// The file is written before the records of the same changes, and nothing is acknowledged before both are on disk. Only
// the end of an override is written to the log first. So whenever the process ends, a start finds in the file the
// publishers' value of every field that the log shows as overridden.
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
	file   *file // nil: they are kept in memory only

	mu      sync.Mutex
	changed chan struct{} // is closed when the next end of an override may be another; nil: nobody waits
}

// Log is what overrides need of an *eventlog.Log.
type Log interface {
	Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error)
	Read(f func(b *timetable.Board, at eventlog.Position))
	SetKeeper(k eventlog.Keeper)
}

// Open returns the overrides of a log that nobody has begun to publish to, with those that an earlier process has kept
// in a folder; "": they are kept in memory only. The file is as durable as sync says. A line that cannot be read is
// logged and left out.
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

// restore makes the board have the overrides of the file as far as it shows them. The log decides, because an override
// is in the file before it is in the log, and is out of the log before it is out of the file. So one that the board does
// not show either was never acknowledged or has ended. It sets ended ones to nil.
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
				f.Base, f.Removed = timetable.Flight{}, true // it is overridden again when it comes back
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

// Health returns why overrides cannot be kept; nil: they can.
func (o *Overrides) Health() error { return o.file.health() }

// Close makes the disk keep what it has been given. Later changes of overrides fail.
func (o *Overrides) Close() { o.file.close() }

// Update is [eventlog.Log.Update], for publishers. It fails if the batch alters an overridden flight and the file cannot
// be written; other batches do not need the file. It may call merge twice.
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
			err = o.file.health() // an override has ended, and after a restart it might not have
		}
		return at, err
	}
}

var errBroken = errors.New("override: the file has to be written anew")

// Keep is for the log. See [eventlog.Keeper].
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
	case c.After == nil: // what ends, ends in the log first
		return lineOf(c.Key, c.Before), ""
	case c.Before == nil:
		last = lineOf(c.Key, c.After)
		return last, last
	}
	after := *c.After
	if after.Removed && after.Hidden == 0 { // the log has that; and if it does not take it, the base is needed
		after.Base, after.Removed = c.Before.Base, c.Before.Removed
	}
	last = lineOf(c.Key, &after)
	after.Override = after.Or(c.Before.Override)
	return lineOf(c.Key, &after), last
}

// wake makes Run look for the next end of an override.
func (o *Overrides) wake() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}
