package eventlog_test

import (
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestLogInMemory(t *testing.T) {
	logtest.Run(t, func(_ *testing.T, o eventlog.Options) *eventlog.Log { return eventlog.New(o) })
}

func TestWakesAtOnceAfterAPauseAndThenOnceATick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{Tick: 5 * time.Millisecond})
		began := time.Now()
		woken := make(chan time.Duration, 100)
		stop := make(chan struct{})
		go func() {
			for {
				select {
				case <-log.Wake():
					woken <- time.Since(began)
				case <-stop:
					return
				}
			}
		}()
		synctest.Wait()
		for n := range 30 { // one a millisecond
			logtest.Append(t, log, logtest.Addition(n))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		logtest.Append(t, log, logtest.Addition(30))
		synctest.Wait()
		close(stop)
		close(woken)
		var got []time.Duration
		for at := range woken {
			got = append(got, at)
		}
		want := []time.Duration{0, 5, 10, 15, 20, 25, 30, 1030}
		if len(got) != len(want) {
			t.Fatalf("woken at %v, want at %v ms", got, want)
		}
		for i := range want {
			if got[i] != want[i]*time.Millisecond {
				t.Errorf("wake-up %d came at %v, want %v ms", i+1, got[i], want[i])
			}
		}
	})
}

func TestATickIsAsLongAsFollowersNeed(t *testing.T) {
	for _, c := range []struct {
		reason string
		needs  [2]time.Duration // of two followers
		events int              // a millisecond
		want   time.Duration
	}{
		{"they do not say what they need", [2]time.Duration{}, 1, 6 * time.Millisecond},
		{"few viewers, who hear sooner", [2]time.Duration{10 * time.Microsecond, 0}, 1, 2 * time.Millisecond},
		{"four times what they need together", [2]time.Duration{500 * time.Microsecond, 250 * time.Microsecond}, 1,
			3 * time.Millisecond},
		{"so many that the tick is at its longest", [2]time.Duration{4 * time.Millisecond, 0}, 1, 6 * time.Millisecond},
		{"a third longer when many events share it", [2]time.Duration{4 * time.Millisecond, 0}, 2, 8 * time.Millisecond},
		{"not where few viewers can have them sooner", [2]time.Duration{10 * time.Microsecond, 0}, 9, 2 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			log := eventlog.New(eventlog.Options{})
			ended := make(chan struct{})
			var wakes []time.Time
			go func() {
				defer close(ended)
				for range 5 {
					<-log.Wake()
					wakes = append(wakes, time.Now())
					for _, d := range c.needs {
						log.Worked(d)
					}
				}
			}()
			synctest.Wait()
			for n := range 40 {
				for i := range c.events {
					logtest.Append(t, log, logtest.Addition(n*c.events+i))
				}
				time.Sleep(time.Millisecond)
			}
			<-ended
			if got := wakes[4].Sub(wakes[3]); got != c.want {
				t.Errorf("a tick is %v, want %v: %s", got, c.want, c.reason)
			}
		})
	}
}

// TestARoundGetsNoSecondTick has two followers whose rounds take longer than a tick, and overlap.
func TestARoundGetsNoSecondTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		logtest.Append(t, log, logtest.Addition(0))
		wake := log.Wake()
		woken := func() bool {
			select {
			case <-wake:
				return true
			default:
				return false
			}
		}
		log.BeginRound()
		log.BeginRound()
		for n := range 20 { // the first is due within a tick, the others after it
			time.Sleep(time.Millisecond)
			logtest.Append(t, log, logtest.Addition(n))
		}
		log.EndRound(20 * time.Millisecond)
		time.Sleep(20 * time.Millisecond)
		if woken() {
			t.Error("followers are woken in the middle of a round")
		}
		log.EndRound(40 * time.Millisecond)
		if !woken() {
			t.Error("followers are not woken when the last round has ended")
		}
		wake = log.Wake()
		time.Sleep(time.Second)
		log.BeginRound()
		logtest.Append(t, log, logtest.Addition(1))
		if woken() {
			t.Error("after a pause followers are woken in the middle of a round")
		}
		log.EndRound(time.Millisecond)
		if !woken() {
			t.Error("what came in a round after a pause wakes nobody when it ends")
		}
	})
}

func TestAPositionIsNeverUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := eventlog.New(eventlog.Options{})
		last := eventlog.Position(0)
		for n := range 100 {
			last = logtest.Append(t, first, logtest.Addition(n))
		}
		time.Sleep(time.Millisecond) // restarts are never faster
		second := eventlog.New(eventlog.Options{})
		second.Read(func(_ *timetable.Board, at eventlog.Position) {
			if at < last {
				t.Errorf("another life of the log begins at %d, before the last position of the first, %d", at, last)
			}
		})
		if c, _ := second.Cursor(last.String(), 0); !c.Fresh() {
			t.Error("a viewer of the first life was resumed in the second")
		}
	})
}

// TestAReportWithoutAStampIsAsNewAsItsAppend has a report that comes again after a manual one.
func TestAReportWithoutAStampIsAsNewAsItsAppend(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	gate := func(gate string, stamp int64) timetable.Report {
		return timetable.Report{Change: timetable.Change{Kind: timetable.KindPut, Named: timetable.FieldGate.Bit(),
			Flight: timetable.Flight{Number: "LH1", Gate: gate}}, Stamp: stamp}
	}
	for _, r := range []timetable.Report{gate("1", 1), gate("2", 0), gate("1", 1)} {
		if _, _, err := log.Publish(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if got := logtest.Board(log)[0].Gate; got != "2" {
		t.Errorf("the gate is %q, want that of the manual report", got)
	}
}

func TestHistoryStaysWithinItsBytes(t *testing.T) {
	for _, limit := range []int{16 << 10, 1 << 20} {
		log := eventlog.New(eventlog.Options{History: limit})
		for n := range 20000 {
			logtest.Append(t, log, logtest.Addition(n%100))
			if size := eventlog.Size(log); size > limit {
				t.Fatalf("after %d records the history of %d bytes holds %d", n+1, limit, size)
			}
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	log := eventlog.New(eventlog.Options{})
	log.Append(b.Context(), logtest.Addition(1))
	b.ReportAllocs()
	for b.Loop() {
		log.Append(b.Context(), logtest.State(1, "landing"))
	}
}

func BenchmarkNextAtTheHead(b *testing.B) {
	log := eventlog.New(eventlog.Options{})
	at, _ := log.Append(b.Context(), logtest.Addition(1))
	c, _ := log.Cursor(at.String(), 0)
	b.ReportAllocs()
	for b.Loop() {
		c.Next()
	}
}

func BenchmarkSnapshotOf1000Flights(b *testing.B) {
	log := eventlog.New(eventlog.Options{})
	for n := range 1000 {
		log.Append(b.Context(), logtest.Addition(n))
	}
	b.ReportAllocs()
	for b.Loop() {
		log.Append(b.Context(), logtest.State(1, "landing"))
		log.Snapshot()
	}
}

// TestTheCostOfAnEventDoesNotDependOnTheViewers counts the allocations of an append and of all followers' reads.
func TestTheCostOfAnEventDoesNotDependOnTheViewers(t *testing.T) {
	for _, form := range []eventlog.Form{0, eventlog.Batch, eventlog.Gzip, eventlog.Batch | eventlog.Gzip} {
		cost := func(viewers int) float64 {
			log := eventlog.New(eventlog.Options{Tick: time.Nanosecond})
			logtest.Append(t, log, logtest.Addition(1))
			cursors := make([]eventlog.Cursor, viewers)
			for i := range cursors {
				cursors[i], _ = log.Cursor("", form)
				cursors[i].Next()
			}
			return testing.AllocsPerRun(100, func() {
				logtest.Append(t, log, logtest.State(1, "landing"), logtest.State(1, "landed"))
				var memo eventlog.Memo
				for i := range cursors {
					for memo.Next(&cursors[i]).Events > 0 {
					}
				}
			})
		}
		if few, many := cost(1), cost(1000); many > few+1 {
			t.Errorf("form %d: an append costs %v allocations with 1 viewer and %v with 1000", form, few, many)
		}
	}
}
