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

// A file stores a line for each overridden flight, as durably as the log stores changes. Lines are appended, and the
// last one about a flight is valid. When the file has twice the size of its valid lines, they are written to a new
// file, which replaces the old one when it is complete on disk.
//
// After a failed operation the contents of the disk are unknown. The flights of that operation are doubtful until the
// next one has written the whole file again. If no publisher causes one, it is tried again after a second, and then
// after pauses of up to a minute. A nil *file stores nothing and never fails. A file is safe for concurrent use.
type file struct {
	disk   disk
	sync   eventlog.Sync
	logger *slog.Logger

	writing sync.Mutex // held during disk operations
	file    diskFile   // nil: the next write makes a new file
	size    int64      // of the good part of file
	full    int64      // the size at which the file is rewritten
	text    []byte

	mu       sync.Mutex        // never held during a disk operation
	lines    map[string]string // the valid lines, by the flight's key; changed only with writing held
	doubtful map[string]bool   // flights about which the file may have another line
	fault    error             // of the last operation
	broken   bool              // the file has to be rewritten before its contents are reliable
	flushing bool              // a timer will sync
	pause    time.Duration     // before the next attempt; 0: none is planned
	closed   bool
}

const (
	grain        = 64 << 10 // bytes by which the file may grow beyond twice the valid lines
	firstPause   = time.Second
	longestPause = time.Minute
)

// openFile returns the file with these lines; a line is "" if the flight has no overrides any more. If there are lines,
// it rewrites the file at once, because lines that an earlier process did not sync would not survive a power failure.
// If that fails, it is tried again later.
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

// put makes lines valid; an empty line ends the overrides of the flight. It blocks until the lines are as durable as
// the log promises. Lines that are valid already need no disk operation. After an error the lines before them are still
// valid. undo makes those valid again: in memory at once, and on disk as soon as that is possible.
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

// force makes lines valid, also if they cannot be written. Then their flights are doubtful, and the write is tried
// again until it succeeds.
func (f *file) force(lines map[string]string) { f.add(lines, true) }

// add writes the lines that are not valid yet.
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

// mend rewrites the file if it is broken.
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

// isBroken reports whether the file has to be rewritten before its contents are reliable.
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

// note stores the error of an operation, nil if it succeeded, and plans the next attempt. It is called with mu held.
func (f *file) note(err error) {
	f.broken = err != nil && f.file == nil
	if !f.broken {
		clear(f.doubtful)
	}
	switch {
	case err == nil && f.fault != nil:
		f.logger.Info("overrides can be stored again")
	case err != nil && f.fault == nil:
		f.logger.Error("overrides cannot be stored; the server tries again", "error", err)
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

// retry rewrites the file, or plans the next attempt.
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

// flush syncs the lines that were written since the last flush.
func (f *file) flush() {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	f.flushing = false
	f.mu.Unlock()
	if f.file == nil {
		return // it will be rewritten and synced
	}
	if err := f.file.Sync(); err != nil {
		f.drop()
		f.mu.Lock()
		defer f.mu.Unlock()
		f.note(err)
	}
}

// write appends lines, or rewrites the file if that is due. It is called with writing held.
func (f *file) write(lines map[string]string) error {
	var worn error
	if f.file == nil || f.size >= f.full {
		if worn = f.rewrite(lines); worn == nil || f.file == nil {
			return worn
		}
		f.full = f.size + grain // the old file is still good
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
		f.file.Truncate(f.size) // or a start after a crash would read the failed lines
		f.drop()
		return err
	}
	f.size += int64(len(f.text))
	return worn
}

// isDoubtful reports whether the file may have another line than the valid one about one of the flights.
func (f *file) isDoubtful(flights []timetable.OverrideChange) bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(flights, func(c timetable.OverrideChange) bool { return f.doubtful[c.Key] })
}

// touchesDoubt reports whether a batch alters a doubtful flight.
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

// health returns the reason why overrides cannot be stored, or nil.
func (f *file) health() error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fault
}

// close syncs and closes the file. Later changes fail.
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
