package eventlog

import (
	"os"
	"path/filepath"
	"syscall"
)

// lockFolder locks a folder until the returned file is closed or the process ends: Windows lets no other process open
// or remove a file that is not shared.
func lockFolder(root *os.Root, _ *os.File) (*os.File, error) {
	path := filepath.Join(root.Name(), lockName)
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS,
		syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), path), nil
}

// syncDir does nothing: NTFS journals renames, and folders cannot be synced.
func syncDir(*os.File) error { return nil }
