package main

import (
	"fmt"
	"time"
)

// A mode measures one server once.
type mode struct {
	name  string
	about string
	plan  plan // what the flags are by default
	run   func(server string, p plan) ([]figure, error)
	title func(p plan) string

	// variants, when set, are compared instead of servers.
	variants func(p plan) []contender
}

var modes = []mode{
	{
		name:  "rate",
		about: "events at an even rate",
		plan:  plan{viewers: 1000, rate: 20, burst: 1, length: 10 * time.Second},
		run:   broadcast(atRate),
		title: func(p plan) string { return fmt.Sprintf("%d viewers, %v events/s, %s", p.viewers, p.rate, p.form) },
	},
	{
		name:  "burst",
		about: "events in bursts at an even rate",
		plan:  plan{viewers: 1000, rate: 100, burst: 50, length: 10 * time.Second},
		run:   broadcast(atRate),
		title: func(p plan) string {
			return fmt.Sprintf("%d viewers, %v events/s in bursts of %d, %s", p.viewers, p.rate, p.burst, p.form)
		},
	},
	{
		name:  "saturate",
		about: "as many events as the server can take, two bursts in flight",
		plan:  plan{viewers: 1000, burst: 1, length: 5 * time.Second},
		run:   broadcast(saturating),
		title: func(p plan) string {
			return fmt.Sprintf("%d viewers, 2 bursts of %d in flight, %s", p.viewers, p.burst, p.form)
		},
	},
	{
		name:  "idle",
		about: "the server's memory with viewers connected, idle, and written to",
		plan:  plan{viewers: 15000, rate: 2, burst: 1, length: 4 * time.Second},
		run:   idle,
		title: func(p plan) string { return fmt.Sprintf("%d viewers, %s", p.viewers, p.form) },
	},
	{
		name:  "storm",
		about: "all viewers are cut, miss events, and come back at once",
		plan:  plan{viewers: 5000, burst: 100},
		run:   storm,
		title: func(p plan) string {
			return fmt.Sprintf("%d viewers come back, %d events missed, %.0f %% with a stale ID, %s", p.viewers, p.burst,
				100*p.stale, p.form)
		},
	},
	{
		name:  "accept",
		about: "new viewers, each with a snapshot of the board",
		plan:  plan{viewers: 2000, flights: 1000},
		run:   accept,
		title: func(p plan) string {
			return fmt.Sprintf("%d viewers arrive, %d flights in the snapshot, %s", p.viewers, p.flights, p.form)
		},
	},
	{
		name:  "day",
		about: "24 h of a large airport at 3,600 ×, while viewers come and go: heap and goroutines",
		plan:  plan{viewers: 1000, servers: "ours", runs: 1},
		run:   longDay,
		title: func(p plan) string { return fmt.Sprintf("%d viewers, a tenth comes and goes each hour", p.viewers) },
	},
	{
		name:  "bytes",
		about: "what the forms of the stream cost: plain, batch, and both compressed",
		plan:  plan{viewers: 1000, rate: 20, burst: 1, length: 5 * time.Second, flights: 1000},
		run:   broadcast(atRate),
		title: func(p plan) string {
			return fmt.Sprintf("%d viewers, %v events/s in bursts of %d", p.viewers, p.rate, p.burst)
		},
		variants: func(p plan) (all []contender) {
			for _, p.form = range []form{{}, {batch: true}, {gzip: true}, {batch: true, gzip: true}} {
				all = append(all, contender{p.form.String(), p.servers, p})
			}
			return all
		},
	},
	{
		name:  "growth",
		about: "what an event costs with few viewers and with many",
		plan:  plan{viewers: 1000, rate: 100, burst: 1, length: 3 * time.Second},
		run:   broadcast(atRate),
		title: func(p plan) string { return fmt.Sprintf("%v events/s in bursts of %d, %s", p.rate, p.burst, p.form) },
		variants: func(p plan) []contender {
			few := p
			few.viewers = max(1, p.viewers/20)
			return []contender{{few.label(), p.servers, few}, {p.label(), p.servers, p}}
		},
	},
}

const warmUp = 300 * time.Millisecond

