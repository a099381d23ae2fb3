package override

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// disk has the operations of a folder that a file uses. Tests replace it with a failing one.
type disk interface {
	Read(name string) ([]byte, error)
	Create(name string) (diskFile, error) // empty
	Open(name string) (diskFile, error)   // as it is
	Rename(from, to string) error         // neither file is open; after nil, it survives a power failure
}

type diskFile interface {
	WriteAt(b []byte, at int64) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// osDisk is a folder of the operating system.
type osDisk string

func (d osDisk) path(name string) string { return filepath.Join(string(d), name) }

func (d osDisk) Read(name string) ([]byte, error) { return os.ReadFile(d.path(name)) }

func (d osDisk) Create(name string) (diskFile, error) {
	return d.open(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
}

func (d osDisk) Open(name string) (diskFile, error) { return d.open(name, os.O_WRONLY) }

// open does not return a nil *os.File as a diskFile, which would not be nil.
func (d osDisk) open(name string, flag int) (diskFile, error) {
	file, err := os.OpenFile(d.path(name), flag, 0o600)
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (d osDisk) Rename(from, to string) error {
	if err := os.Rename(d.path(from), d.path(to)); err != nil || runtime.GOOS == "windows" {
		return err // NTFS journals renames, and folders cannot be synced
	}
	folder, err := os.Open(string(d))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// rewrite writes all valid lines to a new file, with the given lines in the place of those about the same flights, and
// replaces the old file by it. Both are closed before the rename, because Windows renames no open file and none over an
// open one. If a step before that fails, the old file stays in use.
func (f *file) rewrite(lines map[string]string) error {
	all := maps.Clone(f.lines)
	maps.Copy(all, lines)
	f.text = f.text[:0]
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if all[key] != "" {
			f.text = append(append(f.text, all[key]...), '\n')
		}
	}
	file, err := f.disk.Create(newFileName)
	if err != nil {
		return err
	}
	if _, err = file.WriteAt(f.text, 0); err == nil {
		err = file.Sync()
	}
	if err != nil {
		file.Truncate(0) // frees its space on a full disk
		file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	f.drop()
	if err := f.disk.Rename(newFileName, fileName); err != nil {
		return err
	}
	if file, err = f.disk.Open(fileName); err != nil {
		return err
	}
	f.file, f.size = file, int64(len(f.text))
	f.full = 2*f.size + grain
	return nil
}

// drop closes the file in use. The next write makes a new one.
func (f *file) drop() {
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
}
