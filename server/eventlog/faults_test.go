package eventlog_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

var faults = flag.Int("faults", 200, "how many random schedules TestNoFaultLosesAcknowledgedChanges plays")

const interval = 50 * time.Millisecond

// A ledger has a publisher's appends in their order, and whether the log has acknowledged them.
type ledger struct {
	machine *machine
	sync    eventlog.Sync
	log     *eventlog.Log
	sent    int
	entries []entry           // that the log has acknowledged, or has had after a start
	refused []int             // since then; one of them may be in the log
	highest eventlog.Position // that was ever acknowledged
	marked  bool              // the notes about what is synced are as they should be
	lost    bool              // some of what was acknowledged, as the log does not promise more
}

type entry struct {
	number       int
	at           eventlog.Position // 0: it was refused
	acknowledged time.Time
}

var small = eventlog.Options{History: 256 << 10}

func (l *ledger) open(t *testing.T) eventlog.Recovery {
	t.Helper()
	log, found, err := eventlog.OpenIn(l.machine.folder(), l.sync, small)
	if errors.Is(err, eventlog.ErrDamaged) && !l.marked {
		o := small
		o.Repair = true
		log, found, err = eventlog.OpenIn(l.machine.folder(), l.sync, o)
	}
	if err != nil {
		t.Fatalf("the log does not open: %v", err)
	}
	l.log = log
	return found
}

// append appends, as one, a state to each of 40 flights.
func (l *ledger) append(t *testing.T) error {
	l.sent++
	var changes []timetable.Change
	for i := range 40 {
		c := logtest.Addition((13*l.sent + i) % 97)
		c.Flight.State, c.Flight.Remark = strconv.Itoa(l.sent), strings.Repeat("x", 180)
		changes = append(changes, c)
	}
	at, err := l.log.Append(t.Context(), changes...)
	if err == nil && at-40 < l.highest {
		t.Fatalf("position %d is used again, after %d", at-39, l.highest)
	}
	if err != nil {
		l.refused = append(l.refused, l.sent)
		return err
	}
	l.entries, l.refused = append(l.entries, entry{l.sent, at, time.Now()}), nil
	l.highest = max(l.highest, at)
	return nil
}

func board(entries []entry) map[string]string {
	b := make(map[string]string)
	for _, e := range entries {
		for i := range 40 {
			b[logtest.Flight((13*e.number+i)%97).Number] = strconv.Itoa(e.number)
		}
	}
	return b
}

// check compares the log, after a start, with the ledger: of the entries at least the first are there, and no others.
func (l *ledger) check(t *testing.T, least int) {
	t.Helper()
	got := make(map[string]string)
	newest := 0
	for _, f := range logtest.Board(l.log) {
		n, _ := strconv.Atoi(f.State)
		got[f.Number], newest = f.State, max(newest, n)
	}
	if slices.Contains(l.refused, newest) {
		l.entries = append(l.entries, entry{number: newest})
	}
	there := 1 + slices.IndexFunc(l.entries, func(e entry) bool { return e.number == newest })
	if there < least {
		t.Fatalf("%d of %d entries are there, want at least %d", there, len(l.entries), least)
	}
	if diff := cmp.Diff(board(l.entries[:there]), got); diff != "" {
		t.Fatalf("the board with %d of %d entries (-want +got):\n%s", there, len(l.entries), diff)
	}
	l.entries, l.refused = l.entries[:there], nil
}

// resume checks that viewers with the nth entry from the end get those after it, once and in order.
func (l *ledger) resume(t *testing.T, n int, must bool) {
	t.Helper()
	if n >= len(l.entries) {
		return
	}
	after := l.entries[len(l.entries)-n-1:]
	c, err := l.log.Cursor(after[0].at.String(), 0)
	if err != nil || after[0].at == 0 || c.Fresh() {
		if must && after[0].at != 0 {
			t.Fatalf("a viewer at %d, %d of %d, gets a snapshot (%v)", after[0].at, n, len(l.entries), err)
		}
		return
	}
	want, got := []string{}, []string{}
	for _, e := range after[1:] {
		for range 40 {
			want = append(want, strconv.Itoa(e.number))
		}
	}
	events, _ := logtest.Drain(t, &c)
	for _, e := range events {
		var c timetable.Change
		if err := c.Decode(timetable.KindAdd, string(e.Data)); err != nil {
			t.Fatal(err)
		}
		got = append(got, c.Flight.State)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("a viewer %d entries behind gets (-want +got):\n%s", n, diff)
	}
}

