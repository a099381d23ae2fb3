package jetstream

import (
	"errors"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// TestTheLeaderDies ends the server that leads the stream, each of the three in turn. Changes are acknowledged again
// without a node being started, none that was acknowledged is lost, and with one server of three they are refused.
func TestTheLeaderDies(t *testing.T) {
	t.Parallel()
	servers := newCluster(t)
	var nodes [3]*testNode
	for i := range nodes {
		nodes[i] = run(t, Options{Servers: urls(servers, i), Stream: "board", Replicas: 3, Bytes: 64 << 20},
			eventlog.Options{})
	}
	acknowledged := 0
	publish := func(n *testNode) bool {
		_, err := n.log.Append(t.Context(), logtest.Addition(acknowledged))
		if err == nil {
			acknowledged++
		}
		return err == nil
	}
	leader := func() int {
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			for i, s := range servers {
				if s.JetStreamIsStreamLeader("$G", "board") {
					return i
				}
			}
		}
		t.Fatal("the stream has no leader")
		return 0
	}
	for round := range 3 {
		for i := range 30 {
			publish(nodes[i%3])
		}
		l := leader()
		servers[l].stop()
		begun := time.Now()
		for !publish(nodes[round]) {
			if time.Since(begun) > time.Minute {
				t.Fatalf("round %d: without server %d nothing can be published", round, l)
			}
		}
		t.Logf("round %d: the first change after %v", round, time.Since(begun).Round(time.Millisecond))
		servers[l].start(t)
	}
	same(t, nodes[0], nodes[1], nodes[2])
	l := leader()
	servers[l].stop()
	servers[(l+1)%3].stop()
	head := nodes[0].log.Stats().Head
	var refusing sync.WaitGroup
	for i, n := range nodes {
		refusing.Go(func() {
			if _, err := n.log.Append(t.Context(), logtest.Addition(1000+i)); !errors.Is(err, eventlog.ErrUnavailable) {
				t.Errorf("with one server of three, an append at node %d = %v, want ErrUnavailable", i, err)
			}
			if n.log.Stats().Head < head {
				t.Errorf("node %d has lost its log", i)
			}
		})
	}
	refusing.Wait()
	servers[l].start(t)
	servers[(l+1)%3].start(t)
	for begun := time.Now(); !publish(nodes[0]); {
		if time.Since(begun) > time.Minute {
			t.Fatal("with all servers nothing can be published")
		}
	}
	same(t, nodes[0], nodes[1], nodes[2])
	got := make(map[string]bool)
	for _, f := range logtest.Board(nodes[2].log) {
		got[f.Number] = true
	}
	for i := range acknowledged {
		if number := logtest.Flight(i).Number; !got[number] {
			t.Errorf("%s was acknowledged, and is not on the board", number)
		}
	}
}

// The clock of a stream's first position leaves room for a million records a second.
func TestTheFirstPositionIsTheClock(t *testing.T) {
	n := &Node{Options: Options{Stream: "board"}}
	before := time.Now().UnixMicro()
	if got := int64(n.config().FirstSeq); got < before || got > time.Now().UnixMicro() {
		t.Errorf("the first position is %d", got)
	}
}
