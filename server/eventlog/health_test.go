package eventlog_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// hungDisk is a disk one of whose operations does not answer until it is released.
type hungDisk struct {
	eventlog.Disk
	write, sync chan struct{} // nil: it answers
}

func (d *hungDisk) WriteAt(b []byte, at int64) (int, error) {
	if d.write != nil {
		<-d.write
	}
	return d.Disk.WriteAt(b, at)
}

func (d *hungDisk) Sync() error {
	if d.sync != nil {
		<-d.sync
	}
	return d.Disk.Sync()
}

func TestHealthAnswersWhileTheDiskHangs(t *testing.T) {
	for _, c := range []struct {
		reason string
		sync   eventlog.Sync
		write  bool          // hangs, or the sync does
		begins time.Duration // after the append
	}{
		{"in a write", eventlog.SyncNever, true, 0},
		{"in a sync that a publisher waits for", eventlog.SyncAlways, false, 0},
		{"in a sync of an interval", eventlog.Sync(time.Second), false, time.Second},
	} {
		t.Run(c.reason, func(t *testing.T) {
			log, _ := open(t, t.TempDir(), c.sync, eventlog.Options{})
			synctest.Test(t, func(t *testing.T) {
				released := make(chan struct{})
				disk := &hungDisk{sync: released}
				if c.write {
					disk.write, disk.sync = released, nil
				}
				eventlog.SetDisk(log, func(d eventlog.Disk) eventlog.Disk { disk.Disk = d; return disk })
				go log.Append(t.Context(), logtest.Addition(1))
				synctest.Wait()
				time.Sleep(c.begins)
				synctest.Wait()
				waited := time.Duration(0)
				for _, at := range []time.Duration{0, 4, 5, 12} {
					at *= time.Second
					time.Sleep(at - waited)
					waited = at
					want := "<nil>"
					if at >= 5*time.Second {
						want = fmt.Sprintf("eventlog: the disk has not answered for %d s", int(at.Seconds()))
					}
					if got := fmt.Sprint(log.Health()); got != want {
						t.Errorf("%v after the disk has begun to hang Health = %s, want %s", at, got, want)
					}
				}
				close(released)
				synctest.Wait()
				if err := log.Health(); err != nil {
					t.Errorf("when the disk has answered Health = %v", err)
				}
				eventlog.SetDisk(log, func(eventlog.Disk) eventlog.Disk { return disk.Disk })
			})
		})
	}
}