// TestEveryStepOfACompactionMayFail makes each step in turn fail, or ends the process or the power at it, and continues
// as long as the log accepts appends. All acknowledged changes are there once after the next start.
func TestEveryStepOfACompactionMayFail(t *testing.T) {
	for how, name := range []string{before: "fails", after: "takes effect and fails", ends: "is the last"} {
		for _, power := range []bool{false, true} {
			for step := 0; how > 0; step++ {
				passed := true
				t.Run(fmt.Sprintf("step %d %s, power fails %v", step, name, power), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { passed = failingStep(t, fault(how), step, power) })
				})
				if passed || t.Failed() {
					break
				}
			}
		}
	}
}

func failingStep(t *testing.T, how fault, step int, power bool) (passed bool) {
	l := &ledger{machine: newMachine(rand.New(rand.NewPCG(1, 2))), sync: eventlog.SyncAlways}
	l.open(t)
	steps, compactions := 0, 0
	l.machine.fails(func(kind string) fault {
		if kind == "open next.log.new" {
			compactions++
		}
		if compactions == 0 {
			return none
		}
		if steps++; steps-1 == step {
			return how
		}
		return none
	})
	for range 14 { // with two compactions
		l.append(t)
	}
	if power {
		l.machine.powerFails()
	} else {
		l.log.Close()
	}
	l.machine.fails(nil)
	l.recover(t)
	return steps <= step
}

// recover starts twice and compares, with an append between.
func (l *ledger) recover(t *testing.T) {
	t.Helper()
	for range 2 {
		acknowledged := len(l.entries)
		found := l.open(t)
		l.check(t, acknowledged)
		for n := range 2 { // more cost as much as a snapshot
			l.resume(t, n, len(found.Dropped) == 0)
		}
		if err := l.append(t); err != nil {
			t.Fatalf("after the start an append = %v", err)
		}
		l.log.Close()
	}
}

// TestAfterAFailedSyncInACompactionNothingIsPromised has a case for each sync after which it is not known what a start
// would find.
func TestAfterAFailedSyncInACompactionNothingIsPromised(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		how        fault
		nth        int // such step of the compaction
	}{
		{"of the segment before", "sync", before, 2},
		{"of the folder", "sync the folder", before, 1},
		{"of the folder, though it took effect", "sync the folder", after, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &ledger{machine: newMachine(rand.New(rand.NewPCG(1, 2))), sync: eventlog.Sync(time.Hour)}
				l.open(t)
				defer func() { l.log.Close() }()
				compacting, nth := false, 0
				l.machine.fails(func(kind string) fault {
					if compacting = compacting || kind == "open next.log.new"; compacting && kind == c.kind {
						if nth++; nth == c.nth {
							return c.how
						}
					}
					return none
				})
				for range 20 {
					if err := l.append(t); err == nil && nth >= c.nth {
						t.Fatal("an append is taken after the sync has failed")
					}
				}
				if err := l.log.Health(); !errors.Is(err, errFault) {
					t.Errorf("Health = %v, want the reason", err)
				}
				synctest.Wait()
				acknowledged := len(l.entries)
				l.log.Close()
				l.machine.fails(nil)
				l.open(t)
				l.check(t, acknowledged)
			})
		})
	}
}

