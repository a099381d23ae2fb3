package follow

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/web"
	"flightboard/timetable"
)

// TestAnyScheduleOfATree plays random schedules of publishing, cuts between nodes, nodes that are away, restarts of
// edges and of the origin with and without their logs, slow edges, and viewers that hop from node to node with their
// last event IDs. Every viewer gets every record once and in order, or a snapshot in place of those that its node's
// window no longer has; and at the end all nodes and viewers have the same board.
func TestAnyScheduleOfATree(t *testing.T) {
	logtest.Schedules(t, 60, play)
}

func play(t *testing.T, random *rand.Rand) {
	origin, left, right, leaf := tree(t, web.Options{})
	nodes := []*node{origin, left, right, leaf}
	edges := nodes[1:]
	if random.IntN(10) == 0 { // logs on disk take a hundred times as long
		for _, kept := range nodes {
			if random.IntN(2) == 0 {
				kept.end()
				kept.dir = t.TempDir()
				kept.start()
			}
		}
	}
	pause(random, 2*time.Second)
	var truth timeline
	viewers := make([]*hopper, 4)
	for i := range viewers {
		viewers[i] = &hopper{t: t, name: fmt.Sprint("viewer ", i), truth: &truth}
		viewers[i].hop(nodes[i])
	}
	for range 40 {
		edge := edges[random.IntN(3)]
		switch random.IntN(12) {
		case 0:
			edge.disconnect()
		case 1:
			origin.disconnect()
		case 2:
			edge.unplug(true)
		case 3, 4:
			edge.unplug(false)
		case 5:
			edge.end()
			edge.wipe(random)
			pause(random, time.Second)
			edge.start()
		case 6:
			viewers[random.IntN(4)].hop(nodes[random.IntN(4)])
		case 7: // more than the window of some seconds of being away
			for range 30 {
				truth.publish(t, random, origin)
			}
		case 8:
			edge.mu.Lock()
			edge.slow = time.Now().Add(time.Duration(random.Int64N(int64(10 * time.Second))))
			edge.mu.Unlock()
		case 9:
			if random.IntN(4) == 0 {
				truth.restart(origin)
				origin.end()
				origin.wipe(random)
				pause(random, 3*time.Second)
				origin.start()
			}
		default:
			truth.publish(t, random, origin)
		}
		pause(random, 400*time.Millisecond)
	}
	for _, n := range edges {
		n.unplug(false)
	}
	truth.publish(t, random, origin)
	time.Sleep(time.Minute)
	want := origin.get("/flights")
	snapshot, at := origin.log.Snapshot()
	for _, n := range edges {
		if diff := cmp.Diff(want, n.get("/flights")); diff != "" {
			t.Errorf("(-origin +%s)\n%s", n.name, diff)
		}
		if got, is := n.log.Snapshot(); is != at || string(got) != string(snapshot) {
			t.Errorf("the snapshot of %s at %d differs from the origin's at %d", n.name, is, at)
		}
	}
	board := string(logtest.Parse(t, snapshot)[0].Data)
	for _, v := range viewers {
		v.leave()
		flights := v.board.Snapshot()
		if got := string(flights.AppendJSON(nil)); v.at != at || got != board {
			t.Errorf("%s: is at %d, and the origin at %d; (-origin +viewer)\n%s", v.name, v.at, at, cmp.Diff(board, got))
		}
	}
}

// wipe gives a node that has its log on disk, in one of three cases, an empty folder.
func (n *node) wipe(random *rand.Rand) {
	if n.dir != "" && random.IntN(3) == 0 {
		n.dir = n.t.TempDir()
	}
}

func pause(random *rand.Rand, longest time.Duration) {
	time.Sleep(time.Duration(random.Int64N(int64(longest))))
}

// A timeline is what viewers must get: the last positions of appends at the origin, and those after which it was
// restarted. With its log on disk it leaves a gap there, and viewers may follow over it.
type timeline struct {
	mu                 sync.Mutex
	appends, restarted []eventlog.Position
}

func (l *timeline) publish(t *testing.T, random *rand.Rand, origin *node) {
	n := random.IntN(40)
	changes := []timetable.Change{logtest.Addition(n), logtest.State(n, strconv.Itoa(random.IntN(1000)))}
	if random.IntN(5) == 0 {
		changes[1] = timetable.Change{Kind: timetable.KindRemove, Flight: logtest.Flight(n)}
	}
	l.mu.Lock() // a viewer gets them after it has the position
	defer l.mu.Unlock()
	l.appends = append(l.appends, logtest.Append(t, origin.log, changes...))
}

func (l *timeline) restart(origin *node) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.restarted = append(l.restarted, origin.log.Stats().Head)
}

// follows reports whether b is the position of the first record after the one at a.
func (l *timeline) follows(a, b eventlog.Position) bool {
	if b == a+1 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	between := func(p eventlog.Position) bool { return a < p && p < b }
	return a < b && slices.Contains(l.restarted, a) && !slices.ContainsFunc(l.appends, between)
}

// A hopper is a viewer that goes from node to node, and reconnects to its node after a cut.
type hopper struct {
	t       *testing.T
	name    string
	truth   *timeline
	board   timetable.Board
	at      eventlog.Position
	left    chan struct{}
	reading sync.WaitGroup
}

func (v *hopper) hop(to *node) {
	v.leave()
	v.left = make(chan struct{})
	left := v.left
	v.reading.Go(func() {
		for {
			select {
			case <-left:
				return
			case <-time.After(100 * time.Millisecond):
			}
			id := ""
			if v.at != 0 {
				id = v.at.String()
			}
			stream, err := to.stream(id)
			if err != nil {
				continue
			}
			stopped := make(chan struct{})
			go func() {
				select {
				case <-left:
				case <-stopped:
				}
				stream.Close()
			}()
			v.read(stream)
			close(stopped)
		}
	})
}

func (v *hopper) leave() {
	if v.left != nil {
		close(v.left)
		v.reading.Wait()
		v.left = nil
	}
}

func (v *hopper) read(stream io.Reader) {
	for e, err := range eventstream.Read(stream) {
		kind, ok := timetable.KindOf(e.Type)
		if err != nil {
			return
		}
		if !ok {
			continue
		}
		at, _ := eventlog.ParsePosition(e.ID)
		var c timetable.Change
		if err := c.Decode(kind, string(e.Data)); err != nil {
			v.t.Errorf("%s: %v", v.name, err)
			return
		}
		if kind != timetable.KindReplace && !v.truth.follows(v.at, at) {
			v.t.Errorf("%s: %d comes after %d", v.name, at, v.at)
		}
		v.at = at
		v.board.Apply(&c)
	}
}
