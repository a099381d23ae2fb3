package eventlog_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// large fills a log with flights of which a snapshot has some 100 bytes each.
func large(t *testing.T, flights int) *eventlog.Log {
	log := eventlog.New(eventlog.Options{})
	changes := make([]timetable.Change, flights)
	for n := range changes {
		f := logtest.Flight(n)
		f.Remark = strings.Repeat("x", 30)
		changes[n] = timetable.Change{Kind: timetable.KindAdd, Flight: f}
	}
	logtest.Append(t, log, changes...)
	return log
}

// Many new viewers must not delay the publisher: while a large board changes, they share a snapshot and get the later
// changes as events.
func TestNewcomersToALargeBoardShareASnapshotWhileItChanges(t *testing.T) {
	for _, form := range []eventlog.Form{0, eventlog.Gzip, eventlog.Batch | eventlog.Gzip} {
		synctest.Test(t, func(t *testing.T) {
			log := large(t, 20_000)
			encodings := map[*byte]bool{}
			for n := range 100 { // within a second
				c, err := log.Cursor("", form)
				if err != nil {
					t.Fatal(err)
				}
				c.Wrap(nil) // the gzip header goes out, which would be copied with the snapshot
				first := c.Next().Bytes
				encodings[&first[0]] = true
				at := logtest.Append(t, log, logtest.State(n, "landed"))
				time.Sleep(10 * time.Millisecond)
				for c.Next().Bytes != nil {
				}
				if c.Position() != at {
					t.Fatalf("form %d: the cursor is at %d, want %d", form, c.Position(), at)
				}
			}
			if n := len(encodings); n < 2 || n > 12 {
				t.Errorf("form %d: 100 newcomers within a second got %d encodings of the board, want 2 to 12", form, n)
			}
			time.Sleep(2 * time.Second)
			at := logtest.Append(t, log, logtest.State(0, "arrived"))
			time.Sleep(time.Second)
			c, _ := log.Cursor("", form)
			c.Wrap(nil)
			if c.Next(); c.Position() != at {
				t.Errorf("form %d: when nobody else asks, a snapshot is at %d, want the head, %d", form, c.Position(), at)
			}
		})
	}
}

// When the budget is spent, a replay from an ID that no other viewer has is copied and not compressed.
func TestReplaysFromAnyIDsAreCompressedWithinABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := large(t, 20_000) // so that long replays cost less than a snapshot
		var first, last eventlog.Position
		for n := range 10_000 {
			last = logtest.Append(t, log, logtest.State(n, "landed"))
			if n == 0 {
				first = last
			}
		}
		time.Sleep(time.Second)
		stored := 0
		for n := range 400 {
			c, err := log.Cursor((first + eventlog.Position(n)).String(), eventlog.Gzip)
			if err != nil {
				t.Fatal(err)
			}
			c.Wrap(nil)
			if next := c.Next(); len(next.Bytes) > 32<<10 {
				stored++
			}
			for c.Next().Bytes != nil {
			}
			if c.Position() != last {
				t.Fatalf("the replay has ended at %d, want %d", c.Position(), last)
			}
		}
		if stored < 300 {
			t.Errorf("of 400 replays from IDs of their own %d were not compressed, want at least 300", stored)
		}
	})
}

// Viewers that have stopped reading keep the same memory of one snapshot.
func TestViewersShareTheMemoryOfASnapshot(t *testing.T) {
	log := large(t, 10_000)
	log.Snapshot()
	held := make([][]byte, 0, 200)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range cap(held) {
		c, _ := log.Cursor("", eventlog.Gzip)
		c.Chunked()
		c.Wrap([]byte("retry: 1000\n"))
		held = append(held, c.Next().Bytes)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("%d snapshots of %d bytes took %d bytes", len(held), len(held[0]), grown)
	}
}

// A board of 100,000 flights is encoded once for a thousand viewers who come at the same time, once more for those who
// need it in chunks, and compressed once.
func TestAThousandNewcomersShareOneEncoding(t *testing.T) {
	log := eventlog.New(eventlog.Options{Flights: -1})
	changes := make([]timetable.Change, 100_000)
	for n := range changes {
		changes[n] = logtest.Addition(n)
	}
	at := logtest.Append(t, log, changes...)
	for _, form := range []eventlog.Form{0, eventlog.Batch, eventlog.Gzip, eventlog.Batch | eventlog.Gzip} {
		texts := make([]*byte, 1000)
		var viewers sync.WaitGroup
		for n := range texts {
			viewers.Go(func() {
				c, err := log.Cursor("", form)
				if err != nil {
					t.Error(err)
					return
				}
				if n%2 == 1 {
					c.Chunked()
				}
				c.Wrap(nil) // the gzip header goes out, which would be copied with the snapshot
				first := c.Next()
				if c.Position() != at || first.Events != 1 {
					t.Errorf("form %s: the cursor is at %d after %d events, want %d after 1", form, c.Position(), first.Events, at)
				}
				texts[n] = unsafe.SliceData(first.Bytes)
			})
		}
		viewers.Wait()
		for n, text := range texts {
			if text != texts[n%2] {
				t.Fatalf("form %s: viewer %d has an encoding of its own", form, n)
			}
		}
	}
}
