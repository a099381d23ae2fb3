package eventlog_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// TestAStartNeedsLittleMoreMemoryThanTheHistory opens a log of several segments. The start takes the time that its memory
// takes, so it reads all segments into the same memory, and allocates nothing for a record of an earlier segment.
func TestAStartNeedsLittleMoreMemoryThanTheHistory(t *testing.T) {
	dir, o := t.TempDir(), eventlog.Options{History: 4 << 20}
	log, _ := open(t, dir, eventlog.SyncNever, o)
	for n := range 50_000 {
		logtest.Append(t, log, logtest.Addition(n%100))
	}
	log.Close()
	disk := 0
	for _, name := range segments(t, dir) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		disk += int(info.Size())
	}
	if n := len(segments(t, dir)); n < 4 {
		t.Fatalf("%s has %d segments, want several", filepath.Base(dir), n)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	open(t, dir, eventlog.SyncNever, o)
	runtime.ReadMemStats(&after)
	if bytes := int(after.TotalAlloc - before.TotalAlloc); bytes > 2*disk {
		t.Errorf("a start with %d bytes on disk allocates %d, want twice as many at most", disk, bytes)
	}
}
