//go:build unix

package eventlog

import (
	"os"
	"syscall"
)

// lockFile holds the file until it is closed or the process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// syncDir makes the disk keep the folder's names.
func syncDir(dir *os.File) error { return dir.Sync() }
