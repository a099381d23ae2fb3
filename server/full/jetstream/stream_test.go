package jetstream

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	js "github.com/nats-io/nats.go/jetstream"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func TestPromises(t *testing.T) {
	s := newServer(t)
	logtest.Run(t, func(t *testing.T, o eventlog.Options) *eventlog.Log {
		return run(t, inProcess(s, newName()), o).log
	})
}

// Two nodes that publish have the same log, and what one publishes is on its own board at once.
func TestNodesAreEqual(t *testing.T) {
	s := newServer(t)
	a, b := run(t, inProcess(s, "board"), eventlog.Options{}), run(t, inProcess(s, "board"), eventlog.Options{})
	for n := range 50 {
		if n%2 == 0 {
			logtest.Append(t, a.log, logtest.Addition(n), logtest.State(n, "expected"))
		} else {
			logtest.Append(t, b.log, logtest.Addition(n))
		}
	}
	same(t, b, a)
	if got := len(logtest.Board(a.log)); got != 50 {
		t.Errorf("the board has %d flights, want 50", got)
	}
	late := run(t, inProcess(s, "board"), eventlog.Options{})
	same(t, a, late)
}

// A body is one batch: its changes have consecutive positions, also if another node publishes at the same time, and
// none of them is there if one is refused.
func TestABodyIsWhole(t *testing.T) {
	s := newServer(t)
	a, b := run(t, inProcess(s, "board"), eventlog.Options{}), run(t, inProcess(s, "board"), eventlog.Options{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 100 {
			b.log.Append(t.Context(), logtest.Addition(1000+n))
		}
	}()
	for n := range 50 {
		before := a.log.Stats().Head
		at := logtest.Append(t, a.log, logtest.Addition(3*n), logtest.Addition(3*n+1), logtest.Addition(3*n+2))
		if at < before+3 {
			t.Fatalf("three changes after %d end at %d", before, at)
		}
		c, err := a.log.Cursor((at - 3).String(), 0)
		if err != nil {
			t.Fatal(err)
		}
		events, _ := logtest.Drain(t, &c)
		for i, e := range events[:min(3, len(events))] {
			if e.Type == "flightSnapshot" {
				break // it costs less than the events
			}
			if want := logtest.Flight(3*n + i).Number; !strings.Contains(string(e.Data), want) {
				t.Fatalf("the change %d of a body is %s, want that of %s", i, e.Data, want)
			}
		}
	}
	<-done
	same(t, a, b)
	var most []timetable.Change
	for n := range 1001 {
		most = append(most, logtest.Addition(2000+n))
	}
	head := a.log.Stats().Head
	if _, err := a.log.Append(t.Context(), most...); !errors.As(err, new(*eventlog.RefusedError)) {
		t.Errorf("a body of 1,001 changes = %v, want that it is refused", err)
	}
	if at := logtest.Append(t, a.log, most[:1000]...); at != head+1000 {
		t.Errorf("a body of 1,000 changes after %d is at %d", head, at)
	}
}

// A value that was set by hand at one node stays, whichever node gets a feed's report, and ends at all of them.
func TestOverridesAreShared(t *testing.T) {
	s := newServer(t)
	a, b := run(t, inProcess(s, "board"), eventlog.Options{}), run(t, inProcess(s, "board"), eventlog.Options{})
	logtest.Append(t, a.log, logtest.Addition(1))
	byHand := timetable.Report{Change: logtest.State(1, "by hand"), Until: time.Now().Add(time.Hour).UnixMicro()}
	_, at, err := a.log.Publish(t.Context(), byHand)
	if err != nil {
		t.Fatal(err)
	}
	reach(t, b, at)
	logtest.Append(t, b.log, logtest.State(1, "landed"))
	same(t, a, b)
	for i, n := range []*testNode{a, b, run(t, inProcess(s, "board"), eventlog.Options{})} {
		if got := logtest.Board(n.log)[0].State; got != "by hand" {
			t.Errorf("node %d shows %q", i, got)
		}
	}
	byHand.Until = 1 // it ends
	if _, at, err = b.log.Publish(t.Context(), byHand); err != nil {
		t.Fatal(err)
	}
	reach(t, a, at)
	same(t, a, b)
	if got := logtest.Board(a.log)[0].State; got != "landed" {
		t.Errorf("without the override the board shows %q", got)
	}
	for i, n := range []*testNode{a, b} {
		if o := n.log.Image().Overrides; len(o) != 0 {
			t.Errorf("node %d has %d overrides", i, len(o))
		}
	}
}

// A stream of exactly one message survives that the server starts again; see nats-server#6753.
func TestARestartWithOneMessage(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := run(t, inProcess(s, "board"), eventlog.Options{})
	at := logtest.Append(t, a.log, logtest.Addition(1))
	s.stop()
	if _, err := a.log.Append(t.Context(), logtest.Addition(2)); err == nil {
		t.Error("without the server an append succeeds")
	}
	s.start(t)
	b := run(t, inProcess(s, "board"), eventlog.Options{})
	if got := b.log.Stats().Head; got != at {
		t.Errorf("a new node is at %d, want %d", got, at)
	}
	var next eventlog.Position
	for next == 0 {
		next, _ = a.log.Append(t.Context(), logtest.Addition(3))
	}
	same(t, a, b)
	if next != at+1 {
		t.Errorf("after %d comes %d", at, next)
	}
}

// If the stream is made anew, its positions are later than all earlier ones, so viewers get a snapshot.
func TestAStreamThatIsMadeAnew(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := run(t, inProcess(s, "board"), eventlog.Options{})
	at := logtest.Append(t, a.log, logtest.Addition(1))
	if err := a.js.DeleteStream(t.Context(), "board"); err != nil {
		t.Fatal(err)
	}
	b := run(t, inProcess(s, "board"), eventlog.Options{})
	first := logtest.Append(t, b.log, logtest.Addition(2))
	if first <= at {
		t.Fatalf("the new stream begins at %d, and the old one had %d", first, at)
	}
	same(t, b, a)
	c, err := a.log.Cursor(at.String(), 0)
	if err != nil {
		t.Fatal(err)
	}
	events, _ := logtest.Drain(t, &c)
	if len(events) != 1 || events[0].Type != "flightSnapshot" || events[0].ID != first.String() {
		t.Errorf("a viewer of the old stream gets %v, want a snapshot at %d", events, first)
	}
}

// A node starts from the saved board, also when the stream no longer has the records before it.
func TestANodeStartsFromTheSavedBoard(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := run(t, inProcess(s, "board"), eventlog.Options{})
	for n := range 20 {
		logtest.Append(t, a.log, logtest.Addition(n))
	}
	byHand := timetable.Report{Change: logtest.State(1, "by hand"), Until: time.Now().Add(time.Hour).UnixMicro()}
	if _, _, err := a.log.Publish(t.Context(), byHand); err != nil {
		t.Fatal(err)
	}
	stream, err := a.js.Stream(t.Context(), "board")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context(), js.WithPurgeKeep(5)); err != nil {
		t.Fatal(err)
	}
	a.saver.mu.Lock()
	a.saver.received = 1 << 60 // so that it does not save the board now
	a.saver.mu.Unlock()
	late := begin(t, inProcess(s, "board"), eventlog.Options{})
	select {
	case <-late.Equal():
		t.Fatal("a node without the first records, and without a saved board, claims to have the board")
	case <-time.After(time.Second): // it would have been equal by then
	}
	if err := a.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	logtest.Append(t, a.log, logtest.Addition(30))
	select {
	case <-late.Equal():
	case <-time.After(30 * time.Second):
		t.Fatal("with a saved board the node does not start")
	}
	same(t, a, late)
	if diff := cmp.Diff(a.log.Image(), late.log.Image()); diff != "" {
		t.Errorf("the node that starts differs (-old +new):\n%s", diff)
	}
	c, err := late.log.Cursor((a.log.Stats().Head - 3).String(), 0)
	if err != nil || c.Fresh() {
		t.Errorf("a viewer from before the saved board does not resume at the new node: %v", err)
	}
}

// A message that is not flightboard's stops a node from following, and it says where.
func TestAForeignMessageIsReported(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := run(t, inProcess(s, "board"), eventlog.Options{})
	if _, err := a.js.Publish(t.Context(), subject("board"), []byte("hello")); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		a.state.mu.Lock()
		trouble := a.state.trouble
		a.state.mu.Unlock()
		if strings.Contains(trouble, "only flightboard may publish") {
			return
		}
		time.Sleep(50 * time.Millisecond) // a real server has no fake clock
	}
	t.Errorf("the node does not report the message; its trouble is %q", a.state.trouble)
}
