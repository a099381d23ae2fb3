package web

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// largeBoards returns the boards of a log whose flights are 1 MB of JSON, and a func that changes one of them.
func largeBoards(t *testing.T) (b *boards, change func() eventlog.Position) {
	log := eventlog.New(eventlog.Options{})
	var all []timetable.Change
	for n := range 4 << 10 {
		c := logtest.Addition(n)
		c.Flight.Remark = strings.Repeat("x", 200)
		all = append(all, c)
	}
	logtest.Append(t, log, all...)
	n := 0
	return &boards{log: log}, func() eventlog.Position {
		n++
		return logtest.Append(t, log, logtest.State(0, fmt.Sprint("state ", n)))
	}
}

func TestRequestsShareTheRepresentationsOfABoard(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	b := &boards{log: log, index: []byte("<table><tbody></tbody></table>")}
	logtest.Append(t, log, logtest.Addition(1))
	for f := range formats {
		for _, coding := range []string{"", "gzip"} {
			one, two := b.open(f, coding), b.open(f, coding)
			if &one.text()[0] != &two.text()[0] {
				t.Errorf("format %d, coding %q: two requests at one position have two texts", f, coding)
			}
			one.close()
			two.close()
			at := logtest.Append(t, log, logtest.State(1, fmt.Sprint(f, coding)))
			if three := b.open(f, coding); three.at != at || &three.text()[0] == &one.representations[f][0].write()[0] {
				t.Errorf("format %d, coding %q: after a change the board is at %d, want %d", f, coding, three.at, at)
			} else {
				three.close()
			}
		}
	}
	if b.sending != 0 {
		t.Errorf("%d bytes are being sent to nobody", b.sending)
	}
}

func TestABoardIsNoOlderThanTheRequestUntilThereIsTooMuchWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, change := largeBoards(t)
		get := func() eventlog.Position {
			r := b.open(asJSON, "")
			defer r.close()
			r.text()
			return r.at
		}
		for range 20 { // a request now and then is no load
			if want := change(); get() != want {
				t.Fatalf("the board is at %d, want the log's head %d", b.newest.at, want)
			}
			time.Sleep(time.Second / 4)
		}
		b.credit = 0 // what was saved up is spent
		old, fresh := 0, 0
		for range 400 { // changes without end, and as many requests
			if want := change(); get() == want {
				fresh++
				old = 0
			} else if old++; old > 20 {
				t.Fatal("the board is older than 0.05 s")
			}
			time.Sleep(time.Second / 400)
		}
		if fresh > 40 {
			t.Errorf("in a second the board was written %d times, want 32", fresh)
		}
		time.Sleep(time.Second)
		if want := change(); get() != want {
			t.Errorf("after a pause the board is at %d, want the log's head %d", b.newest.at, want)
		}
	})
}

func TestReadersThatDoNotReadKeepALimitedNumberOfBoards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, change := largeBoards(t)
		var slow []*representation
		held := func() int {
			different := make(map[*byte]int)
			for _, r := range slow {
				different[&r.text()[0]] = cap(r.text())
			}
			sum := 0
			for _, n := range different {
				sum += n
			}
			return sum
		}
		for range 70 {
			change()
			r := b.open(asJSON, "")
			r.text()
			slow = append(slow, r)
			time.Sleep(time.Second)
			if n := held(); n > mostSending {
				t.Fatalf("%d requests hold %d bytes, want at most %d", len(slow), n, mostSending)
			}
		}
		last := slow[len(slow)-1]
		if last.version != b.newest || last.late() {
			t.Error("who has the newest board has to leave")
		}
		if !slow[0].late() {
			t.Error("who has had an old board for 70 s may stay when there is no room")
		}
		slow[0].close()
		slow = slow[1:]
		if want := change(); b.open(asJSON, "").at != want {
			t.Errorf("when there is room again the board is at %d, want %d", b.newest.at, want)
		}
		for _, r := range slow {
			r.close()
		}
		if b.sending != 0 {
			t.Errorf("%d bytes are being sent to nobody", b.sending)
		}
	})
}

func TestASlowReaderIsNotCutOffWhileThereIsMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, change := largeBoards(t)
		r := b.open(asJSON, "")
		r.text()
		for range 10 {
			change()
			b.open(asJSON, "").close()
			time.Sleep(time.Minute)
		}
		if r.late() || r.text() == nil {
			t.Error("a slow reader has to leave, although there is room")
		}
	})
}

// TestManyAtOnce is for the race detector, and for the promise in a small board, which is always at the log's head.
func TestManyAtOnce(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	b := &boards{log: log, index: []byte("<tbody></tbody>")}
	logtest.Append(t, log, logtest.Addition(1))
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 200 {
				coding := [...]string{"", "gzip"}[i/4%2]
				var head eventlog.Position
				if n == 0 {
					head = logtest.Append(t, log, logtest.State(1, fmt.Sprint("state ", i)))
				} else {
					log.Read(func(_ *timetable.Board, at eventlog.Position) { head = at })
				}
				r := b.open(format(i)%formats, coding)
				if r.at < head || i%3 > 0 && len(r.text()) == 0 {
					t.Errorf("the board is at %d, and was at %d before, with %d bytes", r.at, head, len(r.text()))
				}
				r.close()
			}
		})
	}
	all.Wait()
	if b.sending != 0 || b.newest.busy() != nil {
		t.Errorf("%d bytes are being sent to nobody", b.sending)
	}
}
