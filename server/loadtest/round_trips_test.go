package main

import (
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/web/memnet"
)

// TestRoundTrips counts, by a clock that only the network moves, the round trips that a reader waits for.
func TestRoundTrips(t *testing.T) {
	const roundTrip = time.Second
	for _, c := range transports {
		if c.server == "sockets-window" {
			continue // the library that the reader uses cannot decompress it; the waits are those of the others
		}
		t.Run(c.name, func(t *testing.T) {
			want := waits{first: 3 * roundTrip, page: roundTrip, fresh: 3 * roundTrip}
			if c.form.over == overWebSocket {
				want.page = 3 * roundTrip // always a connection of its own
			}
			synctest.Test(t, func(t *testing.T) {
				listener := memnet.Listen(1 << 20)
				got, err := measureWaits(c, listener, &lag{roundTrip: roundTrip, dial: listener.Dial})
				if err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("the waits are %+v, want %+v", got, want)
				}
			})
		})
	}
}
