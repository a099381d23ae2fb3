package jetstream

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// If the NATS server's disk is full, changes are refused, and the board stays. When there is room again, every change
// that was acknowledged is there.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("this process may not mount a small disk: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	s := newServer(t)
	s.stop()
	s.options.StoreDir, s.options.JetStreamMaxStore = filepath.Join(dir, "store"), 1<<30 // more than there is
	s.start(t)
	n := run(t, inProcess(s, "board"), eventlog.Options{})
	filler := filepath.Join(dir, "filler")
	os.WriteFile(filler, make([]byte, 14<<20), 0o600) // as much as there is room for
	text := strings.Repeat("x", 200)
	acknowledged := 0
	var full error
	for full == nil && acknowledged < 100_000 {
		change := logtest.Addition(acknowledged)
		change.Flight.Remark = text
		if _, full = n.log.Append(t.Context(), change); full == nil {
			acknowledged++
		}
	}
	t.Logf("after %d changes: %v", acknowledged, full)
	if full == nil {
		t.Fatal("the disk is never full")
	}
	if got := len(logtest.Board(n.log)); got != acknowledged {
		t.Errorf("the board has %d flights, and %d were acknowledged", got, acknowledged)
	}
	if _, err := n.log.Append(t.Context(), logtest.Addition(acknowledged+1)); err == nil {
		t.Error("a later change is acknowledged with a full disk")
	}
	os.Remove(filler)
	s.stop()
	s.start(t)
	for end := time.Now().Add(30 * time.Second); ; {
		if _, err := n.log.Append(t.Context(), logtest.State(0, "landed")); err == nil {
			break
		} else if time.Now().After(end) {
			t.Fatalf("with room on the disk: %v", err)
		}
	}
	late := run(t, inProcess(s, "board"), eventlog.Options{})
	same(t, n, late)
	got := make(map[string]bool)
	for _, f := range logtest.Board(late.log) {
		got[f.Number] = true
	}
	for i := range acknowledged {
		if !got[logtest.Flight(i).Number] {
			t.Fatalf("flight %d was acknowledged, and is lost", i)
		}
	}
}
