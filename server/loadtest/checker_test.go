package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

const testStart = eventlog.Position(1_795_000_000_000_000)

// published returns a ledger in which n updates are published.
func published(n int) *ledger {
	l := newLedger(script{flights: 5}, 1, testStart)
	l.publish(n, time.Now())
	return l
}

func encode(t *testing.T, e eventstream.Event) string {
	t.Helper()
	text, err := e.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func id(updates int) string { return (testStart + eventlog.Position(updates)).String() }

// frame is the event of one update.
func frame(t *testing.T, l *ledger, number int) string {
	t.Helper()
	update := l.sequence.update(number)
	return encode(t, eventstream.Event{Type: "flightStateUpdate", ID: id(number + 1), Data: update.AppendJSON(nil)})
}

// frames is several of them; after a snapshot that has those before the first.
func frames(t *testing.T, l *ledger, numbers ...int) string {
	t.Helper()
	var text strings.Builder
	for _, n := range numbers {
		text.WriteString(frame(t, l, n))
	}
	return text.String()
}

func snapshot(t *testing.T, l *ledger, updates int) string {
	t.Helper()
	board := l.sequence.board(updates).Snapshot()
	return encode(t, eventstream.Event{Type: "flightSnapshot", ID: id(updates), Data: board.AppendJSON(nil)})
}

// withoutLast takes the last flight out of a snapshot.
func withoutLast(snapshot string) string {
	return snapshot[:strings.LastIndex(snapshot, ",\ndata: ")] + "]\n\n"
}

// batch is a flightChanges event with the updates from first to last.
func batch(t *testing.T, l *ledger, first, last int) string {
	t.Helper()
	var lines []string
	for n := first; n <= last; n++ {
		update := l.sequence.update(n)
		lines = append(lines, strings.TrimSuffix(string(appendChange(nil, &update)), "\n"))
	}
	return encode(t, eventstream.Event{Type: "flightChanges", ID: id(last + 1), Data: []byte(strings.Join(lines, "\n"))})
}

// judge gives a stream to a new viewer, block by block, and returns everything that the checker says of it.
func judge(l *ledger, stream string) (complaints []string) {
	v := newViewer(l)
	for block := range strings.SplitAfterSeq(stream, "\n\n") {
		rest := v.checker.known([]byte(block), time.Now())
		v.scanner.feed(rest, func(e *event) error {
			if err := v.checker.event(e, time.Now()); err != nil {
				complaints = append(complaints, err.Error())
			}
			return nil
		})
	}
	return complaints
}

func TestCheckerFindsWhatIsWrong(t *testing.T) {
	const all = 6
	l := published(all)
	fine := snapshot(t, l, 0) + frames(t, l, 0, 1, 2, 3, 4, 5)
	heartbeat := "event: heartbeat\ndata: {\"time\":\"2026-11-20T15:04:05Z\"}\n\n"
	for _, c := range []struct {
		name, stream string
		want         tally  // but for deliveries, bytes and snapshots
		says         string // is part of the first complaint
	}{
		{"nothing", fine, tally{}, ""},
		{"a retry and heartbeats between", "retry: 1500\n\n" + snapshot(t, l, 0) + heartbeat + frames(t, l, 0, 1) +
			heartbeat + frames(t, l, 2, 3, 4, 5), tally{Heartbeats: 2}, ""},
		{"a later start", snapshot(t, l, 4) + frames(t, l, 4, 5), tally{}, ""},
		{"a snapshot on the way", snapshot(t, l, 0) + frames(t, l, 0) + snapshot(t, l, 3) + frames(t, l, 3, 4, 5),
			tally{}, ""},
		{"batches", snapshot(t, l, 0) + batch(t, l, 0, 2) + frames(t, l, 3) + batch(t, l, 4, 5), tally{}, ""},

		{"one is lost", snapshot(t, l, 0) + frames(t, l, 0, 1, 3, 4, 5), tally{Lost: 1}, "lost: update 3 came after 1"},
		{"the first is lost", snapshot(t, l, 0) + frames(t, l, 1, 2, 3, 4, 5), tally{Lost: 1},
			"lost: update 1 came after -1"},
		{"several are lost", snapshot(t, l, 0) + frames(t, l, 0, 4, 5), tally{Lost: 3}, "lost: update 4 came after 0"},
		{"one is lost in a batch", snapshot(t, l, 0) + batch(t, l, 0, 1) + batch(t, l, 3, 5), tally{Lost: 1},
			"lost: update 3 came after 1"},
		{"one comes twice", snapshot(t, l, 0) + frames(t, l, 0, 1, 1, 2, 3, 4, 5), tally{Doubled: 1},
			"doubled: update 1 came again after 1"},
		{"one comes again later", snapshot(t, l, 0) + frames(t, l, 0, 1, 2, 3, 4, 5, 0), tally{Doubled: 1},
			"doubled: update 0 came again after 5"},
		{"one comes again from before the snapshot", snapshot(t, l, 2) + frames(t, l, 1, 2, 3, 4, 5), tally{Doubled: 1},
			"doubled: update 1 came again after 1"},
		{"a batch comes twice", snapshot(t, l, 0) + batch(t, l, 0, 5) + batch(t, l, 0, 5), tally{Doubled: 1}, "doubled"},
		{"two are swapped", snapshot(t, l, 0) + frames(t, l, 0, 2, 1, 3, 4, 5), tally{Reordered: 1},
			"lost: update 2 came after 0"},
		{"one that nobody has published", fine + frames(t, l, 6), tally{Corrupt: 1},
			"corrupt: update 6 has not been published"},
		{"a letter is wrong", snapshot(t, l, 0) + strings.Replace(frames(t, l, 0), "LT0000", "LT0OOO", 1), tally{Corrupt: 1},
			"corrupt: want update 0"},
		{"a field is missing", snapshot(t, l, 0) + strings.Replace(frames(t, l, 0), `,"expected":"00:00"`, "", 1),
			tally{Corrupt: 1}, "corrupt: want update 0"},
		{"an ID is wrong", snapshot(t, l, 0) + strings.Replace(frames(t, l, 0), id(1), id(2), 1), tally{Corrupt: 1},
			"corrupt: update 0 has the ID"},
		{"an ID is missing", snapshot(t, l, 0) + strings.Replace(frames(t, l, 0), "id: "+id(1)+"\n", "", 1),
			tally{Corrupt: 1}, "corrupt: update 0 has the ID"},
		{"a batch has the ID of its first", snapshot(t, l, 0) + strings.Replace(batch(t, l, 0, 5), id(6), id(1), 1),
			tally{Corrupt: 1}, "corrupt: update 5 has the ID"},
		{"a batch holds another event", snapshot(t, l, 0) + "event: flightChanges\nid: " + id(1) + "\ndata: {}\n\n",
			tally{Corrupt: 1}, "corrupt: a line of flightChanges"},
		{"two are in one", snapshot(t, l, 0) + strings.Replace(frames(t, l, 0, 1), "\n\nevent: flightStateUpdate\nid: "+id(2),
			"", 1), tally{Corrupt: 1}, "corrupt: an update has 2 lines"},
		{"no snapshot at the start", frames(t, l, 0), tally{Corrupt: 1}, "corrupt: an update came before the snapshot"},
		{"a snapshot lacks a flight", strings.Replace(snapshot(t, l, 0), `"LT0004"`, `"LT0003"`, 1), tally{Corrupt: 1},
			"corrupt: the snapshot"},
		{"a snapshot has a flight less", withoutLast(snapshot(t, l, 0)), tally{Corrupt: 1}, "corrupt: the snapshot at"},
		{"a second snapshot differs", snapshot(t, l, 2) + strings.Replace(snapshot(t, l, 2), "LT0004", "LT0005", 1),
			tally{Corrupt: 1}, "is not the same for all"},
		{"a snapshot is of another moment", strings.Replace(snapshot(t, l, 0), id(0), id(4), 1), tally{Corrupt: 1},
			"corrupt: the snapshot"},
		{"a snapshot is from the future", snapshot(t, l, 7), tally{Corrupt: 1}, "corrupt: a snapshot has the ID"},
		{"a snapshot leads back", snapshot(t, l, 3) + snapshot(t, l, 2), tally{Corrupt: 1}, "corrupt: a snapshot leads back"},
		{"a heartbeat has an ID", snapshot(t, l, 0) + "id: " + id(1) + "\n" + heartbeat, tally{Heartbeats: 1, Corrupt: 1},
			"corrupt: a heartbeat has the ID"},
		{"an unknown event", snapshot(t, l, 0) + "event: surprise\ndata\n\n", tally{Corrupt: 1},
			"corrupt: an event of the type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := published(all)
			for _, who := range []string{"the first viewer", "the second viewer, after one who got all"} {
				l.tally = tally{}
				complaints := judge(l, c.stream)
				got := l.tally
				got.Deliveries, got.Bytes, got.Snapshots = 0, 0, 0
				if got != c.want {
					t.Errorf("%s: the tally is %+v, want %+v; it says %q", who, got, c.want, complaints)
				}
				switch {
				case c.says == "" && len(complaints) > 0:
					t.Errorf("%s: it complains of a good stream: %q", who, complaints)
				case c.says != "" && (len(complaints) == 0 || !strings.Contains(complaints[0], c.says)):
					t.Errorf("%s: it says %q, want %q", who, complaints, c.says)
				}
				if got := l.complete; c.says == "" && got != all {
					t.Errorf("%s: %d updates are complete, want %d", who, got, all)
				}
				// Now the ledger remembers what was right, in both forms.
				l = published(all)
				judge(l, fine)
				judge(l, snapshot(t, l, 0)+frames(t, l, 0)+batch(t, l, 1, 5))
				l.complete = 0
				for i := range l.entries {
					l.entries[i].with = 0
				}
			}
		})
	}
}