// broadcast measures what it costs and how long it takes to bring events to all viewers.
func broadcast(pace pace) func(string, plan) ([]figure, error) {
	return func(server string, p plan) ([]figure, error) {
		t, err := begin(server, p)
		if err != nil {
			return nil, err
		}
		defer t.end()
		if err := t.connect(); err != nil {
			return nil, err
		}
		if err := t.play(pace, min(warmUp, p.length)); err != nil {
			return nil, err
		}
		t.ledger.latency = latencies{}
		before := t.mark()
		if err := t.play(pace, p.length); err != nil {
			return nil, err
		}
		d := t.mark().since(before)
		return figures(
			figure{"deliveries/s", d.deliveries / max(d.time, p.length).Seconds(), 0},
			ms("p50 ms", t.ledger.latency.quantile(0.5)),
			ms("p99 ms", t.ledger.latency.quantile(0.99)),
			ms("p99.9 ms", t.ledger.latency.quantile(0.999)),
			figure{"CPU µs/delivery", d.cpu / d.deliveries, 3},
			t.memory("KiB/viewer"),
			figure{"bytes/delivery", d.bytes / d.deliveries, 1},
			figure{"allocations/event", d.allocations / (d.deliveries / float64(p.viewers)), 1},
		), nil
	}
}

// idle measures the memory of a server whose viewers have nothing to do.
func idle(server string, p plan) ([]figure, error) {
	t, err := begin(server, p)
	if err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.connect(); err != nil {
		return nil, err
	}
	connected := t.memory("KiB/viewer connected")
	if err := t.rest(3 * time.Second); err != nil {
		return nil, err
	}
	later := t.memory("KiB/viewer 3 s later")
	t.target.command("free") // a server without this command is shown as it is
	if err := t.rest(500 * time.Millisecond); err != nil {
		return nil, err
	}
	resting := t.memory("KiB/viewer idle")
	before := t.mark()
	if err := t.play(atRate, p.length); err != nil {
		return nil, err
	}
	d := t.mark().since(before)
	return figures(connected, later, resting, t.memory("KiB/viewer written to"),
		figure{"CPU µs/delivery", d.cpu / d.deliveries, 3}), nil
}

// storm measures how long it takes until all who were cut have what they missed.
func storm(server string, p plan) ([]figure, error) {
	t, err := begin(server, p)
	if err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.connect(); err != nil {
		return nil, err
	}
	t.pool.cut()
	for i, v := range t.pool.viewers {
		v.stale = float64(i) < p.stale*float64(p.viewers)
	}
	time.Sleep(300 * time.Millisecond) // the server may notice
	if err := t.burst(p.burst, time.Now()); err != nil {
		return nil, err
	}
	if _, err := t.target.head(); err != nil {
		return nil, err
	}
	before := t.mark()
	if err := t.pool.connect(time.Minute); err != nil {
		return nil, err
	}
	caughtUp := func(time.Time) (time.Duration, bool) { return time.Second, t.ledger.complete == t.ledger.published() }
	if err := t.pool.watch(caughtUp, patience); err != nil {
		return nil, err
	}
	d := t.mark().since(before)
	return figures(
		figure{"s until all have all", d.time.Seconds(), 3},
		ms("p99 ms to the start", t.pool.starts.quantile(0.99)),
		figure{"CPU µs/viewer", d.cpu / float64(p.viewers), 1},
		figure{"KiB sent/viewer", d.bytes / 1024 / float64(p.viewers), 1},
		t.memory("KiB/viewer"),
	), nil
}

// accept measures how many new viewers a second get their start.
func accept(server string, p plan) ([]figure, error) {
	t, err := begin(server, p)
	if err != nil {
		return nil, err
	}
	defer t.end()
	before := t.mark()
	if err := t.pool.connect(time.Minute); err != nil {
		return nil, err
	}
	d := t.mark().since(before)
	return figures(
		figure{"viewers/s", float64(p.viewers) / d.time.Seconds(), 0},
		ms("p50 ms to the snapshot", t.pool.starts.quantile(0.5)),
		ms("p99 ms", t.pool.starts.quantile(0.99)),
		figure{"CPU µs/viewer", d.cpu / float64(p.viewers), 1},
		figure{"KiB sent/viewer", d.bytes / 1024 / float64(p.viewers), 1},
		t.memory("KiB/viewer"),
	), nil
}
