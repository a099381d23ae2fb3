package eventlog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// orphaned makes a folder as older versions left it: flights 1 and 2, a segment whose compaction could not be finished,
// and flights 3 and 4 in the segment before it.
func orphaned(t *testing.T) (dir, orphan string, positions []eventlog.Position) {
	t.Helper()
	dir = t.TempDir()
	log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{})
	for n := range 4 {
		if n == 2 {
			name, text := eventlog.NewSegment(log)
			orphan = filepath.Join(dir, name)
			write(t, orphan, text)
		}
		positions = append(positions, logtest.Append(t, log, logtest.Addition(n)))
	}
	log.Close()
	return dir, orphan, positions
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func flights(log *eventlog.Log) (numbers string) {
	for _, f := range logtest.Board(log) {
		numbers += f.Number + f.State + " "
	}
	return numbers
}

func TestRecordsAfterAnUnfinishedCompactionAreLoaded(t *testing.T) {
	for _, c := range []struct {
		name, want string
		alter      func(t *testing.T, dir, orphan string)
		snapshot   bool // viewers get one
	}{
		{"when the compaction was the last thing", "LH0 LH1 LH2 LH3 ",
			func(t *testing.T, dir, orphan string) {}, false},
		{"when there were two", "LH0 LH1 LH2 LH3 ", func(t *testing.T, dir, orphan string) {
			first := segments(t, dir)[0]
			text := read(t, first)
			log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{})
			name, later := eventlog.NewSegment(log) // which has flights 3 and 4
			log.Close()
			write(t, filepath.Join(dir, name), later)
			write(t, first, text)
		}, false},
		{"when the predecessor is torn", "LH0 LH1 LH2 LH3 ", func(t *testing.T, dir, orphan string) {
			first := segments(t, dir)[0]
			write(t, first, append(read(t, first), "torn"...))
		}, false},
		// The server did not know of flights 3 and 4 then. Its viewers do not have them.
		{"when a start has gone on in the unfinished segment", "LH0 LH1 LH2 LH3landed LH9 ",
			func(t *testing.T, dir, orphan string) {
				other := t.TempDir()
				copied := filepath.Join(other, filepath.Base(orphan))
				write(t, copied, read(t, orphan))
				log, _ := open(t, other, eventlog.SyncNever, eventlog.Options{})
				logtest.Append(t, log, logtest.Addition(9), logtest.Addition(3))
				logtest.Append(t, log, logtest.State(3, "landed"))
				log.Close()
				write(t, orphan, read(t, copied))
			}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, orphan, positions := orphaned(t)
			c.alter(t, dir, orphan)
			for _, start := range []string{"first", "second", "third"} {
				log, found := open(t, dir, eventlog.SyncNever, eventlog.Options{})
				if got := flights(log); got != c.want || len(found.Dropped) > 0 {
					t.Fatalf("after the %s start the board is %q, want %q; dropped: %v", start, got, c.want, found.Dropped)
				}
				cursor, err := log.Cursor(positions[1].String(), 0)
				if err != nil || cursor.Fresh() != c.snapshot {
					t.Fatalf("after the %s start a viewer gets a snapshot: %v (%v)", start, cursor.Fresh(), err)
				}
				if start != "first" { // an append begins a segment with a board that has everything
					at := logtest.Append(t, log, logtest.Addition(5))
					if at <= positions[3] {
						t.Fatalf("position %d is used again", at)
					}
					logtest.Append(t, log, timetable.Change{Kind: timetable.KindRemove, Flight: logtest.Flight(5)})
				}
				log.Close()
			}
		})
	}
}

func TestRecordsAfterAnUnfinishedCompactionAreKept(t *testing.T) {
	dir, _, _ := orphaned(t)
	first := segments(t, dir)[0]
	text := read(t, first)
	text[len(text)/2] ^= 1
	write(t, first, text)
	_, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
	if err == nil || !strings.Contains(err.Error(), filepath.Base(first)+": damaged at byte") {
		t.Errorf("Open = %v, want where the damage is", err)
	}
	if diff := cmp.Diff(text, read(t, first)); diff != "" {
		t.Error("the damaged segment is altered")
	}
}
