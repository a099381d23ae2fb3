package fanout

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
)

func TestARushEndsOnce(t *testing.T) {
	for _, c := range []struct {
		reason string
		came   []uint32 // in each second
		over   int      // the second after which the rush is over; -1: there is none
	}{
		{"nobody comes", []uint32{0, 0, 0}, -1},
		{"a few come", []uint32{rushHour - 1, 0, rushHour - 1, 0}, -1},
		{"a rush and then nobody", []uint32{rushHour, 0, 0, 0}, 1},
		{"a rush of seconds, and then a few", []uint32{5000, 4000, 11, 10, 10}, 3},
	} {
		r, arrivals, over := rush{}, uint32(0), -1
		for second, came := range c.came {
			arrivals += came
			if r.over(arrivals) {
				if over >= 0 {
					t.Errorf("%s: the rush is over in second %d, and again in second %d", c.reason, over, second)
				}
				over = second
			}
		}
		if over != c.over {
			t.Errorf("%s: the rush is over in second %d, want %d", c.reason, over, c.over)
		}
	}
}

func TestAfterARushMemoryIsFreedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(eventlog.New(eventlog.Options{}), Options{Interval: time.Hour, Heartbeat: noHeartbeat,
			Left: func(*Viewer, error) {}, Measures: new(Measures)})
		ctx, stop := context.WithCancel(t.Context())
		go p.Run(ctx)
		defer synctest.Wait()
		defer stop()
		forced := func() uint32 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.NumForcedGC
		}
		before := forced()
		p.arrivals.Add(rushHour)
		time.Sleep(1500 * time.Millisecond) // the bubble's time
		if n := forced() - before; n != 0 {
			t.Errorf("memory was freed %d times during the rush", n)
		}
		time.Sleep(time.Minute)
		if n := forced() - before; n != 1 {
			t.Errorf("memory was freed %d times after the rush, want once", n)
		}
	})
}
