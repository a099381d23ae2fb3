package eventlog_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// open opens the log in a folder and closes it at the test's end, unless the test has.
func open(t *testing.T, dir string, sync eventlog.Sync, o eventlog.Options) (*eventlog.Log, eventlog.Recovery) {
	t.Helper()
	log, found, err := eventlog.Open(dir, sync, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log, found
}

func TestLogOnDisk(t *testing.T) {
	for name, sync := range map[string]eventlog.Sync{"never": eventlog.SyncNever,
		"every second": eventlog.Sync(time.Second)} {
		t.Run("synced "+name, func(t *testing.T) {
			logtest.Run(t, func(t *testing.T, o eventlog.Options) *eventlog.Log {
				log, _ := open(t, t.TempDir(), sync, o)
				return log
			})
		})
	}
}

func TestARestartChangesNothing(t *testing.T) {
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	first := logtest.Append(t, log, logtest.Addition(1))
	for n := 2; n < 50; n++ {
		logtest.Append(t, log, logtest.Addition(n), logtest.State(n, "landing"))
	}
	end, err := log.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := logtest.Append(t, log, logtest.State(1, "landed"))
	before := logtest.Board(log)
	missed := replay(t, log, first)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), logtest.State(1, "gone")); err == nil {
		t.Error("a closed log takes an append")
	}

	log, found := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	if diff := cmp.Diff(eventlog.Recovery{Flights: 49, Head: last}, found); diff != "" {
		t.Errorf("what the start has found (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, logtest.Board(log)); diff != "" {
		t.Errorf("the board after the restart (-before +after):\n%s", diff)
	}
	if got := replay(t, log, first); got != missed {
		t.Errorf("a viewer resumes with other bytes than before the restart:\n%s", cmp.Diff(missed, got))
	}
	if _, err = log.Cursor(end.String(), 0); !errors.Is(err, eventlog.ErrEnded) {
		t.Errorf("Cursor at an end from before the restart = %v, want ErrEnded", err)
	}
	follower, _ := log.Cursor(last.String(), 0)
	next := logtest.Append(t, log, logtest.State(1, "on belt"))
	if next <= last {
		t.Errorf("the first position after the restart is %d, not after %d", next, last)
	}
	if events, _ := logtest.Drain(t, &follower); len(events) != 1 || events[0].ID != next.String() {
		t.Errorf("a viewer at the head gets %d events, want the one at %d", len(events), next)
	}
}

// TestAFolderFromABackupUsesNoPositionAgain loses what was appended after the copy was made, which viewers have seen.
func TestAFolderFromABackupUsesNoPositionAgain(t *testing.T) {
	dir, backup := t.TempDir(), filepath.Join(t.TempDir(), "backup")
	log, _ := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	kept := logtest.Append(t, log, logtest.Addition(0))
	if err := errors.Join(log.Close(), os.CopyFS(backup, os.DirFS(dir))); err != nil {
		t.Fatal(err)
	}
	log, _ = open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	var lost []eventlog.Position
	for n := range 5 {
		lost = append(lost, logtest.Append(t, log, logtest.State(0, "lost "+string(rune('a'+n)))))
	}
	log.Close()

	log, _ = open(t, backup, eventlog.SyncAlways, eventlog.Options{})
	for n := range 10 {
		logtest.Append(t, log, logtest.Addition(1+n))
	}
	for _, p := range lost {
		if c, err := log.Cursor(p.String(), 0); err != nil || !c.Fresh() {
			t.Errorf("a viewer who has seen %d, which the backup has not, gets no snapshot (%v)", p, err)
		}
	}
	resumed, err := log.Cursor(kept.String(), 0)
	if err != nil || resumed.Fresh() {
		t.Fatalf("a viewer who has seen %d, which the backup has, is not resumed (%v)", kept, err)
	}
	if events, _ := logtest.Drain(t, &resumed); len(events) != 10 {
		t.Errorf("it gets %d events, want 10", len(events))
	}
}