// TestABlockIsCheckedOnceForAllViewers, but it is counted, and only where it stands at the beginning of a block.
func TestABlockIsCheckedOnceForAllViewers(t *testing.T) {
	l := published(6)
	stream := snapshot(t, l, 0) + frames(t, l, 0) + batch(t, l, 1, 4) + frames(t, l, 5)
	if complaints := judge(l, stream); complaints != nil {
		t.Fatal(complaints)
	}
	v := newViewer(l)
	if err := v.stream([]byte(snapshot(t, l, 0))); err != nil {
		t.Fatal(err)
	}
	if rest := v.checker.known([]byte(frames(t, l, 0)+batch(t, l, 1, 4)+frames(t, l, 5, 0)),
		time.Now()); string(rest) != frames(t, l, 0) {
		t.Errorf("%q is left, want what came twice", rest)
	}
	if l.tally.Deliveries != 12 {
		t.Errorf("two viewers make %d deliveries of 6 updates, want 12", l.tally.Deliveries)
	}

	v = newViewer(l)
	if err := v.stream([]byte(snapshot(t, l, 0) + "data: beginning of a line, ")); err != nil {
		t.Fatal(err)
	}
	if err := v.stream([]byte(frames(t, l, 0))); err == nil {
		t.Error("an update that goes on in the middle of a line is taken for a whole one")
	}
}

