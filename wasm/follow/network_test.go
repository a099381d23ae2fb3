package follow

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A network lets a follower follow a server with a log, over lines that are late at random, and through a box.
type network struct {
	t      *testing.T
	r      *rand.Rand
	box    string // none; all, head or last: what it holds back
	now    time.Time
	follow *Follower
	queue  []happening

	log        []time.Time // when the changes were appended; the position is their number
	pace       time.Duration
	connection int // a number for each; 0: none
	browserID  int // the EventSource's last event ID
	sent       time.Time
	arrived    time.Time // of the last piece of the connection
	held       func()    // the piece that the box holds back
	sentTo     int       // the position after the connection's last piece
	down       bool      // the server refuses connections
	waits      func()    // answers the request that waits for events
	ask        int       // a number for each; the newest one counts
	asks       int       // requests, whether they are needed or not
	opens      int       // connections, also the browser's own
	worst      time.Duration
	switched   time.Time // when the follower began to poll
	shown      int
}

type happening struct {
	at time.Time
	do func()
}

func newNetwork(t *testing.T, seed uint64, box string) *network {
	n := &network{t: t, r: rand.New(rand.NewPCG(seed, 2)), box: box, now: time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)}
	n.pace = []time.Duration{time.Second, 5 * time.Second, 20 * time.Second, time.Minute}[seed%4]
	n.log = []time.Time{n.now}
	n.follow = New("events?batch", n, n.r.Float64)
	n.after(0, n.change)
	n.follow.Start(n.now)
	return n
}

func (n *network) after(d time.Duration, do func()) {
	h := happening{n.now.Add(d), do}
	i, _ := slices.BinarySearchFunc(n.queue, h, func(a, b happening) int { return a.at.Compare(b.at) })
	for i < len(n.queue) && !n.queue[i].at.After(h.at) {
		i++
	}
	n.queue = slices.Insert(n.queue, i, h)
}

// run lets time pass.
func (n *network) run(d time.Duration) {
	for end := n.now.Add(d); ; {
		tick := n.follow.last.Add(n.follow.Next())
		switch {
		case len(n.queue) > 0 && !n.queue[0].at.After(tick) && !n.queue[0].at.After(end):
			h := n.queue[0]
			n.queue = n.queue[1:]
			n.now = h.at
			h.do()
		case n.follow.Next() > 0 && !tick.After(end):
			n.now = tick
			n.follow.Tick(n.now)
		default:
			n.now = end
			return
		}
		if n.follow.polls.on && n.switched.IsZero() {
			n.switched = n.now
		}
	}
}

// latency is a tenth of a second, seldom up to 2.5 s.
func (n *network) latency() time.Duration {
	switch n.r.IntN(100) {
	case 0:
		return time.Duration(n.r.IntN(2500)) * time.Millisecond
	case 1, 2, 3, 4:
		return time.Duration(n.r.IntN(1000)) * time.Millisecond
	}
	return time.Duration(20+n.r.IntN(150)) * time.Millisecond
}

// change appends to the log, and then again.
func (n *network) change() {
	n.log = append(n.log, n.now)
	n.deliver()
	if n.waits != nil {
		n.waits()
	}
	n.after(time.Duration(n.r.ExpFloat64()*float64(n.pace)), n.change)
}

// deliver sends the connection what is new.
func (n *network) deliver() {
	if n.connection == 0 || n.sentTo == len(n.log) {
		return
	}
	n.sentTo = len(n.log)
	at := n.sentTo
	n.piece(func() { n.message(at) })
}

func (n *network) message(at int) {
	n.browserID = at
	n.follow.Message(n.now, "flightSnapshot", strconv.Itoa(at), true)
	for ; n.shown < at; n.shown++ {
		n.worst = max(n.worst, n.now.Sub(n.log[n.shown]))
	}
}

// piece sends a piece on the connection. The box holds it back or not.
func (n *network) piece(do func()) {
	n.sent = n.now
	switch n.box {
	case "all", "head":
		return
	case "last":
		do, n.held = n.held, do
		if do == nil {
			return
		}
	}
	n.arrive(do)
}

// arrive dispatches something of the connection in its order.
func (n *network) arrive(do func()) {
	at := n.now.Add(n.latency())
	if at.Before(n.arrived) {
		at = n.arrived
	}
	n.arrived = at
	of := n.connection
	n.after(at.Sub(n.now), func() {
		if n.connection == of {
			do()
		}
	})
}

func (n *network) Open(url string) error {
	n.Close()
	n.browserID = lastID(url)
	n.connect()
	return nil
}

func lastID(url string) int {
	_, after, _ := strings.Cut(url, "lastEventId=")
	id, _, _ := strings.Cut(after, "&")
	number, _ := strconv.Atoi(id)
	return number
}

// connect is what an EventSource does, also by itself.
func (n *network) connect() {
	n.opens++
	n.connection = n.opens
	of, id := n.connection, n.browserID
	n.after(n.latency(), func() {
		if n.connection != of {
			return
		}
		if n.down {
			n.arrive(func() { n.lose() })
			return
		}
		n.held = nil
		if n.box != "head" {
			n.arrive(func() { n.follow.Opened(n.now) })
		}
		if n.sentTo = id; id == len(n.log) {
			n.beat()
		} else {
			n.deliver()
		}
		n.heartbeats(of)
	})
}

func (n *network) beat() {
	server := n.now
	n.piece(func() { n.follow.Heartbeat(n.now, server, nil) })
}

