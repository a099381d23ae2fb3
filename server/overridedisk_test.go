package main

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

// A memoryDisk is a folder that knows what has been synced. It outlives processes: each works on it through a life.
type memoryDisk struct {
	mu    sync.Mutex
	files map[string]*memoryFile // as processes see them
	safe  map[string]*memoryFile // as they are named after a power failure
}

type memoryFile struct{ text, synced []byte }

func newMemoryDisk() *memoryDisk {
	return &memoryDisk{files: make(map[string]*memoryFile), safe: make(map[string]*memoryFile)}
}

// powerFails leaves what has been synced and, of what has not, as much as chance has it.
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

// A life is one process's use of a disk and of a log. Each step may fail, as the test says.
type life struct {
	log  *eventlog.Log
	disk *memoryDisk

	mu   sync.Mutex
	step func(what string) (done bool, err error) // done: although it fails; nil: all goes well
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

func (l lifeLog) Append(ctx context.Context, changes ...timetable.Change) (eventlog.Position, error) {
	if len(changes) == 0 {
		return l.log.Append(ctx)
	}
	done, err := l.next("log")
	if !done {
		return 0, err
	}
	at, wrong := l.log.Append(ctx, changes...)
	if err != nil {
		return 0, err
	}
	return at, wrong
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
	return &openFile{l, file}, nil
}

func (l lifeDisk) Open(name string) (diskFile, error) {
	if err := l.do("open", func() {}); err != nil {
		return nil, err
	}
	return &openFile{l, l.disk.files[name]}, nil
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

type openFile struct {
	life lifeDisk
	file *memoryFile
}

func (f *openFile) WriteAt(b []byte, at int64) (int, error) {
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

func (f *openFile) Truncate(size int64) error {
	return f.life.do("truncate", func() { f.file.text = f.file.text[:size:size] })
}

func (f *openFile) Sync() error {
	return f.life.do("sync", func() { f.file.synced = slices.Clone(f.file.text) })
}

func (f *openFile) Close() error { return f.life.do("close", func() {}) }