// TestCheckerContinuesAfterReconnecting: what a viewer has is not forgotten when it is cut.
func TestCheckerContinuesAfterReconnecting(t *testing.T) {
	l := published(4)
	v := newViewer(l)
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
	v.request("x", form{}, time.Now())
	cut := head + snapshot(t, l, 0) + frames(t, l, 0, 1)
	if err := v.receive([]byte(cut+frames(t, l, 2)[:30]), time.Now()); err != nil {
		t.Fatal(err)
	}
	request := v.request("x", form{}, time.Now())
	if want := "Last-Event-ID: " + id(2) + "\r\n"; !strings.Contains(request, want) {
		t.Errorf("the viewer asks with %q, want %q in it", request, want)
	}
	if err := v.receive([]byte(head+frames(t, l, 2, 3)), time.Now()); err != nil {
		t.Errorf("the stream went on where it was cut: %v", err)
	}
	v.request("x", form{}, time.Now())
	if err := v.receive([]byte(head+frames(t, l, 3)), time.Now()); err == nil ||
		!strings.Contains(err.Error(), "doubled: update 3") {
		t.Errorf("the stream repeated update 3: %v, want a complaint", err)
	}
}

// TestUpdatesAreCompleteWhenTheLastViewerHasThem: the slowest counts, and what a snapshot spares him counts as had.
func TestUpdatesAreCompleteWhenTheLastViewerHasThem(t *testing.T) {
	l := newLedger(script{flights: 5}, 3, testStart)
	l.publish(3, time.Now())
	for _, c := range []struct {
		stream string
		want   int
	}{
		{snapshot(t, l, 0) + frames(t, l, 0, 1, 2), 0},
		{snapshot(t, l, 0) + frames(t, l, 0), 0},
		{snapshot(t, l, 2), 1},
	} {
		if complaints := judge(l, c.stream); complaints != nil {
			t.Fatal(complaints)
		}
		if got := l.complete; got != c.want {
			t.Errorf("%d updates are complete, want %d", got, c.want)
		}
	}
}

func TestUpdatesAreIdentifiedByTheirData(t *testing.T) {
	for _, flights := range []int{1, 5, 100, 1000, maxFlights} {
		s := script{flights: flights}
		seen := map[string]int{}
		for number := range min(s.period(), 5000) {
			u := s.update(number)
			if err := u.Validate(); err != nil {
				t.Fatalf("update %d of %d flights: %v", number, flights, err)
			}
			data := string(u.AppendJSON(nil))
			if before, ok := seen[data]; ok {
				t.Fatalf("updates %d and %d of %d flights are the same", before, number, flights)
			}
			seen[data] = number
			if got, ok := s.locate("flightStateUpdate", []byte(data)); !ok || got != number {
				t.Fatalf("locate(update %d of %d flights) = %d, %v", number, flights, got, ok)
			}
		}
	}
}

func TestScriptBoardIsWhatItsChangesBuild(t *testing.T) {
	s := script{flights: 7}
	var b timetable.Board
	for _, c := range s.seed() {
		b.Apply(&c)
	}
	for n := range s.period() + 50 {
		u := s.update(n)
		b.Apply(&u)
	}
	got, want := s.board(s.period()+50).Snapshot(), b.Snapshot()
	if !slices.Equal(got.Board, want.Board) {
		t.Errorf("board = %v, want %v", got.Board, want.Board)
	}
	if len(want.Board) != 7 {
		t.Errorf("the board has %d flights, want 7", len(want.Board))
	}
}
