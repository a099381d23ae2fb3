package eventlog_test

import (
	"fmt"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func BenchmarkAppendOnDisk(b *testing.B) {
	for name, sync := range map[string]eventlog.Sync{"always": eventlog.SyncAlways, "never": eventlog.SyncNever} {
		b.Run(name, func(b *testing.B) {
			log, _, err := eventlog.Open(b.TempDir(), sync, eventlog.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer log.Close()
			log.Append(b.Context(), logtest.Addition(1))
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					log.Append(b.Context(), logtest.State(1, "landing"))
				}
			})
		})
	}
}

// BenchmarkOpen64MiB opens a log with the default window, 64 MiB, full of the changes of a large airport: each was appended
// alone, and has a frame of its own.
func BenchmarkOpen64MiB(b *testing.B) {
	dir := b.TempDir()
	log, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
	if err != nil {
		b.Fatal(err)
	}
	const flights = 2000
	for n, written := 0, 0; written < 80<<20; n++ {
		c := timetable.Change{Kind: timetable.KindUpdate, Flight: logtest.Flight(n * 7919 % flights)}
		switch {
		case n < flights || n%8 == 0:
			c.Kind = timetable.KindAdd
			c.Flight.Airline, c.Flight.From, c.Flight.Terminal, c.Flight.State = "Lufthansa", "FRA", "1", "expected"
		case n%8 == 1:
			c.Named, c.Flight.Gate = timetable.FieldGate.Bit(), fmt.Sprintf("B%d", n%60)
		case n%8 == 2:
			c.Named, c.Flight.State = timetable.FieldState.Bit(), timetable.States[n/8%len(timetable.States)]
		default:
			c.Named, c.Flight.Expected = timetable.FieldExpected.Bit(), fmt.Sprintf("%02d:%02d", n/8%24, n%60)
		}
		at, err := log.Append(b.Context(), c)
		if err != nil {
			b.Fatal(err)
		}
		written += len("event: flightStateUpdate\nid: \ndata: \n\n") + len(at.String()) + len(c.AppendJSON(nil))
	}
	log.Close()
	b.ReportAllocs()
	for b.Loop() {
		log, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
		if err != nil {
			b.Fatal(err)
		}
		log.Close()
	}
}
