package jetstream

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

var clusterSchedules = flag.Int("cluster-schedules", 3, "how many random schedules TestAnyScheduleOfACluster plays")

// TestAnyScheduleOfNodes plays random schedules of publishing at three nodes, cuts between them and the NATS server,
// nodes that start again, and viewers that hop from node to node with their positions. Every viewer gets every record
// once and in order, or a snapshot; and at the end all nodes and viewers have the same board.
func TestAnyScheduleOfNodes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for seed := range logtest.Seeds(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			play(t, uint64(seed), func(int) Options { return inProcess(s, fmt.Sprint("s", seed)) }, nil)
		})
		if t.Failed() {
			t.Fatalf("schedule %d went wrong: -from %[1]d -schedules 1 plays it again", seed)
		}
	}
}

// TestAnyScheduleOfACluster does the same on three NATS servers, whose leader of the stream changes.
func TestAnyScheduleOfACluster(t *testing.T) {
	t.Parallel()
	servers := newCluster(t)
	for seed := range *clusterSchedules {
		name := fmt.Sprint("s", seed)
		o := func(i int) Options {
			return Options{Servers: urls(servers, i), Stream: name, Replicas: 3, Bytes: 64 << 20}
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			play(t, uint64(seed), o, func(n *testNode) {
				n.conn.Request("$JS.API.STREAM.LEADER.STEPDOWN."+name, nil, request)
			})
		})
		if t.Failed() {
			t.Fatalf("schedule %d went wrong", seed)
		}
	}
}

func play(t *testing.T, seed uint64, options func(i int) Options, stepDown func(*testNode)) {
	random := rand.New(rand.NewPCG(seed, 7))
	var nodes [3]*testNode
	start := func(i int) {
		o := options(i)
		o.Connect = append(o.Connect, nats.ReconnectWait(5*time.Millisecond), nats.ReconnectJitter(5*time.Millisecond, 0))
		nodes[i] = run(t, o, eventlog.Options{History: 64 << 10})
	}
	for i := range nodes {
		start(i)
	}
	viewers := make([]*hopper, 3)
	for i := range viewers {
		viewers[i] = &hopper{t: t, name: fmt.Sprintf("schedule %d, viewer %d", seed, i)}
		viewers[i].hop(nodes[i])
	}
	publish := func(n *testNode) {
		var changes []timetable.Change
		for range 1 + random.IntN(3)*random.IntN(2) {
			one := random.IntN(20)
			changes = append(changes, logtest.Addition(one), logtest.State(one, strconv.Itoa(random.IntN(1000))))
		}
		n.log.Append(t.Context(), changes...) // may fail while the stream's leader changes
	}
	for range 14 {
		i := random.IntN(3)
		switch random.IntN(10) {
		case 0:
			nodes[i].conn.ForceReconnect()
		case 1:
			nodes[i].end()
			for _, v := range viewers {
				if v.node == nodes[i] {
					v.node = nil
				}
			}
			start(i)
		case 2, 3:
			viewers[random.IntN(3)].hop(nodes[i])
		case 4: // all at the same time
			done := make(chan struct{})
			for _, n := range nodes {
				change := logtest.Addition(random.IntN(20))
				go func() {
					n.log.Append(t.Context(), change)
					done <- struct{}{}
				}()
			}
			for range nodes {
				<-done
			}
		case 5:
			if stepDown != nil {
				stepDown(nodes[i])
			}
		default:
			publish(nodes[i])
		}
		for _, v := range viewers {
			v.read()
		}
	}
	var head eventlog.Position
	for end := time.Now().Add(30 * time.Second); head == 0 && time.Now().Before(end); {
		head, _ = nodes[0].log.Append(t.Context(), logtest.State(0, "the end"), logtest.State(0, "the end"))
		if head == 0 {
			head, _ = nodes[0].log.Append(t.Context(), logtest.Addition(0))
		}
	}
	if head == 0 {
		t.Fatalf("schedule %d: nothing can be published at the end", seed)
	}
	same(t, nodes[0], nodes[1], nodes[2])
	for i, v := range viewers {
		if v.node == nil {
			v.hop(nodes[i])
		}
		reach(t, v.node, head)
		v.read()
		if diff := cmp.Diff(logtest.Board(nodes[0].log), v.board.Snapshot().Board); diff != "" {
			t.Errorf("%s has another board (-node +viewer):\n%s", v.name, diff)
		}
	}
	nodes[0].js.DeleteObjectStore(t.Context(), bucket(nodes[0].Stream))
	nodes[0].js.DeleteStream(t.Context(), nodes[0].Stream)
	for _, n := range nodes {
		n.end()
	}
}

// A hopper is a viewer that goes from node to node.
type hopper struct {
	t     *testing.T
	name  string
	node  *testNode // nil: it has ended
	board timetable.Board
	at    eventlog.Position
	log   eventlog.Cursor
}

// hop goes to a node. If the node is behind, the viewer waits, as web's Options.CatchUp lets it.
func (v *hopper) hop(to *testNode) {
	id := ""
	if v.at != 0 {
		id = v.at.String()
		ctx, cancel := context.WithTimeout(v.t.Context(), 10*time.Second)
		defer cancel()
		to.log.Reach(ctx, v.at)
	}
	c, err := to.log.Cursor(id, 0)
	if err != nil {
		v.t.Fatalf("%s: %v", v.name, err)
	}
	v.node, v.log = to, c
}

// read reads what its node has.
func (v *hopper) read() {
	if v.node == nil {
		return
	}
	events, _ := logtest.Drain(v.t, &v.log)
	for _, e := range events {
		at, _ := eventlog.ParsePosition(e.ID)
		if e.Type != "flightSnapshot" && at != v.at+1 {
			v.t.Errorf("%s: %d comes after %d", v.name, at, v.at)
		}
		if at < v.at {
			v.t.Errorf("%s: it was at %d, and gets a snapshot at %d", v.name, v.at, at)
		}
		v.at = at
	}
	logtest.Apply(v.t, &v.board, events)
}
