package override

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
		{"no overrides", 0, flights, timetable.FieldGate},
		{"1000 overrides, other flights", flights, flights, timetable.FieldGate},
		{"1000 overrides, their flights, other fields", flights, 0, timetable.FieldGate},
		{"1000 overrides, their flights, their fields", flights, 0, timetable.FieldBelt},
	} {
		b.Run(c.name, func(b *testing.B) {
			dir := b.TempDir()
			log, _, err := eventlog.Open(dir, eventlog.SyncAlways, eventlog.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer log.Close()
			o, err := Open(log, dir, eventlog.SyncAlways, slog.New(slog.DiscardHandler))
			if err != nil {
				b.Fatal(err)
			}
			for n := range 2 * flights {
				if _, err := log.Append(b.Context(), logtest.Addition(n)); err != nil {
					b.Fatal(err)
				}
			}
			until := time.Now().Add(time.Hour).UnixMicro()
			if _, err := o.Update(b.Context(), func(batch *timetable.Batch) error {
				for n := range c.overrides {
					belt := timetable.Report{Change: timetable.Change{Kind: timetable.KindPut, Named: timetable.FieldBelt.Bit(),
						Flight: timetable.Flight{Number: logtest.Flight(n).Number, Belt: "7"}}, Until: until}
					if _, err := batch.Merge(&belt); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
			var count atomic.Int64
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := int(count.Add(1))
					report := timetable.Report{Change: timetable.Change{Kind: timetable.KindUpdate, Named: c.field.Bit(),
						Flight: timetable.Flight{Number: logtest.Flight(c.first + n%flights).Number}}, Source: "tower"}
					report.Flight.Gate, report.Flight.Belt = fmt.Sprint(n), fmt.Sprint(n)
					if _, _, err := o.publish(b.Context(), report); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
		})
	}
}
