package main

import (
	"context"
	"fmt"
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
		t.crowd.network.close()
	}
	t.target.stop()
}

const patience = 30 * time.Second

// connect connects all viewers and lets the server come to rest.
func (t *trial) connect() error {
	if err := t.crowd.connect(time.Minute); err != nil {
		return err
	}
	return t.rest(300 * time.Millisecond)
}

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
	for due := time.Now(); ; due = due.Add(distance) {
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
	at    time.Time
	cpu   time.Duration
	tally tally
}

func (t *trial) mark() mark {
	cpu, _ := cpuTime(t.target.pid)
	return mark{time.Now(), cpu, t.ledger.tally}
}
