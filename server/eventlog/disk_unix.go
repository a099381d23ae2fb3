//go:build unix

package eventlog

import (
	"os"
	"syscall"
)

// lockFolder locks a folder until it and the returned file are closed, or the process ends or crashes. Older versions
// lock only the file. Another process can lock a new file if the first is removed, so the folder itself is locked as
// well. Some network file systems have no locks for folders.
func lockFolder(root *os.Root, dir *os.File) (file *os.File, err error) {
	if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == syscall.EWOULDBLOCK {
		return nil, err
	}
	if file, err = root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// syncDir syncs the names of the folder's files to the disk.
func syncDir(dir *os.File) error { return dir.Sync() }
