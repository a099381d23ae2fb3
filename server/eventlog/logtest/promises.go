package logtest

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

func timeline(t *testing.T, open Open) {
	log := open(t, eventlog.Options{})
	before := cursor(t, log, "").Next()
	if before.Events != 1 {
		t.Fatalf("an empty log begins with %d events, want its snapshot", before.Events)
	}
	first := Append(t, log, Addition(1))
	for n := 2; n <= 100; n++ {
		if got, want := Append(t, log, Addition(n)), first+eventlog.Position(n-1); got != want {
			t.Fatalf("append %d got position %d, want %d", n, got, want)
		}
	}
	if got, want := Append(t, log, State(1, "landing"), State(2, "landing")), first+101; got != want {
		t.Errorf("an append of two changes is at %d, want the position of the last, %d", got, want)
	}
	if got, want := Append(t, log), first+101; got != want {
		t.Errorf("an append of nothing is at %d, want the head, %d", got, want)
	}
}

// followers lets readers follow while publishers append, under the race detector.
func followers(t *testing.T, open Open) {
	const publishers, viewers, each = 4, 8, 250
	log := open(t, eventlog.Options{History: 16 << 20})
	start := Append(t, log, Addition(0))
	want := span(start+1, start+publishers*each)
	var all sync.WaitGroup
	for range viewers {
		c := cursor(t, log, start.String()) // now: one that came late would be given a snapshot instead
		all.Go(func() {
			var seen []eventstream.Event
			for len(seen) < publishers*each {
				wake := log.Wake()
				got := Parse(t, c.Next().Bytes)
				if seen = append(seen, got...); len(got) == 0 {
					<-wake
				}
			}
			if got := ids(seen); got != want {
				t.Errorf("a follower saw other IDs than those appended: %s", cmp.Diff(strings.Fields(want), strings.Fields(got)))
			}
		})
	}
	for p := range publishers {
		all.Go(func() {
			for n := range each {
				log.Append(t.Context(), Addition(1+p*each+n))
			}
		})
	}
	all.Wait()
}

func inside(t *testing.T, open Open) {
	log := open(t, eventlog.Options{})
	empty := cursor(t, log, "")
	empty.Next()
	start := empty.Position()
	var head eventlog.Position
	for n := range 120 { // few enough that no replay costs more than the board
		head = Append(t, log, Addition(n))
	}
	for p := start; p <= head; p++ {
		c := cursor(t, log, p.String())
		events, _ := Drain(t, c)
		if got, want := ids(events), span(p+1, head); got != want {
			t.Fatalf("after %d come the events %q, want %q", p, got, want)
		}
		if c.Position() != head {
			t.Fatalf("after %d the cursor is at %d, want the head, %d", p, c.Position(), head)
		}
	}
}

func outside(t *testing.T, open Open) {
	log := open(t, eventlog.Options{History: 8 << 10})
	first := Append(t, log, Addition(0))
	head := first
	for n := range 1000 {
		head = Append(t, log, Addition(n))
	}
	for reason, id := range map[string]string{
		"none":                     "",
		"the window has moved on":  first.String(),
		"from the future":          (head + 1000).String(),
		"from the far future":      "18446744073709551615",
		"from another life":        "1577836800000000",
		"zero":                     "0",
		"too large for a position": "18446744073709551616",
		"negative":                 "-1",
		"signed":                   "+" + head.String(),
		"leading zero":             "0" + head.String(),
		"white space":              " " + head.String(),
		"hexadecimal":              "0x10",
		"fraction":                 head.String() + ".0",
		"no number":                "garbage",
		"not ASCII":                "١٢٣",
		"ten kilobytes":            strings.Repeat("9", 10<<10),
		"a list":                   head.String() + "," + head.String(),
	} {
		c := cursor(t, log, id)
		if !c.Fresh() {
			t.Errorf("%s: the cursor was resumed, want a snapshot", reason)
		}
		events, ended := Drain(t, c)
		if len(events) != 1 || events[0].Type != "flightSnapshot" || events[0].ID != head.String() || ended {
			t.Errorf("%s: got %d events, want one flightSnapshot at %d", reason, len(events), head)
		}
		now := Append(t, log, State(1, reason))
		if events, _ := Drain(t, c); ids(events) != now.String() {
			t.Errorf("%s: after the snapshot came %q, want %d", reason, ids(events), now)
		}
		head = now
	}
}

func costly(t *testing.T, open Open) {
	log := open(t, eventlog.Options{})
	start := Append(t, log, Addition(0))
	few := start
	for n := range 1000 {
		at := Append(t, log, State(0, "state "+strconv.Itoa(n)))
		if n == 899 {
			few = at
		}
	}
	if events, _ := Drain(t, cursor(t, log, start.String())); len(events) != 1 || events[0].Type != "flightSnapshot" {
		t.Errorf("1000 updates of one flight are replayed as %d events, want one snapshot", len(events))
	}
	if events, _ := Drain(t, cursor(t, log, few.String())); len(events) != 100 {
		t.Errorf("a short replay has %d events, want 100: it costs no more time than a snapshot", len(events))
	}
}

