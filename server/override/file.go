package override

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A file keeps a line for each flight that is overridden, as durably as the log keeps changes. Lines are appended, and
// the last one about a flight counts. When the file has grown to twice what counts it is written anew under another
// name, and takes the place of the old one when it is whole on disk.
//
// After an operation that has failed nobody knows what the disk holds. So the next one writes the whole file anew, and
// until then the flights that it was about are doubtful. Without a publisher it is tried again after a second, and then
// after pauses up to a minute. A nil *file keeps nothing, and never fails. It is safe for concurrent use.
type file struct {
	disk   disk
	sync   eventlog.Sync
	logger *slog.Logger

	writing sync.Mutex // is held by whoever uses the disk
	file    diskFile   // nil: the next write makes a new file
	size    int64      // of what is good in file
	full    int64      // the size at which the file is written anew
	text    []byte

	mu       sync.Mutex        // is never held during a disk operation
	lines    map[string]string // what counts, by the flight's key; only who holds writing changes it
	doubtful map[string]bool   // flights about which the file may have another line
	fault    error             // of the last operation
	broken   bool              // the file has to be written anew before anybody may rely on it
	flushing bool              // a timer will sync
	pause    time.Duration     // before the next attempt; 0: none is planned
	closed   bool
}

const (
	grain        = 64 << 10 // bytes by which the file may grow beyond twice what counts
	firstPause   = time.Second
	longestPause = time.Minute
)

// openFile returns the file with these lines; "" for each flight of which none counts any more. It writes the file anew
// at once, unless there are none: what an earlier process has written and not synced can be read, but would not survive
// a power failure. When that fails it is tried again.
func openFile(d disk, sync eventlog.Sync, logger *slog.Logger, lines map[string]string) *file {
	f := &file{disk: d, sync: sync, logger: logger}
	f.lines, f.doubtful = make(map[string]string), make(map[string]bool)
	f.count(lines)
	for key := range lines {
		f.doubtful[key] = true
	}
	if len(lines) > 0 {
		err := f.rewrite(nil)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.note(err)
	}
	return f
}

// put makes lines count; an empty one ends the overrides of the flight. It returns when they are as durable as the log
// promises. Lines that count already cost no disk operation. After an error those before them still count; undo makes
// them count again, at once in memory, and on disk as soon as the disk allows it.
func (f *file) put(lines map[string]string) (undo func(), err error) {
	before := make(map[string]string)
	f.mu.Lock()
	for key, line := range lines {
		if f.lines[key] != line {
			before[key] = f.lines[key]
		}
	}
	f.mu.Unlock()
	if err := f.add(lines, false); err != nil {
		return func() {}, err
	}
	return func() { f.force(before) }, nil
}

// force makes lines count. When they cannot be written they are doubtful until they can; the error is the file's fault,
// and it is tried again.
func (f *file) force(lines map[string]string) { f.add(lines, true) }

// add writes those lines that do not count yet.
func (f *file) add(lines map[string]string, force bool) error {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	lines = maps.Clone(lines)
	maps.DeleteFunc(lines, func(key, line string) bool { return f.lines[key] == line && !(force && f.doubtful[key]) })
	closed := f.closed
	f.mu.Unlock()
	switch {
	case len(lines) == 0:
		return nil
	case closed:
		return errors.New("overrides: the file is closed")
	}
	err := f.write(lines)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.note(err); f.broken {
		if force {
			f.count(lines)
		}
		for key := range lines {
			f.doubtful[key] = true
		}
		return f.fault
	}
	f.count(lines)
	if f.sync > 0 && !f.flushing {
		f.flushing = true
		time.AfterFunc(time.Duration(f.sync), f.flush)
	}
	return nil
}

// mend writes the file anew if that is due before anybody may rely on it.
func (f *file) mend() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	if !f.isBroken() {
		return nil
	}
	f.mu.Lock()
	closed := f.closed
	f.mu.Unlock()
	if closed {
		return errors.New("overrides: the file is closed")
	}
	err := f.rewrite(nil)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.note(err); f.broken {
		return f.fault
	}
	return nil
}

// isBroken reports whether the file has to be written anew before anybody may rely on it.
func (f *file) isBroken() bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.broken
}

func (f *file) count(lines map[string]string) {
	for key, line := range lines {
		if f.lines[key] = line; line == "" {
			delete(f.lines, key)
		}
	}
}

// note keeps how an operation has ended, and plans the next attempt. It is called with mu held.
func (f *file) note(err error) {
	f.broken = err != nil && f.file == nil
	if !f.broken {
		clear(f.doubtful)
	}
	switch {
	case err == nil && f.fault != nil:
		f.logger.Info("overrides are kept again")
	case err != nil && f.fault == nil:
		f.logger.Error("overrides cannot be kept; it is tried again", "error", err)
	}
	if f.fault = nil; err == nil {
		return
	}
	if wrong, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrong.Err // publishers and /healthz report it, and the paths of files are private
	}
	if wrong, ok := errors.AsType[*os.LinkError](err); ok {
		err = wrong.Err
	}
	f.fault = fmt.Errorf("overrides: cannot be kept: %w", err)
	if f.pause == 0 {
		f.pause = firstPause
		time.AfterFunc(f.pause, f.retry)
	}
}

// retry writes the file anew, or plans the next attempt.
func (f *file) retry() {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	over := f.closed || f.fault == nil
	f.mu.Unlock()
	var err error
	if !over {
		err = f.rewrite(nil)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !over {
		f.note(err)
	}
	if over || err == nil {
		f.pause = 0
		return
	}
	f.pause = min(2*f.pause, longestPause)
	time.AfterFunc(f.pause, f.retry)
}

// flush syncs what has been written since the last time.
func (f *file) flush() {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	f.flushing = false
	f.mu.Unlock()
	if f.file == nil {
		return // it will be written anew, and synced
	}
	if err := f.file.Sync(); err != nil {
		f.drop()
		f.mu.Lock()
		defer f.mu.Unlock()
		f.note(err)
	}
}

// write appends lines, or writes the file anew when that is due. It is called, as the next ones are, with writing held.
func (f *file) write(lines map[string]string) error {
	var worn error
	if f.file == nil || f.size >= f.full {
		if worn = f.rewrite(lines); worn == nil || f.file == nil {
			return worn
		}
		f.full = f.size + grain // the old one is as good as before
	}
	f.text = f.text[:0]
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		f.text = append(f.text, cmp.Or(lines[key], endOf(key))...)
		f.text = append(f.text, '\n')
	}
	_, err := f.file.WriteAt(f.text, f.size)
	if err == nil && f.sync == eventlog.SyncAlways {
		err = f.file.Sync()
	}
	if err != nil {
		f.file.Truncate(f.size) // so that what is refused does not come back after a crash
		f.drop()
		return err
	}
	f.size += int64(len(f.text))
	return worn
}

// isDoubtful reports whether the file may have another line about one of the flights than the one that counts.
func (f *file) isDoubtful(flights []timetable.OverrideChange) bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(flights, func(c timetable.OverrideChange) bool { return f.doubtful[c.Key] })
}

// touchesDoubt reports whether a batch alters a flight about which the file may have another line.
func (f *file) touchesDoubt(b *timetable.Batch) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key := range f.doubtful {
		if b.Alters(key) {
			return true
		}
	}
	return false
}

// health returns why overrides cannot be kept; nil: they can.
func (f *file) health() error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fault
}

// close syncs and closes the file. It takes nothing from then on.
func (f *file) close() {
	if f == nil {
		return
	}
	f.flush()
	f.writing.Lock()
	defer f.writing.Unlock()
	f.drop()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
}
