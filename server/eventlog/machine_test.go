package eventlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"

	"flightboard/server/eventlog"
)

var (
	errFault = errors.New("a fault that the test has made")
	errDead  = errors.New("the process has ended")
)

// A machine has a folder in memory. Any step can fail, before or after it has taken effect; the process can end, and
// the power can fail, which leaves of what was not synced any pages of a file and the first names that were changed.
type machine struct {
	mu      sync.Mutex // against the timer with which the log syncs
	random  *rand.Rand
	names   map[string]*inode
	kept    []map[string]*inode // what may be in the folder after a power failure: since the last sync, oldest first
	process int                 // the one that runs; others can do nothing
	fault   func(step string) fault
}

// A fault is what goes wrong at a step.
type fault int

const (
	none   fault = iota
	before       // the step fails and does nothing
	after        // the step takes effect, in part if it can, and fails
	ends         // the step takes effect, in part if it can, and the process ends
)

const page = 64

type inode struct {
	text, kept []byte
	lost       map[int]bool // pages that a failed sync has given up: no later one writes them
}

func newMachine(random *rand.Rand) *machine {
	m := &machine{random: random, names: map[string]*inode{}}
	m.kept = []map[string]*inode{{}}
	return m
}

// folder is the machine's folder for a new process.
func (m *machine) folder() eventlog.Folder {
	m.end()
	return &memFolder{m, m.process}
}

// end ends the process.
func (m *machine) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.process++
}

// fails sets what goes wrong from now on; nil: nothing.
func (m *machine) fails(f func(step string) fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f
}

// powerFails ends the process and loses what was not synced.
func (m *machine) powerFails() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.process++
	m.names = maps.Clone(m.kept[m.random.IntN(len(m.kept))])
	m.kept = []map[string]*inode{maps.Clone(m.names)}
	for _, name := range slices.Sorted(maps.Keys(m.names)) {
		m.names[name].powerFails(m.random)
	}
}

func (n *inode) powerFails(random *rand.Rand) {
	size := []int{len(n.kept), len(n.text)}[random.IntN(2)]
	text := make([]byte, size)
	copy(text, n.kept)
	survive := []int{0, 50, 99, 100}[random.IntN(4)] // percent of the pages, on average
	for at := 0; at < size; at += page {
		if at < len(n.text) && random.IntN(100) < survive && !n.lost[at/page] {
			copy(text[at:min(at+page, size)], n.text[at:])
		}
	}
	n.text, n.kept, n.lost = text, bytes.Clone(text), nil
}

// step returns the error to return, and whether to do the step before.
func (m *machine) step(process int, kind string) (do bool, err error) {
	if process != m.process {
		return false, errDead
	}
	if m.fault == nil {
		return true, nil
	}
	switch m.fault(kind) {
	case before:
		return false, fmt.Errorf("%s: %w", kind, errFault)
	case after:
		return true, fmt.Errorf("%s: %w", kind, errFault)
	case ends:
		m.process++
		return true, errDead
	}
	return true, nil
}

type memFolder struct {
	*machine
	process int
}

func (f *memFolder) Names() ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.names)), nil
}

func (f *memFolder) Open(name string, flag int) (eventlog.Disk, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.names[name]
	if n == nil && flag&os.O_CREATE == 0 {
		return nil, fs.ErrNotExist
	}
	do, err := f.step(f.process, "open "+name)
	if do && n == nil {
		n = new(inode)
		f.change(func() { f.names[name] = n })
	}
	if do && flag&os.O_TRUNC != 0 {
		n.text = nil
	}
	if err != nil {
		return nil, err
	}
	return &memFile{f, n, ""}, nil
}

func (f *memFolder) Lock() eventlog.Disk {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names["lock"] == nil {
		f.names["lock"] = new(inode)
		f.kept[0]["lock"] = f.names["lock"]
	}
	return &memFile{f, f.names["lock"], " the lock"}
}

func (f *memFolder) change(c func()) {
	c()
	f.kept = append(f.kept, maps.Clone(f.names))
}

func (f *memFolder) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	do, err := f.step(f.process, "rename "+to)
	if do {
		f.change(func() { f.names[to] = f.names[from]; delete(f.names, from) })
	}
	return err
}

func (f *memFolder) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names[name] == nil {
		return fs.ErrNotExist
	}
	do, err := f.step(f.process, "remove "+name)
	if do {
		f.change(func() { delete(f.names, name) })
	}
	return err
}

func (f *memFolder) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	do, err := f.step(f.process, "sync the folder")
	if do {
		f.kept = f.kept[len(f.kept)-1:]
	}
	return err
}

func (f *memFolder) Close() error { return nil }

type memFile struct {
	*memFolder
	*inode
	what string
}

func (f *memFile) Size() (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.text)), nil
}

func (f *memFile) ReadAt(b []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return bytes.NewReader(f.text).ReadAt(b, at)
}

func (f *memFile) WriteAt(b []byte, at int64) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do, err := f.step(f.process, "write"+f.what)
	if !do {
		return 0, err
	}
	if err != nil {
		b = b[:f.random.IntN(len(b)+1)]
	}
	if end := int(at) + len(b); end > len(f.text) {
		f.text = append(f.text, make([]byte, end-len(f.text))...)
	}
	copy(f.text[at:], b)
	for p := int(at) / page; p*page < int(at)+len(b); p++ {
		delete(f.lost, p)
	}
	return len(b), err
}

func (f *memFile) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	do, err := f.step(f.process, "truncate")
	if do {
		f.text = f.text[:min(int(size), len(f.text))]
	}
	return err
}

// Sync keeps all pages. When it fails it keeps any of them and gives up the others.
func (f *memFile) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	do, err := f.step(f.process, "sync"+f.what)
	if do {
		f.keep()
	} else if err != errDead {
		f.giveUp(f.random)
		f.keep()
	}
	return err
}

// keep copies the pages of the file to the disk, except those that were given up.
func (n *inode) keep() {
	if len(n.lost) == 0 {
		n.kept = append(n.kept[:0], n.text...)
		return
	}
	kept := bytes.Clone(n.text)
	for p := range n.lost {
		if at, end := p*page, min((p+1)*page, len(kept)); at < end {
			clear(kept[at:end])
			copy(kept[at:end], n.kept[min(at, len(n.kept)):])
		}
	}
	n.kept = kept
}

// giveUp gives up some of the pages that are not kept yet.
func (n *inode) giveUp(random *rand.Rand) {
	if n.lost == nil {
		n.lost = map[int]bool{}
	}
	for at := 0; at < len(n.text); at += page {
		now, kept := n.text[at:min(at+page, len(n.text))], n.kept[min(at, len(n.kept)):]
		if !bytes.HasPrefix(kept, now) && random.IntN(2) == 0 {
			n.lost[at/page] = true
		}
	}
}

func (f *memFile) Close() error { return nil }

func (f *memFile) Named(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if do, err := f.step(f.process, "stat"); !do {
		return err
	}
	if f.names[name] != f.inode {
		return fs.ErrNotExist
	}
	return nil
}