func wholeness(t *testing.T, open Open) {
	random := rand.New(rand.NewPCG(1, 2))
	log := open(t, eventlog.Options{History: 64 << 10})
	followed := cursor(t, log, "")
	var always timetable.Board
	for range 2000 {
		PublishAny(t, log, random, 40)
		if random.IntN(20) > 0 {
			continue
		}
		events, _ := Drain(t, followed)
		Apply(t, &always, events)
		var fresh timetable.Board
		events, _ = Drain(t, cursor(t, log, ""))
		Apply(t, &fresh, events)
		want := Board(log)
		if diff := cmp.Diff(want, fresh.Snapshot().Board); diff != "" {
			t.Fatalf("the snapshot differs from the board (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, always.Snapshot().Board); diff != "" {
			t.Fatalf("a follower's board differs from the log's (-want +got):\n%s", diff)
		}
	}
}

func atomic(t *testing.T, open Open) {
	log := open(t, eventlog.Options{})
	head := Append(t, log, Addition(1))
	before := Board(log)
	_, err := log.Append(t.Context(), Addition(2), State(99, "landed"), State(2, "landed"), State(98, "landed"))
	refused, ok := errors.AsType[*eventlog.RefusedError](err)
	if !ok {
		t.Fatalf("Append with two unknown flights = %v, want a RefusedError", err)
	}
	var indices []int
	for _, one := range refused.Changes {
		indices = append(indices, one.Index)
	}
	if diff := cmp.Diff([]int{1, 3}, indices); diff != "" {
		t.Errorf("the error lists other changes (-want +got):\n%s", diff)
	}
	if _, err := log.Append(canceled, Addition(3)); err == nil || err.Error() != "the publisher has left" {
		t.Errorf("Append after its context = %v, want the context's cause", err)
	}
	if diff := cmp.Diff(before, Board(log)); diff != "" {
		t.Errorf("a rejected append has changed the board (-want +got):\n%s", diff)
	}
	if at := Append(t, log, Addition(2), State(2, "landing"), State(2, "landed")); at != head+3 {
		t.Errorf("the next append is at %d, want %d: changes may build on each other, and refused ones take no position", at,
			head+3)
	}
}

func immutable(t *testing.T, open Open) {
	log := open(t, eventlog.Options{History: 8 << 10})
	start := Append(t, log, Addition(0))
	var held, copies [][]byte
	c := cursor(t, log, start.String())
	for n := range 2000 {
		Append(t, log, State(0, strconv.Itoa(n)))
		next := c.Next()
		held, copies = append(held, next.Bytes), append(copies, bytes.Clone(next.Bytes))
		if cap(next.Bytes) > len(next.Bytes) {
			t.Fatal("the bytes can be appended to: one viewer could write into another's events")
		}
	}
	if !slices.EqualFunc(held, copies, bytes.Equal) {
		t.Error("bytes changed after they were handed out")
	}
}

func fallen(t *testing.T, open Open) {
	log := open(t, eventlog.Options{History: 8 << 10})
	Append(t, log, Addition(0))
	slow := cursor(t, log, "")
	slow.Next()
	head := eventlog.Position(0)
	for n := range 2000 {
		head = Append(t, log, State(0, strconv.Itoa(n)))
	}
	events, _ := Drain(t, slow)
	if len(events) != 1 || events[0].Type != "flightSnapshot" || events[0].ID != head.String() {
		t.Errorf("got %d events, want one snapshot at %d", len(events), head)
	}
	if slow.Position() != head {
		t.Errorf("the cursor is at %d, want %d", slow.Position(), head)
	}
}

func shared(t *testing.T, open Open) {
	log := open(t, eventlog.Options{})
	Append(t, log, Addition(0))
	a, b := cursor(t, log, "").Next().Bytes, cursor(t, log, "").Next().Bytes
	if &a[0] != &b[0] {
		t.Error("two viewers at one position got two encodings")
	}
	Append(t, log, Addition(1))
	if c := cursor(t, log, "").Next().Bytes; &a[0] == &c[0] || len(c) <= len(a) {
		t.Error("a viewer at a later position got the earlier snapshot")
	}
}

func end(t *testing.T, open Open) {
	log := open(t, eventlog.Options{})
	start := Append(t, log, Addition(0))
	follower := cursor(t, log, start.String())
	over, err := log.End(t.Context())
	if err != nil || over != start+1 {
		t.Fatalf("End = %d, %v, want %d", over, err, start+1)
	}
	events, ended := Drain(t, follower)
	if len(events) != 1 || events[0].Type != "closedConnection" || len(events[0].Data) != 0 || !ended {
		t.Errorf("the follower got %d events, ended %v, want closedConnection and no more", len(events), ended)
	}
	fresh := cursor(t, log, "")
	events, ended = Drain(t, fresh)
	if len(events) != 2 || events[0].Type != "flightSnapshot" || events[1].Type != "closedConnection" || !ended {
		t.Errorf("a fresh viewer got %d events, ended %v, want the final board and closedConnection", len(events), ended)
	}
	if _, err := log.Cursor(over.String(), 0); !errors.Is(err, eventlog.ErrEnded) {
		t.Errorf("Cursor at the end = %v, want ErrEnded", err)
	}

	Append(t, log, Addition(1)) // opens the log again
	if _, err := log.Cursor(over.String(), 0); !errors.Is(err, eventlog.ErrEnded) {
		t.Errorf("Cursor at an earlier end = %v, want ErrEnded", err)
	}
	if events, ended := Drain(t, cursor(t, log, start.String())); len(events) != 1 || !ended {
		t.Errorf("a viewer from before an earlier end got %d events, ended %v, want closedConnection and no more",
			len(events), ended)
	}
	if _, ended := Drain(t, cursor(t, log, "")); ended {
		t.Error("a fresh viewer of the opened log got its end")
	}
}

func wake(t *testing.T, open Open) {
	log := open(t, eventlog.Options{})
	c := cursor(t, log, Append(t, log, Addition(0)).String())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 1; n <= 500; n++ {
			log.Append(t.Context(), Addition(n))
		}
	}()
	for seen := 0; seen < 500; {
		wake := log.Wake()
		n := c.Next().Events
		if seen += n; n == 0 {
			<-wake
		}
	}
	<-done
}
