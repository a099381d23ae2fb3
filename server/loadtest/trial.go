package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// A trial is one run against one server: the server, the pool of viewers, and the ledger between them.
type trial struct {
	plan   plan
	target *target
	ledger *ledger
	pool   *pool
	empty  int64 // the server's memory before the first viewer
}

// begin starts a server and gives it its board. No viewer is connected yet.
func begin(server string, p plan) (*trial, error) {
	target, err := startTarget(server, p)
	if err != nil {
		return nil, err
	}
	t := &trial{plan: p, target: target}
	if err := t.seed(); err != nil {
		t.end()
		return nil, err
	}
	target.command("free") // so that the memory of the empty server is not its start-up garbage
	t.empty, _ = target.residentBytes()
	return t, nil
}

// seed publishes the board, and makes the ledger and the pool.
func (t *trial) seed() error {
	what := t.plan.sequence
	if what == nil {
		what = script{flights: t.plan.flights}
	}
	for part := range slices.Chunk(what.seed(), 1000) {
		if err := t.target.publish(part...); err != nil {
			return err
		}
	}
	start, err := t.target.head()
	if err != nil {
		return err
	}
	t.ledger = newLedger(what, t.plan.viewers, start)
	t.pool, err = newPool(t.ledger, t.target.viewed(), t.plan.viewers, t.plan.form)
	return err
}

// end ends the server that begin started, and all connections.
func (t *trial) end() {
	if t.pool != nil {
		t.pool.close()
	}
	t.target.stop()
}

const patience = 30 * time.Second

// connect connects all viewers and lets the server come to rest.
func (t *trial) connect() error {
	if err := t.pool.connect(time.Minute); err != nil {
		return err
	}
	if t.plan.form.gzip && !t.pool.viewers[0].wire.compressed() {
		return errPlain
	}
	return t.rest(200 * time.Millisecond)
}

var errPlain = errors.New("the server does not compress")

// rest receives for a while.
func (t *trial) rest(d time.Duration) error {
	end := time.Now().Add(d)
	return t.pool.watch(func(now time.Time) (time.Duration, bool) { return end.Sub(now), now.After(end) }, d+patience)
}

// A pace publishes until the end. It returns a step, which publishes what is due, and says how long it need not be
// called again and whether it is over. The goroutine that receives calls it, as often as it can: another one would
// compete with it for the generator's core, and be late by milliseconds.
type pace func(t *trial, end time.Time) (step func(now time.Time) (wait time.Duration, over bool, err error))

// atRate publishes bursts at even distances. An event is due at its moment, whether or not the server lets it be
// published then, so its latency shows how long it had to wait.
func atRate(t *trial, end time.Time) func(time.Time) (time.Duration, bool, error) {
	distance := time.Duration(float64(t.plan.burst) / t.plan.rate * float64(time.Second))
	due := time.Now()
	return func(now time.Time) (time.Duration, bool, error) {
		for !due.After(now) && due.Before(end) {
			if err := t.burst(t.plan.burst, due); err != nil {
				return 0, true, err
			}
			due = due.Add(distance)
		}
		return due.Sub(now), !due.Before(end), nil
	}
}

// saturating keeps two bursts in flight: the next one is published when all viewers have the one before the previous.
func saturating(t *trial, end time.Time) func(time.Time) (time.Duration, bool, error) {
	return func(now time.Time) (time.Duration, bool, error) {
		for now.Before(end) && t.ledger.published()-t.ledger.complete <= t.plan.burst {
			if err := t.burst(t.plan.burst, now); err != nil {
				return 0, true, err
			}
		}
		return end.Sub(now), !now.Before(end), nil
	}
}

// burst publishes n updates at once.
func (t *trial) burst(n int, due time.Time) error {
	first := t.ledger.publish(n, due)
	changes := slices.Grow(t.target.changes[:0], n)
	for i := range n {
		changes = append(changes, t.ledger.sequence.update(first+i))
	}
	t.target.changes = changes
	return t.target.publish(changes...)
}

// play publishes for a while and returns when all viewers have all of it.
func (t *trial) play(pace pace, length time.Duration) error {
	step := pace(t, time.Now().Add(length))
	var failed error
	err := t.pool.watch(func(now time.Time) (time.Duration, bool) {
		wait, over, err := step(now)
		if failed = err; over {
			wait = time.Second // for deliveries alone
		}
		return wait, failed != nil || over && t.ledger.complete == t.ledger.published()
	}, length+patience)
	if err == errPatience {
		return fmt.Errorf("lost: of %d updates, %d are with all viewers %v after the last was published",
			t.ledger.published(), t.ledger.complete, patience)
	}
	return cmp.Or(err, failed)
}

// A mark is where the counters stand at a moment.
type mark struct {
	at          time.Time
	cpu         time.Duration
	known       bool // cpu is
	allocations float64
	tally       tally
}

func (t *trial) mark() mark {
	m := mark{at: time.Now(), tally: t.ledger.tally, allocations: math.NaN()}
	m.cpu, m.known = t.target.cpuTime()
	if answer, err := t.target.command("allocations"); err == nil {
		fmt.Sscan(answer, &m.allocations)
	}
	return m
}

// A difference is what has happened between two marks. What is unknown is NaN.
type difference struct {
	time        time.Duration
	cpu         float64 // µs
	deliveries  float64
	bytes       float64
	allocations float64
}

func (m mark) since(before mark) difference {
	return difference{
		time:        m.at.Sub(before.at),
		cpu:         measured(float64(m.cpu-before.cpu)/1000, m.known),
		deliveries:  float64(m.tally.Deliveries - before.tally.Deliveries),
		bytes:       float64(m.tally.Bytes - before.tally.Bytes),
		allocations: m.allocations - before.allocations,
	}
}

// memory is what a viewer costs the server: what it has more than before the first came, divided by their number.
func (t *trial) memory(name string) figure {
	resident, known := t.target.residentBytes()
	return figure{name, measured(float64(resident-t.empty)/1024/float64(t.plan.viewers), known), 2}
}
