package share

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A world is a browser with tabs, their lock and their channel, and a server whose log has numbered events. Everything
// takes a random time to arrive. Messages of one tab to another keep their order, and those of two tabs do not.
type world struct {
	t      testing.TB
	random *rand.Rand
	delay  time.Duration // of a message, at most
	now    time.Duration
	set    time.Duration // by which the reader's clock was set
	tasks  tasks
	made   int
	tabs   []*tab
	log    int // the server's last event
	down   bool

	holder *tab // has the lock; nil: nobody
	queue  []*tab

	doubledSince time.Duration // since when two running tabs have connections
	doubled      time.Duration // the longest such time
	orphan       time.Duration // the longest time for which a visible running tab has had no running leader
	diary        []string
}

// A task runs in a tab, or in the world if tab is nil.
type task struct {
	at   time.Duration
	made int
	tab  *tab
	run  func()
}

// A tab is a page, its board and its connection.
type tab struct {
	w       *world
	name    string
	tab     *Tab
	began   time.Duration // by which the clock was set when it was opened
	closed  bool
	frozen  bool
	stopped bool
	backlog []func()

	board   int // the last event that it has; -1: none
	request int // the latest for the lock

	answered time.Duration // the last answer to one
	opened   int           // the latest connection
	open     bool
	arrives  map[*tab]time.Duration // the last message to each other tab
	timer    time.Duration          // the next tick; zero: none
	live     bool                   // the connection is, and its board is the server's

	orphanSince time.Duration
}

// tasks is a heap.
type tasks []task

func (s tasks) Len() int      { return len(s) }
func (s tasks) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s tasks) Less(i, j int) bool {
	return s[i].at < s[j].at || s[i].at == s[j].at && s[i].made < s[j].made
}
func (s *tasks) Push(t any) { *s = append(*s, t.(task)) }
func (s *tasks) Pop() any {
	last := len(*s) - 1
	t := (*s)[last]
	*s = (*s)[:last]
	return t
}

// began is when a world's time begins.
var began = 500_000 * time.Hour

func newWorld(t testing.TB, seed uint64) *world {
	w := &world{t: t, random: rand.New(rand.NewPCG(seed, 16)), now: began}
	w.delay = []time.Duration{2, 20, 80}[seed%3] * time.Millisecond
	return w
}

func (w *world) note(format string, args ...any) {
	line := fmt.Sprintf("%8.3f  ", (w.now-began).Seconds()) + fmt.Sprintf(format, args...)
	w.diary = append(w.diary, strings.TrimRight(line, " "))
}

func (w *world) fatal(format string, args ...any) {
	w.t.Helper()
	last := w.diary[max(0, len(w.diary)-200):]
	for _, line := range last {
		w.t.Log(line)
	}
	w.t.Fatalf(format, args...)
}

// some returns a random part of the delay.
func (w *world) some() time.Duration {
	if w.random == nil {
		return w.delay
	}
	return time.Duration(w.random.Int64N(int64(w.delay)) + 1)
}

// clock returns the tab's time.
func (b *tab) clock() time.Duration { return b.w.now + b.began }

// after runs a task later.
func (w *world) after(d time.Duration, in *tab, run func()) { w.at(w.now+d, in, run) }

func (w *world) at(at time.Duration, in *tab, run func()) {
	w.made++
	heap.Push(&w.tasks, task{at, w.made, in, run})
}

// pass lets time pass.
func (w *world) pass(d time.Duration) {
	for end := w.now + d; ; {
		if len(w.tasks) == 0 || w.tasks[0].at > end {
			w.now = end
			return
		}
		next := heap.Pop(&w.tasks).(task)
		w.now = next.at
		switch {
		case next.tab == nil:
			next.run()
		case next.tab.closed:
		case next.tab.frozen:
			next.tab.backlog = append(next.tab.backlog, next.run)
		default:
			next.run()
			next.tab.schedule()
		}
		w.check()
	}
}

