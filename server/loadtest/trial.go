package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// A trial is one run against one server: the server, the crowd, and the ledger between them.
type trial struct {
	plan   plan
	target *target
	ledger *ledger
	crowd  *crowd
	empty  int64 // the server's memory before the first viewer
}

// begin starts a server and gives it its board. Nobody is connected yet.
func begin(server string, p plan) (*trial, error) {
	target, err := startTarget(server, p.pid)
	if err != nil {
		return nil, err
	}
	t := &trial{plan: p, target: target}
	script := script{flights: p.flights}
	for part := range slices.Chunk(script.seed(), 1000) {
		if err := target.publish(part...); err != nil {
			t.end()
			return nil, err
		}
	}
	start, err := target.head()
	if err != nil {
		t.end()
		return nil, err
	}
	t.ledger = newLedger(script, p.viewers, start)
	t.crowd, err = newCrowd(t.ledger, target.host, p.viewers, p.form)
	if err != nil {
		t.end()
		return nil, err
	}
	target.command("free") // so that the memory of the empty server is not its start-up garbage
	t.empty, _ = residentBytes(target.pid)
	return t, nil
}

// end ends the server that begin started, and all connections.
func (t *trial) end() {
	if t.crowd != nil {
		t.crowd.close()
	}
	t.target.stop()
}

const patience = 30 * time.Second

// connect connects all viewers and lets the server come to rest.
func (t *trial) connect() error {
	if err := t.crowd.connect(time.Minute); err != nil {
		return err
	}
	if t.plan.form.gzip && !t.crowd.viewers[0].response.gzip {
		return errPlain
	}
	return t.rest(200 * time.Millisecond)
}

var errPlain = errors.New("the server does not compress")

// rest receives for a while.
func (t *trial) rest(d time.Duration) error {
	end := time.Now().Add(d)
	return t.crowd.watch(func() bool { return time.Now().After(end) }, d+patience)
}

// A pace publishes until ctx is done.
type pace func(ctx context.Context, t *trial) error

// atRate publishes bursts at even distances. An event is due at its moment, whether or not the server lets it be
// published then, so its latency shows how long it had to wait.
func atRate(ctx context.Context, t *trial) error {
	distance := time.Duration(float64(t.plan.burst) / t.plan.rate * float64(time.Second))
	end, ends := ctx.Deadline() // or the race at the very end would decide whether there is one burst more
	for due := time.Now(); !ends || due.Before(end); due = due.Add(distance) {
		if wait := time.Until(due); wait > 0 {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return nil
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := t.burst(t.plan.burst, due); err != nil {
			return err
		}
	}
	return nil
}

// saturating keeps two bursts in flight: the next one is published when all viewers have the one before the previous.
func saturating(ctx context.Context, t *trial) error {
	for {
		for t.ledger.published()-int(t.ledger.complete.Load()) > t.plan.burst {
			select {
			case <-t.ledger.advanced:
			case <-ctx.Done():
				return nil
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := t.burst(t.plan.burst, time.Now()); err != nil {
			return err
		}
	}
}

// burst publishes n updates at once.
func (t *trial) burst(n int, due time.Time) error {
	first := t.ledger.publish(n, due)
	changes := slices.Grow(t.target.changes[:0], n)
	for i := range n {
		changes = append(changes, t.ledger.script.update(first+i))
	}
	t.target.changes = changes
	return t.target.publish(changes...)
}

// play publishes for a while and returns when all viewers have all of it.
func (t *trial) play(pace pace, length time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	published := make(chan error, 1)
	go func() { published <- pace(ctx, t) }()
	over := false
	var failed error
	err := t.crowd.watch(func() bool {
		select {
		case failed = <-published:
			over = true
		default:
		}
		return failed != nil || over && int(t.ledger.complete.Load()) == t.ledger.published()
	}, length+patience)
	if err == errPatience {
		return fmt.Errorf("lost: of %d updates, %d are with all viewers %v after the last was published",
			t.ledger.published(), t.ledger.complete.Load(), patience)
	}
	if err == nil {
		err = failed
	}
	return err
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
	m.cpu, m.known = cpuTime(t.target.pid)
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
	resident, known := residentBytes(t.target.pid)
	return figure{name, measured(float64(resident-t.empty)/1024/float64(t.plan.viewers), known), 2}
}