func (n *network) heartbeats(of int) {
	if n.connection != of {
		return
	}
	left := 15*time.Second - n.now.Sub(n.sent)
	if left <= 0 {
		n.beat()
		left = 15 * time.Second
	}
	n.after(left, func() { n.heartbeats(of) })
}

// lose breaks the connection. The browser connects again.
func (n *network) lose() {
	n.connection = -n.connection
	of := n.connection
	n.follow.Failed(n.now, false)
	n.after(time.Second+time.Duration(n.r.IntN(2000))*time.Millisecond, func() {
		if n.connection == of {
			n.connect()
		}
	})
}

func (n *network) Close() { n.connection, n.ask = 0, n.ask+1 }
func (n *network) Probe(string) error {
	n.t.Fatal("no answer of this server ends an EventSource")
	return nil
}

func (n *network) Ask(url string, whole bool) error {
	n.ask++
	n.asks++
	of, id := n.ask, lastID(url)
	wait := time.Duration(0)
	if strings.HasSuffix(url, "wait=25s") {
		wait = 25 * time.Second
	}
	n.after(n.latency(), func() { n.answer(of, id, n.now.Add(wait)) })
	return nil
}

func (n *network) answer(of, id int, until time.Time) {
	if n.ask != of {
		return
	}
	if left := until.Sub(n.now); id == len(n.log) && left > 0 && !n.down {
		n.waits = func() { n.answer(of, id, until) }
		n.after(left, n.waits)
		return
	}
	n.waits = nil
	a := Answer{Status: 200, Type: eventStream, Position: strconv.Itoa(len(n.log)), Date: n.now, News: id != len(n.log)}
	if n.down {
		a = Answer{}
	}
	at, server := len(n.log), n.now
	n.after(n.latency(), func() {
		if n.ask != of || !n.follow.Asked(n.now, a) {
			return
		}
		if a.News {
			n.message(at)
		}
		n.follow.Heartbeat(n.now, server, nil)
		n.follow.Tick(n.now)
	})
}

// Connections of a server that is well break again and again, after long and short times, and the server is away now
// and then. No follower takes that for a stream that is held back.
func TestHealthyReconnectsAreNoEvidence(t *testing.T) {
	reconnects, asks, hours := 0, 0, 0.0
	for seed := uint64(0); reconnects < 10_000; seed++ {
		n := newNetwork(t, seed, "")
		for n.opens < 100 {
			n.follow.suspicion.asked = 0 // as if a heartbeat were late, so that it often asks
			n.run(time.Duration(n.r.ExpFloat64() * float64(20*time.Second)))
			if n.connection > 0 {
				n.lose()
			}
			if n.down = n.r.IntN(10) == 0; n.down {
				n.run(time.Duration(n.r.IntN(20)) * time.Second)
				n.down = false
			}
		}
		n.run(time.Minute)
		if !n.switched.IsZero() {
			t.Errorf("seed %d: the follower polls from %v", seed, n.switched)
		}
		if got := n.follow.Status(0).State; got != "live" && got != "quiet" {
			t.Errorf("seed %d: the board of a server that is well is %s", seed, got)
		}
		reconnects, asks, hours = reconnects+n.opens, asks+n.asks, hours+n.follow.elapsed.Hours()
	}
	t.Logf("%d connections, %.1f requests an hour", reconnects, float64(asks)/hours)
}

// Behind a box the board is fresh within some 10 s: at the beginning, and whenever the stream is tried again. A box
// that holds the last piece back delays a change until the heartbeat after it at most, so some readers see the first
// few of them later, and on a busy board none does, so that nobody has to poll.
func TestBoxes(t *testing.T) {
	for _, box := range []struct {
		holds       string
		worst, then time.Duration
		late, polls int
	}{
		{"all", 11 * time.Second, 9 * time.Second, 1, 100},
		{"head", 11 * time.Second, 9 * time.Second, 1, 100},
		{"last", 21 * time.Second, 16 * time.Second, 10, 75},
	} {
		t.Run(box.holds, func(t *testing.T) {
			var worst, then time.Duration
			late, polls := 0, 0
			for seed := range uint64(100) {
				n := newNetwork(t, seed, box.holds)
				n.run(10 * time.Minute)
				worst = max(worst, n.worst)
				if n.worst > 10*time.Second {
					late++
				}
				if !n.switched.IsZero() {
					polls++
				}
				n.worst = 0
				n.run(time.Hour)
				then = max(then, n.worst)
				n.box = ""
				n.run(2 * time.Hour)
				if n.follow.phase != live {
					t.Errorf("seed %d: the box has gone, and the follower still polls", seed)
				}
			}
			if worst > box.worst || then > box.then || late > box.late || polls < box.polls {
				t.Errorf("too late or too few: %+v", box)
			}
			t.Logf("of 100 readers %d poll; a change shows within %v, to %d of them later than 10 s; afterwards within %v",
				polls, worst, late, then)
		})
	}
}

// A quiet page of a server that is well asks less and less often.
func TestQuietStreamsAreSeldomAskedAbout(t *testing.T) {
	n := newNetwork(t, 1, "")
	n.pace = 1000 * time.Hour
	n.run(time.Hour)
	first := n.asks
	n.run(24 * time.Hour)
	if day := n.asks - first; first > 15 || day < 90 || day > 150 {
		t.Errorf("%d requests in the first hour, %d in the day after it", first, day)
	}
}