// replay returns the bytes of all records after p, ends included.
func replay(t *testing.T, log *eventlog.Log, p eventlog.Position) string {
	t.Helper()
	var all strings.Builder
	for {
		c, err := log.Cursor(p.String(), 0)
		if errors.Is(err, eventlog.ErrEnded) {
			p++
			continue
		}
		if c.Fresh() {
			t.Fatalf("position %d is not in the window", p)
		}
		next := c.Next()
		if len(next.Bytes) == 0 {
			return all.String()
		}
		all.Write(next.Bytes)
		if p = c.Position(); next.Ended {
			c, err := log.Cursor((p + 1).String(), 0)
			if err != nil || c.Fresh() {
				return all.String()
			}
			p++
		}
	}
}

// TestEveryIncompleteEndIsCutAndReported cuts the file at every byte, as a sudden end may, and starts.
func TestEveryIncompleteEndIsCutAndReported(t *testing.T) {
	m := newMachine(rand.New(rand.NewPCG(1, 2)))
	start := func() (*eventlog.Log, eventlog.Recovery, error) {
		return eventlog.OpenIn(m.folder(), eventlog.SyncNever, eventlog.Options{})
	}
	log, _, err := start()
	if err != nil {
		t.Fatal(err)
	}
	var name string
	for name = range m.names {
		if name != "lock" {
			break
		}
	}
	file := m.names[name]
	sizes, boards := []int{len(file.text)}, [][]timetable.Flight{logtest.Board(log)}
	for n := range 4 {
		logtest.Append(t, log, logtest.Addition(n), logtest.State(n, "landing"))
		sizes, boards = append(sizes, len(file.text)), append(boards, logtest.Board(log))
	}
	whole := slices.Clone(file.text)
	for cut := sizes[0]; cut <= sizes[4]; cut++ {
		for _, zeros := range []int{0, 100} { // a file system may have grown the file before it wrote the bytes
			if cut == sizes[4] && zeros > 0 {
				continue
			}
			file.text = append(slices.Clone(whole[:cut]), make([]byte, zeros)...)
			log, found, err := start()
			if err != nil {
				t.Fatalf("cut at byte %d: %v", cut, err)
			}
			acknowledged := 0
			for acknowledged < 4 && sizes[acknowledged+1] <= cut {
				acknowledged++
			}
			if diff := cmp.Diff(boards[acknowledged], logtest.Board(log)); diff != "" {
				t.Fatalf("cut at byte %d: the board (-want +got):\n%s", cut, diff)
			}
			if want := int64(cut + zeros - sizes[acknowledged]); found.Cut != want {
				t.Fatalf("cut at byte %d: %d bytes said to be cut, want %d", cut, found.Cut, want)
			}
			logtest.Append(t, log, logtest.Addition(99))
			log.Close()
			again, found, err := start()
			if err != nil || found.Cut != 0 || len(logtest.Board(again)) != len(boards[acknowledged])+1 {
				t.Fatalf("cut at byte %d: the start after the next append: %v, %+v", cut, err, found)
			}
			again.Close()
		}
	}
}

func TestALogStaysCompactAndWhole(t *testing.T) {
	const history = 256 << 10
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{History: history})
	random := rand.New(rand.NewPCG(3, 4))
	var head eventlog.Position
	for n := range 60000 { // some 6 MB of records
		head = logtest.Append(t, log, timetable.Change{Kind: timetable.KindAdd, Flight: logtest.Flight(random.IntN(100))})
		if n%1000 == 0 && size(t, dir) > 3*history {
			t.Fatalf("after %d appends the folder holds %d bytes", n, size(t, dir))
		}
	}
	before := logtest.Board(log)
	log.Close()
	if n := len(segments(t, dir)); n < 2 {
		t.Fatalf("there are %d segments: nothing was compacted", n)
	}
	log, found := open(t, dir, eventlog.SyncNever, eventlog.Options{History: history})
	if found.Head != head || len(found.Dropped) > 0 {
		t.Errorf("the start has found %+v, want head %d", found, head)
	}
	if diff := cmp.Diff(before, logtest.Board(log)); diff != "" {
		t.Errorf("the board after compaction and restart (-before +after):\n%s", diff)
	}
	if c, _ := log.Cursor((head - 100).String(), 0); c.Fresh() {
		t.Error("a viewer who missed 100 events cannot resume after compaction and restart")
	}
}

