package eventlog_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestAnAppendThatIsTooLargeToReadIsRejected(t *testing.T) {
	const limit = 4096
	was := eventlog.SetMaxFrame(limit)
	defer func() { eventlog.SetMaxFrame(was) }()
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{})
	head := logtest.Append(t, log, logtest.Addition(1))
	before := logtest.Board(log)
	var many []timetable.Change
	for n := range 100 {
		many = append(many, logtest.Addition(n))
	}
	_, err := log.Append(t.Context(), many...)
	refused, ok := errors.AsType[*eventlog.RefusedError](err)
	if !ok || len(refused.Changes) != 1 || refused.Changes[0].Index < 30 || refused.Changes[0].Index > 40 {
		t.Fatalf("Append of some 10 KB = %v, want it refused at the change after %d bytes", err, limit)
	}
	if diff := cmp.Diff(before, logtest.Board(log)); diff != "" {
		t.Errorf("what was refused is on the board:\n%s", diff)
	}
	if at := logtest.Append(t, log, many[:30]...); at != head+30 {
		t.Errorf("the next append ends at %d, want %d", at, head+30)
	}
	eventlog.SetMaxFrame(was)
	logtest.Append(t, log, many...) // as older versions wrote it
	eventlog.SetMaxFrame(limit)
	before = logtest.Board(log)
	log.Close()
	log, found := open(t, dir, eventlog.SyncNever, eventlog.Options{})
	if diff := cmp.Diff(before, logtest.Board(log)); diff != "" || found.Cut > 0 {
		t.Errorf("after a restart, %d bytes cut:\n%s", found.Cut, diff)
	}
}

func TestAppendsThatDoNotFitIntoOneGroupDoNotSpoilIt(t *testing.T) {
	defer eventlog.SetMaxFrame(eventlog.SetMaxFrame(4096))
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncAlways, eventlog.Options{})
	synctest.Test(t, func(t *testing.T) {
		slow := &slowDisk{release: make(chan error)}
		eventlog.SetDisk(log, func(d eventlog.Disk) eventlog.Disk { slow.Disk = d; return slow })
		var all sync.WaitGroup
		var taken, turnedAway atomic.Int32
		publish := func(n int) {
			all.Go(func() {
				var changes []timetable.Change
				for i := range 15 {
					changes = append(changes, logtest.Addition(15*n+i))
				}
				if _, err := log.Append(t.Context(), changes...); err == nil {
					taken.Add(1)
				} else if strings.Contains(err.Error(), "too much waits to be written") {
					turnedAway.Add(1)
				}
			})
			synctest.Wait()
		}
		for n := range 6 { // the first goes to the disk; what comes meanwhile is one group
			publish(n)
		}
		slow.release <- nil
		slow.release <- nil
		all.Wait()
		if taken.Load() != 3 || turnedAway.Load() != 3 || len(logtest.Board(log)) != 45 {
			t.Errorf("%d appends are taken and %d turned away, the board has %d flights; want 3, 3 and 45",
				taken.Load(), turnedAway.Load(), len(logtest.Board(log)))
		}
		eventlog.SetDisk(log, func(eventlog.Disk) eventlog.Disk { return slow.Disk })
	})
}

func TestABoardThatIsTooLargeToReadIsNotWritten(t *testing.T) {
	defer eventlog.SetMaxFrame(eventlog.SetMaxFrame(4096))
	dir := t.TempDir()
	log, _ := open(t, dir, eventlog.SyncNever, eventlog.Options{History: 1})
	for n := range 1000 { // some 120 KB
		logtest.Append(t, log, logtest.Addition(n))
	}
	if err := log.Health(); err == nil || !strings.Contains(err.Error(), "at most 4096 can be read again") {
		t.Errorf("Health = %v, want that the board is too large", err)
	}
	log.Close()
	if log, _ = open(t, dir, eventlog.SyncNever, eventlog.Options{History: 1}); len(logtest.Board(log)) != 1000 {
		t.Errorf("after a restart there are %d flights, want 1000", len(logtest.Board(log)))
	}
}
