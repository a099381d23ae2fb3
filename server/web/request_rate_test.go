package web

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

// The table of clients has a bound, and a client that goes on is in it however many others come.
func TestTheTableOfClientsIsBounded(t *testing.T) {
	q := &requestRate{perSecond: 1}
	now := time.Now()
	steady := netip.MustParsePrefix("192.0.2.1/32")
	for range requestBurst {
		if wait := q.take(steady, 1, now); wait != 0 {
			t.Fatalf("a client has to wait %v at first", wait)
		}
	}
	for n := range 5 * mostClients {
		address := binary.BigEndian.AppendUint32(nil, uint32(n)|10<<24)
		ip, _ := netip.AddrFromSlice(address)
		q.take(netip.PrefixFrom(ip, 32), 1, now)
		if n%1000 == 0 {
			if wait := q.take(steady, 1, now); wait != time.Second {
				t.Fatalf("after %d others the client has to wait %v, want 1s", n, wait)
			}
		}
		if len(q.spent) > mostClients || len(q.before) > mostClients {
			t.Fatalf("the table has %d and %d clients", len(q.spent), len(q.before))
		}
	}
}

// A request that counts as several uses up their time. However few requests a client may send, it may send one.
func TestRequestsHaveACost(t *testing.T) {
	client, now := netip.MustParsePrefix("192.0.2.1/32"), time.Now()
	for _, c := range []struct {
		perSecond float64
		cost      int
		allowed   int // at once
		wait      time.Duration
	}{
		{200, 1, 2000, 5 * time.Millisecond},
		{200, wholeBoard, 200, 50 * time.Millisecond},
		{0.5, wholeBoard, 1, 20 * time.Second},
		{0.05, 1, 1, 20 * time.Second},
		{1e-300, 1, 1, time.Hour},
	} {
		q := &requestRate{perSecond: c.perSecond}
		for n := range c.allowed {
			if wait := q.take(client, c.cost, now); wait != 0 {
				t.Fatalf("%v: request %d has to wait %v", c, n, wait)
			}
		}
		if wait := q.take(client, c.cost, now); wait != c.wait {
			t.Errorf("%v: one more has to wait %v", c, wait)
		}
		if wait := q.take(client, c.cost, now.Add(c.wait)); wait != 0 {
			t.Errorf("%v: after that time it has to wait %v", c, wait)
		}
	}
}
