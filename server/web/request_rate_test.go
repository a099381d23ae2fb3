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
		if wait := q.take(steady, now); wait != 0 {
			t.Fatalf("a client has to wait %v at first", wait)
		}
	}
	for n := range 5 * mostClients {
		address := binary.BigEndian.AppendUint32(nil, uint32(n)|10<<24)
		ip, _ := netip.AddrFromSlice(address)
		q.take(netip.PrefixFrom(ip, 32), now)
		if n%1000 == 0 {
			if wait := q.take(steady, now); wait != time.Second {
				t.Fatalf("after %d others the client has to wait %v, want 1s", n, wait)
			}
		}
		if len(q.spent) > mostClients || len(q.before) > mostClients {
			t.Fatalf("the table has %d and %d clients", len(q.spent), len(q.before))
		}
	}
}
