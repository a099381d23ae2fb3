package main

import (
	"fmt"
	"math"
	"time"
)

// A mode measures one server once.
type mode struct {
	name  string
	about string
	plan  plan // what the flags are by default
	run   func(server string, p plan) ([]figure, error)
	title func(p plan) string
}

var modes = []mode{
	{
		name:  "rate",
		about: "events at an even rate",
		plan:  plan{viewers: 1000, rate: 20, burst: 1, length: 10 * time.Second},
		run:   broadcast(atRate),
		title: func(p plan) string {
			return fmt.Sprintf("rate: %d viewers, %v events/s, %s", p.viewers, p.rate, p.form)
		},
	},
	{
		name:  "burst",
		about: "events in bursts at an even rate",
		plan:  plan{viewers: 1000, rate: 100, burst: 50, length: 10 * time.Second},
		run:   broadcast(atRate),
		title: func(p plan) string {
			return fmt.Sprintf("burst: %d viewers, %v events/s in bursts of %d, %s", p.viewers, p.rate, p.burst, p.form)
		},
	},
	{
		name:  "saturate",
		about: "as many events as the server can take, two bursts in flight",
		plan:  plan{viewers: 1000, burst: 1, length: 5 * time.Second},
		run:   broadcast(saturating),
		title: func(p plan) string {
			return fmt.Sprintf("saturate: %d viewers, 2 bursts of %d in flight, %s", p.viewers, p.burst, p.form)
		},
	},
}

const warmUp = time.Second

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
		after := t.mark()
		resident, known := residentBytes(t.target.pid)
		deliveries := float64(after.tally.Deliveries - before.tally.Deliveries)
		cpu := measured(float64(after.cpu-before.cpu), t.target.pid != 0 && after.cpu > 0)
		return figures(
			figure{"deliveries/s", deliveries / max(after.at.Sub(before.at), p.length).Seconds(), 0},
			ms("p50 ms", t.ledger.latency.quantile(0.5)),
			ms("p99 ms", t.ledger.latency.quantile(0.99)),
			ms("p99.9 ms", t.ledger.latency.quantile(0.999)),
			figure{"CPU µs/delivery", cpu / 1000 / deliveries, 2},
			figure{"KiB/viewer", measured(float64(resident-t.empty)/1024/float64(p.viewers), known), 2},
			figure{"bytes/delivery", float64(after.tally.Bytes-before.tally.Bytes) / math.Max(deliveries, 1), 1},
		), nil
	}
}
