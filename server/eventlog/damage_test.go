package eventlog_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// TestDamageInSyncedRecordsIsNotCut alters a folder after the log is closed. The log opens only with Repair; then it
// reports the lost changes and keeps a copy of the damaged file.
func TestDamageInSyncedRecordsIsNotCut(t *testing.T) {
	flip := func(file string, at int) error {
		text, err := os.ReadFile(file)
		text[at] ^= 1
		return errors.Join(err, os.WriteFile(file, text, 0o600))
	}
	type folder struct {
		dir, first, newest string
		ends               []int64 // of the newest segment, after each of its groups; the first is the board's
	}
	for _, c := range []struct {
		name, want string
		damage     func(f folder) error
		left       string // on the board
		kept       string // of the damaged file
	}{
		{"in the middle", "with good records at byte",
			func(f folder) error { return flip(f.newest, int(f.ends[1])-3) }, "LH0 LH1 ", ".damaged-at-"},
		{"in the last group", "the last frame is incomplete",
			func(f folder) error { return flip(f.newest, int(f.ends[2])-3) }, "LH0 LH1 LH2 ", ".damaged-at-"},
		{"of the board", "the board is damaged",
			func(f folder) error { return flip(f.newest, 30) }, "LH0 LH1 ", ".damaged"},
		{"of the first bytes", "not a log",
			func(f folder) error { return flip(f.newest, 1) }, "LH0 LH1 ", ".damaged"},
		{"where the end is missing", "there was more, to byte",
			func(f folder) error { return os.Truncate(f.newest, f.ends[1]) }, "LH0 LH1 LH2 ", ""},
		{"where the newest segment is missing", "is missing",
			func(f folder) error { return os.Remove(f.newest) }, "LH0 LH1 ", ""},
		{"where all segments are missing", "is missing",
			func(f folder) error { return errors.Join(os.Remove(f.first), os.Remove(f.newest)) }, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			log, _ := open(t, dir, eventlog.Sync(time.Hour), eventlog.Options{})
			logtest.Append(t, log, logtest.Addition(0))
			logtest.Append(t, log, logtest.Addition(1))
			eventlog.Compact(log)
			f := folder{dir: dir, first: segments(t, dir)[0], newest: segments(t, dir)[1]}
			for n := range 3 {
				info, err := os.Stat(f.newest)
				if err != nil {
					t.Fatal(err)
				}
				f.ends = append(f.ends, info.Size())
				if n < 2 {
					logtest.Append(t, log, logtest.Addition(2+n))
				}
			}
			log.Close()
			if err := c.damage(f); err != nil {
				t.Fatal(err)
			}
			damaged, _ := os.ReadFile(f.newest)
			for range 2 {
				_, _, err := eventlog.Open(dir, eventlog.Sync(time.Hour), eventlog.Options{})
				if !errors.Is(err, eventlog.ErrDamaged) || !strings.Contains(err.Error(), filepath.Base(f.newest)) ||
					!strings.Contains(err.Error(), c.want) {
					t.Fatalf("Open = %v, want %s", err, c.want)
				}
			}
			log, found := open(t, dir, eventlog.Sync(time.Hour), eventlog.Options{Repair: true})
			if len(found.Lost) != 1 || !strings.Contains(found.Lost[0].Error(), c.want) {
				t.Errorf("with Repair, what is lost is %v, want %s", found.Lost, c.want)
			}
			if got := flights(log); got != c.left {
				t.Errorf("with Repair the board is %q, want %q", got, c.left)
			}
			if c.kept != "" {
				copies, _ := filepath.Glob(f.newest + c.kept + "*")
				if len(copies) != 1 || string(read(t, copies[0])) != string(damaged) {
					t.Errorf("with Repair the copies are %v, want one of what was there", copies)
				}
			}
			logtest.Append(t, log, logtest.Addition(9))
			log.Close()
			log, found = open(t, dir, eventlog.Sync(time.Hour), eventlog.Options{})
			if got := flights(log); got != c.left+"LH9 " || len(found.Lost) > 0 {
				t.Errorf("after that the board is %q, want %q and LH9; lost: %v", got, c.left, found.Lost)
			}
		})
	}
}

// TestHolesInUnsyncedRecordsAreCut simulates a power failure: of the bytes after the last sync, the file system has
// kept the number, and the contents of any pages.
func TestHolesInUnsyncedRecordsAreCut(t *testing.T) {
	for name, c := range map[string]struct {
		sync  eventlog.Sync
		opens bool
		want  string
	}{
		"an interval": {eventlog.Sync(time.Second), true, "LH0 LH1 "},
		"never":       {eventlog.SyncNever, true, "LH0 LH1 "},
		"always":      {eventlog.SyncAlways, false, ""},
	} {
		t.Run("synced "+name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				log, _ := open(t, dir, c.sync, eventlog.Options{})
				logtest.Append(t, log, logtest.Addition(0))
				time.Sleep(2 * time.Second)
				var before int64
				for n := range 4 {
					if n == 1 {
						before = size(t, dir)
					}
					logtest.Append(t, log, logtest.Addition(1+n))
				}
				text, lock := read(t, segment(t, dir)), read(t, filepath.Join(dir, "lock"))
				log.Close()
				clear(text[before+10 : before+50])
				write(t, segment(t, dir), text)
				write(t, filepath.Join(dir, "lock"), lock)
				log, found, err := eventlog.Open(dir, c.sync, eventlog.Options{})
				if !c.opens {
					if !errors.Is(err, eventlog.ErrDamaged) {
						t.Fatalf("Open = %v, want ErrDamaged", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				defer log.Close()
				if got := flights(log); got != c.want {
					t.Errorf("the board is %q, want %q", got, c.want)
				}
				if len(found.Lost) != 1 || !strings.Contains(found.Lost[0].Error(), "2 readable records behind") {
					t.Errorf("what is lost is %v, want 2 records", found.Lost)
				}
			})
		})
	}
}

// TestAFolderOfAnOlderVersionOpens empties the file in which newer versions keep their mark.
func TestAFolderOfAnOlderVersionOpens(t *testing.T) {
	dir := t.TempDir()
	for want := range 3 {
		log, found := open(t, dir, eventlog.Sync(time.Second), eventlog.Options{})
		if n := len(logtest.Board(log)); n != want || len(found.Lost) > 0 {
			t.Fatalf("start %d finds %d flights, lost: %v", want+1, n, found.Lost)
		}
		logtest.Append(t, log, logtest.Addition(want))
		log.Close()
		write(t, filepath.Join(dir, "lock"), nil)
	}
}
