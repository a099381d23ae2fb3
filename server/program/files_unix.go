//go:build unix

package program

import "syscall"

// mostFiles returns the number of files and sockets that the process may open. Package os has raised it to what the
// system allows.
func mostFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(uint64(limit.Cur), 1<<30))
}
