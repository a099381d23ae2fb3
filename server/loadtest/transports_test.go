package main

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestEveryTransportDeliversEachChangeOnce takes a pool through its life on each transport and each network: it
// connects, receives a part of the day, is cut, misses something, and comes back. The checker compares every byte.
func TestEveryTransportDeliversEachChangeOnce(t *testing.T) {
	d, err := recordedDay()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range slices.Concat(transports, []transport{
		{"SSE, TLS", "ours", form{tls: true}},
		{"SSE, TLS, gzip", "ours", form{tls: true, gzip: true}},
		{"SSE, TLS, HTTP/2", "ours", form{tls: true, over: overHTTP2}},
		{"SSE, TLS, HTTP/2, four viewers a connection", "ours", form{tls: true, over: overHTTP2, streams: 4}},
	}) {
		for name, open := range map[string]func(*pool) (network, error){
			"the system's own network": newNetwork,
			"the portable network":     func(c *pool) (network, error) { return newPortable(c), nil },
		} {
			t.Run(fmt.Sprint(c.name, " over ", name), func(t *testing.T) {
				plan := plan{viewers: 6, burst: 4, form: c.form, sequence: d}
				trial := &trial{plan: plan, target: serveHere(t, hosts[c.server], c.form.tls)}
				if err := trial.seed(); err != nil {
					t.Fatal(err)
				}
				trial.pool.network.close()
				if trial.pool.network, err = open(trial.pool); err != nil {
					t.Fatal(err)
				}
				defer trial.pool.close()
				if err := trial.connect(); err != nil {
					t.Fatal(err)
				}
				if err := trial.play(whole(60, 0), 0); err != nil {
					t.Fatal(err)
				}
				trial.pool.cut()
				if err := trial.burst(3, time.Now()); err != nil {
					t.Fatal(err)
				}
				tickets.on = true
				defer func() { tickets.on = false }()
				if err := trial.pool.connect(patience); err != nil {
					t.Fatal(err)
				}
				if w, ok := trial.pool.viewers[0].wire.(*tlsWire); ok && !w.conn.ConnectionState().DidResume {
					t.Error("the TLS session is not resumed")
				}
				if err := trial.play(whole(120, 0), 0); err != nil {
					t.Fatal(err)
				}
				l := trial.ledger
				if want := int64(120 * plan.viewers); l.published() != 120 || l.tally.Deliveries != want {
					t.Errorf("%d deliveries of %d changes, want %d of 120", l.tally.Deliveries, l.published(), want)
				}
				if want := int64(plan.viewers); l.tally.Snapshots != want {
					t.Errorf("%d snapshots, want %d: a viewer that returns resumes", l.tally.Snapshots, want)
				}
				if got := trial.pool.viewers[0].wire.compressed(); got != c.form.gzip {
					t.Errorf("compressed() = %v, want %v", got, c.form.gzip)
				}
				if c.form.over == overPolls && l.tally.Sent < 100*120/4*int64(plan.viewers) {
					t.Errorf("the viewers have sent %d bytes, too few for their requests", l.tally.Sent)
				}
			})
		}
	}
}
