package override

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A memoryDisk is a folder that distinguishes synced bytes from others. It outlives processes: each uses it by a life.
type memoryDisk struct {
	mu    sync.Mutex
	files map[string]*memoryFile // as processes see them
	safe  map[string]*memoryFile // as they are named after a power failure
}

type memoryFile struct{ text, synced []byte }

func newMemoryDisk() *memoryDisk {
	return &memoryDisk{files: make(map[string]*memoryFile), safe: make(map[string]*memoryFile)}
}

// powerFails keeps the synced bytes and a random part of the others.
func (d *memoryDisk) powerFails(random *rand.Rand) {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := make(map[string]*memoryFile)
	for name, file := range d.files {
		if d.safe[name] != file && random.IntN(2) == 0 {
			file = d.safe[name]
		}
		if file == nil {
			continue
		}
		text := slices.Clone(file.synced)
		if strings.HasPrefix(string(file.text), string(text)) {
			text = slices.Clone(file.text[:len(text)+random.IntN(len(file.text)-len(text)+1)])
		}
		after[name] = &memoryFile{text, text}
	}
	d.files, d.safe = after, maps.Clone(after)
}

// A life is one process's use of a disk and of a log. The test decides which steps fail.
type life struct {
	log  *eventlog.Log
	disk *memoryDisk

	mu   sync.Mutex
	step func(what string) (done bool, err error) // done: although it fails; nil: all goes well
	died error                                    // why what the log has taken is not acknowledged; nil: it is
}

var (
	errDies = errors.New("the process ends")
	errDead = errors.New("the process has ended") // what it does now is not done
)

func (l *life) fails(step func(what string) (done bool, err error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.step = step
}

func (l *life) next(what string) (done bool, err error) {
	l.mu.Lock()
	step := l.step
	l.mu.Unlock()
	if step == nil {
		return true, nil
	}
	done, err = step(what)
	return done || err == nil, err
}

type lifeLog struct{ *life }

func (l lifeLog) Read(f func(b *timetable.Board, at eventlog.Position)) { l.log.Read(f) }

func (l lifeLog) SetKeeper(k eventlog.Keeper) { l.log.SetKeeper(lifeKeeper{l.life, k}) }

func (l lifeLog) Update(ctx context.Context, merge func(*timetable.Batch) error) (eventlog.Position, error) {
	at, err := l.log.Update(ctx, merge)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil && l.died != nil {
		return 0, l.died // the process has ended before it could acknowledge it
	}
	return at, err
}

// A lifeKeeper lets the log fail after the file was written.
type lifeKeeper struct {
	*life
	eventlog.Keeper
}

func (k lifeKeeper) Keep(b *timetable.Batch) (func() error, func(error)) {
	keep, kept := k.Keeper.Keep(b)
	if kept == nil {
		kept = func(error) {}
	}
	return func() error {
		if keep != nil {
			if err := keep(); err != nil {
				return err
			}
		}
		done, err := k.next("log")
		if done && err != nil {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.died = err
			return nil
		}
		return err
	}, kept
}

// reopen returns the log as a process has it that starts now: without overrides and provenance.
func reopen(log *eventlog.Log) *eventlog.Log {
	again := eventlog.New(eventlog.Options{})
	var board timetable.Report
	log.Read(func(b *timetable.Board, _ eventlog.Position) {
		board = timetable.Report{Change: b.Snapshot(), Published: true}
	})
	if _, _, err := again.Publish(context.Background(), board); err != nil {
		panic(err)
	}
	return again
}

// publish publishes reports as package publish does.
func (o *Overrides) publish(ctx context.Context, reports ...timetable.Report) (
	outcomes []timetable.Outcome, at eventlog.Position, err error,
) {
	at, err = o.Update(ctx, func(b *timetable.Batch) (err error) {
		outcomes, err = eventlog.Merge(b, reports)
		return err
	})
	return outcomes, at, err
}

// overrides returns the overrides of a log.
func overrides(log *eventlog.Log) map[string]*timetable.OverriddenFlight {
	all := make(map[string]*timetable.OverriddenFlight)
	log.Read(func(b *timetable.Board, _ eventlog.Position) { maps.Insert(all, b.Overrides()) })
	return all
}

type lifeDisk struct{ *life }

func (l lifeDisk) Read(name string) ([]byte, error) {
	l.disk.mu.Lock()
	defer l.disk.mu.Unlock()
	if file := l.disk.files[name]; file != nil {
		return slices.Clone(file.text), nil
	}
	return nil, fs.ErrNotExist
}

func (l lifeDisk) do(what string, f func()) error {
	done, err := l.next(what)
	l.disk.mu.Lock()
	defer l.disk.mu.Unlock()
	if done {
		f()
	}
	return err
}

func (l lifeDisk) Create(name string) (diskFile, error) {
	file := new(memoryFile)
	if err := l.do("create", func() { l.disk.files[name] = file }); err != nil {
		return nil, err
	}
	return &memoryHandle{l, file}, nil
}

func (l lifeDisk) Open(name string) (diskFile, error) {
	if err := l.do("open", func() {}); err != nil {
		return nil, err
	}
	return &memoryHandle{l, l.disk.files[name]}, nil
}

func (l lifeDisk) Rename(from, to string) error {
	if err := l.do("rename", func() {
		l.disk.files[to] = l.disk.files[from]
		delete(l.disk.files, from) // its durable name is of no account
	}); err != nil {
		return err
	}
	return l.do("sync folder", func() { l.disk.safe[to] = l.disk.files[to] })
}

type memoryHandle struct {
	life lifeDisk
	file *memoryFile
}

func (f *memoryHandle) WriteAt(b []byte, at int64) (int, error) {
	done, err := f.life.next("write")
	if errors.Is(err, errDead) {
		return 0, err
	}
	if !done {
		b = b[:len(b)/2]
	}
	f.life.disk.mu.Lock()
	defer f.life.disk.mu.Unlock()
	f.file.text = append(f.file.text[:at:at], b...)
	return len(b), err
}

func (f *memoryHandle) Truncate(size int64) error {
	return f.life.do("truncate", func() { f.file.text = f.file.text[:size:size] })
}

func (f *memoryHandle) Sync() error {
	return f.life.do("sync", func() { f.file.synced = slices.Clone(f.file.text) })
}

func (f *memoryHandle) Close() error { return f.life.do("close", func() {}) }
