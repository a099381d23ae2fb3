package eventlog

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// folder has the operations of a folder that the store uses. Tests replace it with a failing one.
type folder interface {
	Names() ([]string, error) // of all files, sorted
	Open(name string, flag int) (disk, error)
	Lock() disk // the file whose lock keeps other processes out of the folder
	Rename(from, to string) error
	Remove(name string) error
	Sync() error // syncs the names to the disk
	Close() error
}

// disk has the operations of a file that the store uses.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Size() (int64, error)
	Truncate(size int64) error
	Sync() error
	Close() error
	Named(name string) error // nil, or fs.ErrNotExist if the file no longer has this name
}

const lockName = "lock"

// An osFolder is a folder of the operating system. It stays open, so that Sync needs no free descriptor. On Windows,
// files that are opened below an [os.Root] can be renamed while they are open.
type osFolder struct {
	*os.Root
	dir, lock *os.File
}

// openFolder opens a folder, or makes one, for this process alone.
func openFolder(path string) (f *osFolder, err error) {
	if err := makeDir(path); err != nil {
		return nil, fmt.Errorf("eventlog: %w", err)
	}
	f = new(osFolder)
	if f.Root, err = os.OpenRoot(path); err != nil {
		return nil, fmt.Errorf("eventlog: %w", err)
	}
	if f.dir, err = f.Root.Open("."); err != nil {
		f.Close()
		return nil, fmt.Errorf("eventlog: %w", err)
	}
	if f.lock, err = lockFolder(f.Root, f.dir); err != nil {
		f.Close()
		return nil, fmt.Errorf("eventlog: %s is in use by another process: %w", path, err)
	}
	return f, nil
}

// makeDir makes a folder, and those above it, so that they survive a power failure.
func makeDir(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	above := filepath.Dir(filepath.Clean(path))
	if above != path {
		if err := makeDir(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	dir, err := os.Open(above)
	if err != nil {
		return err
	}
	defer dir.Close()
	return syncDir(dir)
}

func (f *osFolder) Names() (names []string, err error) {
	entries, err := fs.ReadDir(f.FS(), ".")
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (f *osFolder) Open(name string, flag int) (disk, error) {
	file, err := f.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return &osFile{file, f.Root.Name()}, nil
}

func (f *osFolder) Lock() disk { return &osFile{f.lock, f.Root.Name()} }

func (f *osFolder) Sync() error { return syncDir(f.dir) }

func (f *osFolder) Close() error {
	if f.dir != nil {
		f.dir.Close()
	}
	if f.lock != nil {
		f.lock.Close()
	}
	return f.Root.Close()
}

type osFile struct {
	*os.File
	folder string
}

func (f *osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Named looks the name up from the folder's path, where the next start will look.
func (f *osFile) Named(name string) error {
	own, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(filepath.Join(f.folder, name))
	if err == nil && !os.SameFile(own, there) {
		err = fs.ErrNotExist
	}
	return err
}

// readFile returns the contents of the file, in the buffer if they fit.
func readFile(d disk, buffer []byte) ([]byte, error) {
	size, err := d.Size()
	if err != nil {
		return nil, err
	}
	text := slices.Grow(buffer[:0], int(size))[:size]
	_, err = io.ReadFull(io.NewSectionReader(d, 0, size), text)
	return text, err
}