func TestACompactionThatKeepsFailingIsKnownUntilOneSucceeds(t *testing.T) {
	for _, step := range []string{"open next.log.new", "remove 0"} {
		synctest.Test(t, func(t *testing.T) {
			l := &ledger{machine: newMachine(rand.New(rand.NewPCG(1, 2))), sync: eventlog.SyncAlways}
			l.open(t)
			ill := true
			l.machine.fails(func(kind string) fault {
				if ill && strings.HasPrefix(kind, step) {
					return before
				}
				return none
			})
			publish := func() {
				t.Helper()
				for range 50 {
					time.Sleep(time.Second)
					if err := l.append(t); err != nil {
						t.Fatalf("%s fails: Append = %v", step, err)
					}
				}
			}
			publish()
			if err := l.log.Health(); !errors.Is(err, errFault) {
				t.Errorf("%s fails: after good appends Health = %v, want the reason", step, err)
			}
			synctest.Wait()
			ill = false
			publish()
			if err := l.log.Health(); err != nil {
				t.Errorf("%s works again: Health = %v", step, err)
			}
			size := 0
			for _, n := range l.machine.names {
				size += len(n.text)
			}
			if size > 3*small.History {
				t.Errorf("%s has failed: the folder holds %d bytes, want at most %d", step, size, 3*small.History)
			}
			l.log.Close()
		})
	}
}

// TestNoFaultLosesAcknowledgedChanges plays random schedules of appends, pauses, compactions, faults at any step,
// ends of the process, power failures and starts. The log always opens. Acknowledged changes are there after any end of
// the process, and after a power failure as far as the log promises. No change is there twice or in part, and no
// position is used again. The log needs a repair only if the lock file could not be written either.
func TestNoFaultLosesAcknowledgedChanges(t *testing.T) {
	for seed := range *faults {
		synctest.Test(t, func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("schedule %d went wrong", seed)
				}
			}()
			faultySchedule(t, uint64(seed))
		})
	}
}

func faultySchedule(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 3))
	syncs := []eventlog.Sync{eventlog.SyncAlways, eventlog.Sync(interval), eventlog.SyncNever}
	l := &ledger{machine: newMachine(rand.New(rand.NewPCG(seed, 4))), sync: syncs[random.IntN(3)], marked: true}
	for range 2 + random.IntN(5) {
		l.machine.fails(nil)
		if random.IntN(4) == 0 {
			l.sync = syncs[random.IntN(3)]
		}
		l.open(t)
		rate := []int{0, 5, 30, 200}[random.IntN(4)]
		end := random.IntN(150) // at this step the process ends
		l.machine.fails(func(kind string) fault {
			how := none
			if end--; end == 0 {
				how = ends
			} else if rate > 0 && l.machine.random.IntN(rate) == 0 {
				how = []fault{before, after}[l.machine.random.IntN(2)]
			}
			l.marked = l.marked && (how == none || !strings.HasSuffix(kind, "the lock"))
			return how
		})
		for range random.IntN(25) {
			l.append(t)
			time.Sleep(time.Duration(random.Int64N(int64(interval))))
			synctest.Wait() // for the sync of an interval
		}
		least := l.end(random)
		l.machine.fails(nil)
		l.lost = l.lost || least < len(l.entries)
		l.open(t)
		l.check(t, least)
		for n := range 2 {
			l.resume(t, n, !l.lost && least > 4) // of a small board a snapshot is cheaper
		}
		l.log.Close()
	}
}

// end ends the process in one of several ways, and returns how many entries have to be there at the next start.
func (l *ledger) end(random *rand.Rand) (least int) {
	least = len(l.entries)
	failed := l.log.Health()
	synctest.Wait() // until it has looked at the disk
	switch random.IntN(4) {
	case 0:
		l.log.Close()
	case 1:
		l.machine.end()
	default:
		l.machine.powerFails()
		switch {
		case l.sync == eventlog.SyncNever:
			least = 0
		case l.sync > 0 && failed != nil: // it has said that it cannot sync, or has ended before it could
			least = 0
		case l.sync > 0:
			for least > 0 && time.Since(l.entries[least-1].acknowledged) <= interval {
				least--
			}
		}
	}
	return least
}