// schedule sets the tab's timer. Browsers slow down the timers of hidden tabs.
func (b *tab) schedule() {
	next := b.tab.Next(b.clock())
	if next == 0 || b.closed {
		return
	}
	if !b.tab.visible {
		next = max(next, time.Second)
	}
	at := b.w.now + next + time.Millisecond
	if b.timer > b.w.now && b.timer <= at {
		return
	}
	b.timer = at
	b.w.at(at, b, func() {
		if b.timer == at {
			b.timer = 0
		}
		b.tab.Tick(b.clock())
	})
}

// check checks what holds at every moment.
func (w *world) check() {
	connections, leaders := 0, 0
	for _, b := range w.tabs {
		if b.closed || b.frozen || b.stopped {
			continue
		}
		if b.open {
			connections++
		}
		if b.tab.role == Leader {
			leaders++
		}
	}
	if connections > 1 {
		w.doubled = max(w.doubled, w.since(&w.doubledSince))
	} else {
		w.doubledSince = 0
	}
	for _, b := range w.tabs {
		if leaders > 0 || b.closed || b.frozen || b.stopped || !b.tab.visible {
			b.orphanSince = 0
			continue
		}
		orphan := w.since(&b.orphanSince)
		w.orphan = max(w.orphan, orphan)
		if b.tab.Status(b.clock()) == "live" && orphan > oldAfter+doubtAfter {
			w.fatal("%s says that it is live, and nobody has led for %v", b.name, orphan)
		}
	}
	if w.doubled > 4*w.delay+10*time.Millisecond {
		w.fatal("two tabs have had connections for %v", w.doubled)
	}
	if w.orphan > (patienceMost+2)*beat+4*w.delay {
		w.fatal("a visible tab has had no leader for %v", w.orphan)
	}
}

// since returns for how long something has been so, and notes when it began.
func (w *world) since(began *time.Duration) time.Duration {
	if *began == 0 {
		*began = w.now
	}
	return w.now - *began
}

// newTab opens a tab.
func (w *world) newTab(visible bool) *tab {
	b := &tab{w: w, name: fmt.Sprintf("tab%d", len(w.tabs)+1), board: -1, began: w.set}
	b.arrives = make(map[*tab]time.Duration)
	b.tab = New(b.name, b, b)
	w.tabs = append(w.tabs, b)
	w.note("%s opens, visible %v", b.name, visible)
	held := w.holder == nil && len(w.queue) == 0 && (w.random == nil || w.random.IntN(4) > 0) // as boot.js asks for it
	if held {
		b.request++
		w.holder = b
	}
	b.tab.Start(b.clock(), visible, held)
	b.schedule()
	return b
}

// publish appends an event to the server's log.
func (w *world) publish() {
	w.log++
	n := w.log
	for _, b := range w.tabs {
		if b.open && b.live {
			opened := b.opened
			at := max(w.now+w.some(), b.arrives[nil])
			b.arrives[nil] = at
			w.at(at, b, func() { b.brought(opened, n, false) })
		}
	}
}

// setDown stops or starts the server.
func (w *world) setDown(down bool) {
	w.down = down
	w.note("the server is down: %v", down)
	if !down {
		return
	}
	for _, b := range w.tabs {
		if b.open && b.live {
			n := b.opened
			b.live = false
			w.after(w.some(), b, func() {
				if b.opened == n {
					b.open = false
					b.connect()
				}
			})
		}
	}
}

func (b *tab) setFrozen(frozen bool) {
	b.w.note("%s is frozen: %v", b.name, frozen)
	b.frozen = frozen
	if !frozen {
		for _, run := range b.backlog {
			b.w.after(0, b, run)
		}
		b.backlog = nil
		b.w.after(0, b, func() { b.tab.Tick(b.clock()) })
	}
}

func (b *tab) close() {
	b.w.note("%s closes", b.name)
	b.closed, b.open = true, false
	b.request++
	b.w.unlock(b)
}

func (b *tab) setStopped(stopped bool) {
	b.w.note("%s is stopped: %v", b.name, stopped)
	b.stopped = stopped
	if stopped {
		b.tab.Leave()
		b.opened++
		b.open, b.live = false, false
	} else {
		b.tab.Join(b.clock())
		b.schedule()
	}
}
