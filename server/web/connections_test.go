package web

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"testing"

	"flightboard/server/metrics"
)

// addressed is a connection from an address, which reports that it was closed.
type addressed struct {
	net.Conn
	from   string
	closed bool
}

func (c *addressed) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.from))
}

func (c *addressed) Close() error {
	c.closed = true
	return nil
}

func TestConnectionsWithoutARequestAreLimited(t *testing.T) {
	const used = true
	for _, tt := range []struct {
		reason     string
		most, each int
		from       string // all before
		before     int
		used       bool
		comes      string
		want       bool // it stays
	}{
		{"no limits", 0, 0, "192.0.2.1:1", 5, !used, "192.0.2.1:2", true},
		{"one more from a client", 9, 3, "192.0.2.1:1", 3, !used, "192.0.2.1:2", false},
		{"one more that has sent a request", 9, 3, "192.0.2.1:1", 3, used, "192.0.2.1:2", false},
		{"below the limit", 9, 3, "192.0.2.1:1", 2, !used, "192.0.2.1:2", true},
		{"another client", 9, 3, "192.0.2.1:1", 3, !used, "192.0.2.2:1", true},
		{"in all", 3, 0, "192.0.2.1:1", 3, !used, "192.0.2.2:1", false},
		{"this machine", 9, 3, "127.0.0.1:1", 3, !used, "127.0.0.1:2", true},
		{"a proxy", 9, 3, "10.0.0.1:1", 3, !used, "10.0.0.1:2", true},
		{"a proxy of an IPv6 network", 9, 3, "[2001:db8::7]:1", 3, !used, "[2001:db8::7]:2", true},
		{"its neighbour", 9, 3, "[2001:db8::8]:1", 3, !used, "[2001:db8::9]:2", false},
		{"a proxy counts in all", 3, 0, "10.0.0.1:1", 3, !used, "10.0.0.1:2", false},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			n := connections{most: tt.most, mostEach: tt.each,
				proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::7/128")},
				counts:  metrics.NewCounts(names(errConns, errConnsEach)...),
				log:     &refusals{logger: slog.New(slog.DiscardHandler)}}
			open := func(from string) *addressed {
				c := &addressed{from: from}
				n.set(c, http.StateNew)
				if tt.used {
					n.set(c, http.StateActive)
					n.set(c, http.StateIdle)
				}
				return c
			}
			var all []*addressed
			for range tt.before {
				all = append(all, open(tt.from))
			}
			one := open(tt.comes)
			if one.closed == tt.want {
				t.Errorf("the connection is closed: %t, want %t", one.closed, !tt.want)
			}
			for _, c := range append(all, one) { // whichever way their waiting ends
				if c != one && c.closed {
					t.Error("an earlier connection is closed")
				}
				n.set(c, []http.ConnState{http.StateActive, http.StateHijacked, http.StateClosed}[len(c.from)%3])
			}
			if len(n.waiting)+n.all[0]+n.all[1]+len(n.from[0])+len(n.from[1]) != 0 {
				t.Errorf("afterwards %d connections are counted", len(n.waiting))
			}
		})
	}
}