func TestAnOldDamagedSegmentCostsOnlyItsWindow(t *testing.T) {
	const history = 256 << 10
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{History: history})
	var head eventlog.Position
	for n := range 5000 {
		head = logtest.Append(t, log, logtest.Addition(n%50))
	}
	before := logtest.Board(log)
	log.Close()
	oldest := segments(t, dir)[0]
	if err := os.WriteFile(oldest, []byte("not a log"), 0o600); err != nil {
		t.Fatal(err)
	}
	log, found := open(t, dir, eventlog.SyncNever, eventlog.Options{History: history})
	if len(found.Dropped) != 1 || !strings.Contains(found.Dropped[0].Error(), filepath.Base(oldest)) {
		t.Errorf("the start says it has dropped %v, want %s", found.Dropped, oldest)
	}
	if diff := cmp.Diff(before, logtest.Board(log)); diff != "" || found.Head != head {
		t.Errorf("head %d, want %d; the board (-want +got):\n%s", found.Head, head, diff)
	}
}

func TestOneProcessHasTheLog(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, eventlog.SyncNever, eventlog.Options{})
	for _, how := range []string{"as it is", "after somebody has removed the lock"} {
		_, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
		if err == nil || !strings.Contains(err.Error(), "in use by another process") {
			t.Errorf("opening it again %s = %v", how, err)
		}
		os.Remove(filepath.Join(dir, "lock"))
	}
}

func TestAFolderMayHaveAnyNameAndOtherFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "board[1]*?")
	for want := range 3 {
		log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{})
		if n := len(logtest.Board(log)); n != want {
			t.Fatalf("start %d finds %d flights", want+1, n)
		}
		logtest.Append(t, log, logtest.Addition(want))
		log.Close()
		write(t, filepath.Join(dir, "server.log"), []byte("of another program"))
	}
}

// TestPublishersThatWaitTogetherShareASync also checks that what was admitted against a group that fails fails with it.
func TestPublishersThatWaitTogetherShareASync(t *testing.T) {
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	synctest.Test(t, func(t *testing.T) {
		slow := &slowDisk{release: make(chan error)}
		eventlog.SetDisk(log, func(d eventlog.Disk) eventlog.Disk { slow.Disk = d; return slow })
		for _, failure := range []error{nil, syscall.EIO} {
			slow.syncs = 0
			var all sync.WaitGroup
			var mu sync.Mutex
			var outcomes []error
			publish := func(changes ...timetable.Change) {
				all.Go(func() {
					_, err := log.Append(t.Context(), changes...)
					mu.Lock()
					defer mu.Unlock()
					outcomes = append(outcomes, err)
				})
			}
			publish(logtest.Addition(1))
			synctest.Wait() // it is at the disk
			for n := 2; n < 20; n++ {
				publish(logtest.Addition(n), logtest.State(1, "landing")) // of a flight that only the first brings
			}
			synctest.Wait()
			slow.release <- failure
			if failure == nil {
				slow.release <- nil
			}
			all.Wait()
			for _, err := range outcomes {
				if !errors.Is(err, failure) {
					t.Errorf("with the disk's answer %v an append = %v", failure, err)
				}
			}
			if want := map[error]int{nil: 2, syscall.EIO: 1}[failure]; slow.syncs != want {
				t.Errorf("19 appends took %d syncs, want %d", slow.syncs, want)
			}
		}
		eventlog.SetDisk(log, func(eventlog.Disk) eventlog.Disk { return slow.Disk })
	})
}

type slowDisk struct {
	eventlog.Disk
	release chan error
	syncs   int
}

func (d *slowDisk) Sync() error {
	d.syncs++
	return <-d.release
}

func TestParseSync(t *testing.T) {
	for text, want := range map[string]eventlog.Sync{"always": 0, "never": -1, "1s": eventlog.Sync(time.Second),
		"50ms": eventlog.Sync(50 * time.Millisecond)} {
		if got, err := eventlog.ParseSync(text); got != want || err != nil {
			t.Errorf("ParseSync(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "sometimes", "0s", "-1s", "5"} {
		if _, err := eventlog.ParseSync(text); err == nil {
			t.Errorf("ParseSync(%q) takes it", text)
		}
	}
}

func segments(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	return names
}

// segment is the only one.
func segment(t *testing.T, dir string) string {
	t.Helper()
	names := segments(t, dir)
	if len(names) != 1 {
		t.Fatalf("%d segments, want 1", len(names))
	}
	return names[0]
}

func size(t *testing.T, dir string) (sum int64) {
	t.Helper()
	for _, name := range segments(t, dir) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}
