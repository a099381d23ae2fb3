package fanout

import (
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A sink is a connection that takes everything at once: what remains is the sweeper's own work.
type sink struct{ net.Conn }

func (sink) TryWrite(b []byte) (int, error) { return len(b), nil }

// BenchmarkSweep sends an event to a thousand viewers, without the kernel. A write to a socket takes some 2,000 ns more
// for each of them.
func BenchmarkSweep(b *testing.B) {
	const viewers = 1000
	log := eventlog.New(eventlog.Options{})
	noHeartbeat := func(time.Time) ([]byte, bool) { return nil, false }
	s := New(log, Options{Interval: time.Hour, Heartbeat: noHeartbeat, Left: func(*Viewer, error) {},
		Measures: new(Measures)}).sweepers[0]
	s.yield = newYield()
	defer s.yield.close()
	now := time.Now()
	for i := range viewers {
		cursor, err := log.Cursor("", 0)
		if err != nil {
			b.Fatal(err)
		}
		c := &conn{Viewer: *NewViewer(cursor, strconv.Itoa(i), now), tryConn: sink{}, sweeper: s, index: i}
		s.conns = append(s.conns, c)
	}
	s.pool.sweeping.Store(-1) // or each sweep would let publishers run, and wait for the network
	s.sweep(now)
	change := timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "LH400"}}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		if _, err := log.Append(context.Background(), change); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		s.sweep(now)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/viewers, "ns/delivery")
}
