package eventlog_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// badDisk fails as told.
type badDisk struct {
	eventlog.Disk
	write, sync error
	torn        int // bytes that are written before the error
}

func (d *badDisk) WriteAt(b []byte, at int64) (int, error) {
	if d.write != nil {
		n, _ := d.Disk.WriteAt(b[:min(d.torn, len(b))], at)
		return n, d.write
	}
	return d.Disk.WriteAt(b, at)
}

func (d *badDisk) Sync() error {
	if d.sync != nil {
		return d.sync
	}
	return d.Disk.Sync()
}

func TestAFullDiskRejectsAppendsAndRecovers(t *testing.T) {
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	head := logtest.Append(t, log, logtest.Addition(1))
	disk := &badDisk{write: syscall.ENOSPC, torn: 20}
	eventlog.SetDisk(log, func(d eventlog.Disk) eventlog.Disk { disk.Disk = d; return disk })
	before := logtest.Board(log)
	for range 3 {
		if _, err := log.Append(t.Context(), logtest.Addition(2)); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("Append on a full disk = %v", err)
		}
	}
	if diff := cmp.Diff(before, logtest.Board(log)); diff != "" {
		t.Errorf("what was refused is on the board:\n%s", diff)
	}
	if c, _ := log.Cursor(head.String(), 0); c.Fresh() {
		t.Error("viewers cannot resume while the disk is full")
	}
	if err := log.Health(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Health = %v, want the reason", err)
	}
	disk.write = nil
	at := logtest.Append(t, log, logtest.Addition(2))
	if err := log.Health(); err != nil || at != head+1 {
		t.Errorf("after space was made: position %d, want %d; Health = %v", at, head+1, err)
	}
	before = logtest.Board(log)
	log.Close()
	log, found := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	if diff := cmp.Diff(before, logtest.Board(log)); diff != "" || found.Cut != 0 {
		t.Errorf("after a restart, %d bytes cut:\n%s", found.Cut, diff)
	}
}

func TestAfterAFailedSyncNothingIsPromisedAnyMore(t *testing.T) {
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	logtest.Append(t, log, logtest.Addition(1))
	disk := &badDisk{sync: syscall.EIO}
	eventlog.SetDisk(log, func(d eventlog.Disk) eventlog.Disk { disk.Disk = d; return disk })
	if _, err := log.Append(t.Context(), logtest.Addition(2)); !errors.Is(err, syscall.EIO) {
		t.Fatalf("Append = %v", err)
	}
	disk.sync = nil // the kernel would report success now; it has dropped the pages that it could not write
	if _, err := log.Append(t.Context(), logtest.Addition(2)); err == nil || log.Health() == nil {
		t.Errorf("the next Append = %v, Health = %v, want both to fail", err, log.Health())
	}
	if n := len(logtest.Board(log)); n != 1 {
		t.Errorf("the board has %d flights, want 1", n)
	}
}

func TestAFolderThatIsTakenAwayIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name string
		take func(dir, segment string) error
		back func(dir string) error // nil: there is no way
	}{
		{"the folder is removed", func(dir, _ string) error { return os.RemoveAll(dir) }, nil},
		{"the segment is removed", func(_, segment string) error { return os.Remove(segment) }, nil},
		{"the segment is replaced by a copy", func(_, segment string) error {
			text, err := os.ReadFile(segment)
			return errors.Join(err, os.Remove(segment), os.WriteFile(segment, text, 0o600))
		}, nil},
		{"the folder is renamed, and back", func(dir, _ string) error { return os.Rename(dir, dir+".away") },
			func(dir string) error { return os.Rename(dir+".away", dir) }},
	} {
		for name, sync := range map[string]eventlog.Sync{"always": eventlog.SyncAlways, "never": eventlog.SyncNever} {
			t.Run(c.name+", synced "+name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "log")
				synctest.Test(t, func(t *testing.T) {
					log, _ := open(t, dir, sync, eventlog.Options{})
					logtest.Append(t, log, logtest.Addition(1))
					if err := c.take(dir, segment(t, dir)); err != nil {
						t.Fatal(err)
					}
					if sync != eventlog.SyncAlways {
						time.Sleep(time.Second)
					}
					log.Health() // looks
					synctest.Wait()
					if err := log.Health(); !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("before an append Health = %v, want the reason", err)
					}
					for n := range 3 {
						if _, err := log.Append(t.Context(), logtest.Addition(2+n)); !errors.Is(err, fs.ErrNotExist) {
							t.Fatalf("Append = %v, want it refused", err)
						}
					}
					if err := log.Health(); !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("Health = %v, want the reason", err)
					}
					if c.back == nil {
						if err := log.Close(); !errors.Is(err, fs.ErrNotExist) {
							t.Errorf("Close = %v, want what is lost", err)
						}
						return
					}
					if err := c.back(dir); err != nil {
						t.Fatal(err)
					}
					logtest.Append(t, log, logtest.Addition(2))
					if err := errors.Join(log.Health(), log.Close()); err != nil {
						t.Errorf("with the folder back, Health and Close = %v", err)
					}
				})
			})
		}
	}
}
