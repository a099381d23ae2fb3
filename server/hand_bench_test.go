package main

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// BenchmarkPublishersBesideOverrides is for the promise that overrides do not slow publishers down: 16 publishers a
// processor at a durable log, with overrides and without, for other flights and for the overridden ones.
func BenchmarkPublishersBesideOverrides(b *testing.B) {
	const flights = 1000
	for _, c := range []struct {
		name      string
		overrides int
		first     int // of the flights that publishers write about
		field     timetable.Field
	}{
		{"no overrides", 0, flights, timetable.Gate},
		{"1000 overrides, other flights", flights, flights, timetable.Gate},
		{"1000 overrides, their flights, other fields", flights, 0, timetable.Gate},
		{"1000 overrides, their flights, their fields", flights, 0, timetable.Belt},
	} {
		b.Run(c.name, func(b *testing.B) {
			dir := b.TempDir()
			log, _, err := eventlog.Open(dir, eventlog.SyncAlways, eventlog.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer log.Close()
			h, err := newHand(log, dir, eventlog.SyncAlways, slog.New(slog.DiscardHandler))
			if err != nil {
				b.Fatal(err)
			}
			for n := range 2 * flights {
				if _, err := log.Append(b.Context(), logtest.Addition(n)); err != nil {
					b.Fatal(err)
				}
			}
			until := time.Now().Add(time.Hour)
			for n := range c.overrides {
				key := logtest.Flight(n).Number
				h.beneath.Apply(new(logtest.Addition(n)))
				belt := timetable.Change{Flight: timetable.Flight{Number: key, Belt: "7"}, Named: timetable.Belt.Bit()}
				h.hold(key, hold{}.with(&belt, until))
			}
			var count atomic.Int64
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := int(count.Add(1))
					change := timetable.Change{Kind: timetable.Update, Named: c.field.Bit(), Source: "tower",
						Flight: timetable.Flight{Number: logtest.Flight(c.first + n%flights).Number}}
					change.Flight.Gate, change.Flight.Belt = fmt.Sprint(n), fmt.Sprint(n)
					if _, err := h.append(b.Context(), []timetable.Change{change}); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
		})
	}
}
