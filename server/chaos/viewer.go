package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// A viewer reads at one node after the other, and checks that positions increase and that the numbers of changes follow
// each other. The log has a number twice if its publisher had no answer before a node was killed, and posted again.
type viewer struct {
	nodes  []*node
	number int

	mu                         sync.Mutex
	lastID                     string
	last                       int // the number of the last change
	events, resumed, snapshots int
	longest                    time.Duration
	wrong                      error
	board                      timetable.Board
}

func (v *viewer) run(ctx context.Context) {
	for left := time.Now(); ctx.Err() == nil; {
		n := v.nodes[rand.IntN(len(v.nodes))]
		if opened := v.read(ctx, n); !opened.IsZero() {
			v.longest = max(v.longest, opened.Sub(left))
			left = time.Now()
		}
		sleep(ctx, rand.N(100*time.Millisecond))
	}
}

// read reads at a node until that is killed, or for some seconds. It returns when the stream was opened.
func (v *viewer) read(ctx context.Context, n *node) (opened time.Time) {
	ctx, cancel := context.WithTimeout(ctx, rand.N(4*time.Second))
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, n.url+"/events", nil)
	if v.lastID != "" {
		request.Header.Set("Last-Event-ID", v.lastID)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return opened
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return opened
	}
	opened = time.Now()
	first := true
	for e, err := range eventstream.Read(answer.Body) {
		if err != nil {
			break
		}
		v.take(e, &first)
	}
	io.Copy(io.Discard, answer.Body)
	return opened
}

func (v *viewer) take(e eventstream.Event, first *bool) {
	kind, ok := timetable.KindOf(e.Type)
	if !ok {
		return
	}
	var c timetable.Change
	if err := c.Decode(kind, string(e.Data)); err != nil {
		v.fail(fmt.Errorf("%s: %w", e.Type, err))
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.board.Apply(&c)
	before, _ := eventlog.ParsePosition(v.lastID)
	at, _ := eventlog.ParsePosition(e.ID)
	v.lastID = e.ID
	v.events++
	if kind == timetable.KindReplace {
		v.snapshots++
		v.last = newest(&v.board)
	} else if number, err := strconv.Atoi(c.Flight.State); err != nil || at <= before ||
		number != v.last && number != v.last+1 {
		v.wrong = fmt.Errorf("viewer %d got %s %s at %s after change %d", v.number, e.Type, e.Data, e.ID, v.last)
	} else {
		v.last = number
	}
	if *first && kind != timetable.KindReplace {
		v.resumed++
	}
	*first = false
}

func (v *viewer) fail(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.wrong = err
}

// state returns the number of the last change, and what has gone wrong.
func (v *viewer) state() (last int, wrong error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.last, v.wrong
}

// newest returns the greatest number of a change on a board.
func newest(b *timetable.Board) (number int) {
	for f := range b.Flights() {
		n, _ := strconv.Atoi(f.State)
		number = max(number, n)
	}
	return number
}
