package main

import (
	"bufio"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
)

// TestMain lets targets start this very program as a server.
func TestMain(m *testing.M) {
	if kind := os.Getenv(childVariable); kind != "" {
		childMain(kind)
		return
	}
	os.Exit(m.Run())
}

// serveHere runs a server in this process, with TLS or without.
func serveHere(t *testing.T, open func(*eventlog.Log) host, tls bool) *target {
	t.Helper()
	in, to := io.Pipe()
	from, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serve(open, tls, in, out) }()
	here := &target{to: to, from: bufio.NewReader(from)}
	var err error
	if here.host, err = here.answer(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		to.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return here
}

// TestNetworksAreAlike takes a pool through its life on each network: connecting, receiving, being cut, missing
// something, reconnecting.
func TestNetworksAreAlike(t *testing.T) {
	for name, open := range map[string]func(*pool) (network, error){
		"the system's own": newNetwork,
		"portable":         func(c *pool) (network, error) { return newPortable(c), nil },
	} {
		t.Run(name, func(t *testing.T) {
			target := serveHere(t, oursHost, false)
			plan := plan{viewers: 20, burst: 3, rate: 300, flights: 10}
			script := script{flights: plan.flights}
			if err := target.publish(script.seed()...); err != nil {
				t.Fatal(err)
			}
			start, err := target.head()
			if err != nil {
				t.Fatal(err)
			}
			l := newLedger(script, plan.viewers, start)
			pool, err := newPool(l, target.viewed(), plan.viewers, form{})
			if err != nil {
				t.Fatal(err)
			}
			pool.network.close()
			if pool.network, err = open(pool); err != nil {
				t.Fatal(err)
			}
			trial := &trial{plan: plan, target: target, ledger: l, pool: pool}
			defer pool.close()
			if err := pool.connect(patience); err != nil {
				t.Fatal(err)
			}
			if err := trial.play(atRate, 100*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			pool.cut()
			if err := trial.burst(5, time.Now()); err != nil {
				t.Fatal(err)
			}
			if err := pool.connect(patience); err != nil {
				t.Fatal(err)
			}
			if err := trial.play(saturating, 100*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			pool.cutOne(7)
			if err := trial.burst(5, time.Now()); err != nil {
				t.Fatal(err)
			}
			if err := pool.comeBack(7, time.Now()); err != nil {
				t.Fatal(err)
			}
			if err := trial.play(saturating, 100*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			if want := int64(l.published() * plan.viewers); l.tally.Deliveries != want {
				t.Errorf("%d deliveries, want %d", l.tally.Deliveries, want)
			}
			if want := int64(plan.viewers); l.tally.Snapshots != want {
				t.Errorf("%d snapshots, want %d: a viewer that returns resumes", l.tally.Snapshots, want)
			}
			if l.latency.count != l.tally.Deliveries {
				t.Errorf("%d latencies for %d deliveries", l.latency.count, l.tally.Deliveries)
			}
		})
	}
}

// TestAnUnfaithfulServerIsFound: what the checker finds ends the run, with the viewer's name on it.
func TestAnUnfaithfulServerIsFound(t *testing.T) {
	l := published(3)
	c := &pool{ledger: l, viewers: []*viewer{newViewer(l)}}
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
	err := c.receive(0, []byte(head+snapshot(t, l, 0)+frames(t, l, 0, 2)), time.Now())
	if err == nil || !strings.Contains(err.Error(), "viewer 1: lost: update 2 came after 0") {
		t.Errorf("a stream without update 1 gives %v", err)
	}
}
