package share

import (
	"flag"
	"testing"
	"time"
)

var schedules = flag.Int("schedules", 100, "random schedules of TestRandomSchedules")

// In the end of any schedule of tabs that open, close, freeze, hide, stop, and of a server that goes and comes, every
// tab has the server's board, one has the connection, and no tab has missed an event or applied one twice.
func TestRandomSchedules(t *testing.T) {
	var doubled, orphan time.Duration
	for seed := range uint64(*schedules) {
		w := newWorld(t, seed)
		w.schedule()
		w.settle()
		doubled, orphan = max(doubled, w.doubled), max(orphan, w.orphan)
	}
	t.Logf("%d schedules; two connections for %v at most, a visible tab without a leader for %v", *schedules,
		doubled, orphan)
}

// schedule lets random things happen.
func (w *world) schedule() {
	w.newTab(true)
	for range 60 {
		longest := [...]time.Duration{5e6, 50e6, 400e6, 3e9}[w.random.IntN(4)]
		switch w.random.IntN(15) {
		case 0:
			longest = time.Minute
		case 1:
			longest = 6 * time.Minute
		}
		w.pass(time.Duration(w.random.Int64N(int64(longest))))
		b := w.tabs[w.random.IntN(len(w.tabs))]
		switch what := w.random.IntN(20); {
		case what < 6:
			for range 1 + w.random.IntN(4) {
				w.publish()
			}
		case what < 9 && len(w.tabs) < 12:
			w.newTab(w.random.IntN(3) > 0)
		case what == 9 && w.random.IntN(4) == 0:
			w.set += time.Duration(w.random.Int64N(int64(2*time.Hour))) - time.Hour
			w.note("the clock is set: %v", w.set)
		case what == 10 && w.random.IntN(3) == 0:
			w.setDown(!w.down)
		case b.closed:
		case what < 13:
			b.setFrozen(!b.frozen)
		case b.frozen:
		case what == 13:
			b.close()
		case what == 14:
			b.setStopped(!b.stopped)
		default:
			w.note("%s is visible: %v", b.name, !b.tab.visible)
			b.tab.Visible(b.clock(), !b.tab.visible)
			b.schedule()
		}
	}
}

// settle lets everything run again, and checks the result.
func (w *world) settle() {
	w.t.Helper()
	w.setDown(false)
	var left []*tab
	for _, b := range w.tabs {
		if b.closed {
			continue
		}
		left = append(left, b)
		if b.frozen {
			b.setFrozen(false)
		}
	}
	if len(left) == 0 {
		return
	}
	w.pass(time.Second)
	for _, b := range left {
		if b.stopped {
			b.setStopped(false)
		}
	}
	if first := left[0]; !first.tab.visible {
		first.tab.Visible(first.clock(), true)
		first.schedule()
	}
	for range 5 {
		w.pass(time.Second)
		w.publish()
	}
	w.pass(3 * time.Second)
	leaders, connections := 0, 0
	for _, b := range left {
		if b.tab.leads() {
			leaders++
		}
		if b.open {
			connections++
		}
		status := b.tab.Status(b.clock())
		if b.board != w.log || b.tab.role == Follower && b.tab.visible && status != "live" {
			w.fatal("%s, role %d, has event %d of %d; its status is %q", b.name, b.tab.role, b.board, w.log, status)
		}
	}
	if leaders != 1 || connections != 1 {
		w.fatal("%d tabs lead, and %d have connections", leaders, connections)
	}
}
