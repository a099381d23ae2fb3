//go:build linux || darwin

package eventlog_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// TestWithFewFreeDescriptorsNothingIsLost lets compactions have no more than some free descriptors.
func TestWithFewFreeDescriptorsNothingIsLost(t *testing.T) {
	for free := range 3 {
		dir := t.TempDir()
		log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{History: 256 << 10})
		restore := leaveFree(t, free)
		for n := range 500 { // some 120 KB: two compactions
			changes := make([]timetable.Change, 3)
			for i := range changes {
				changes[i] = logtest.Addition(n%50*3 + i)
			}
			logtest.Append(t, log, changes...)
		}
		restore()
		before := logtest.Board(log)
		log.Close()
		log, found := open(t, dir, eventlog.SyncNever, eventlog.Options{History: 256 << 10})
		if diff := cmp.Diff(before, logtest.Board(log)); diff != "" || len(found.Dropped) > 0 {
			t.Errorf("with %d free descriptors the start drops %v; the board (-before +after):\n%s", free, found.Dropped, diff)
		}
		log.Close()
	}
}

// leaveFree limits the number of files that this process can still open, until restore is called.
func leaveFree(t *testing.T, free int) (restore func()) {
	t.Helper()
	var files []*os.File
	for range free + 1 {
		file, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	limit := uint64(files[free].Fd())
	for _, file := range files {
		file.Close()
	}
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	now := was
	now.Cur = limit
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
		t.Fatal(err)
	}
	restore = func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was) }
	t.Cleanup(restore)
	return restore
}
