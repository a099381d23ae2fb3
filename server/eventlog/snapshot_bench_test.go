package eventlog

import (
	"fmt"
	"testing"

	"flightboard/timetable"
)

// BenchmarkSnapshot encodes and compresses the board of 100,000 flights, which all newcomers share.
func BenchmarkSnapshot(b *testing.B) {
	log := New(Options{Flights: -1})
	reports := make([]timetable.Report, 100_000)
	for n := range reports {
		reports[n].Change = timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{
			Number: fmt.Sprintf("LT%05d", n), Origin: []string{"Amsterdam", "New York", "Wien"}[n%3], From: "AMS",
			Arrival: fmt.Sprintf("2026-11-%02dT%02d:%02d:00+01:00", 1+n/4000, n/60%24, n%60), State: "expected",
			Airline: "Lufthansa", Terminal: "1", Gate: fmt.Sprintf("B%d", n%90)}}
	}
	if _, _, err := log.Publish(b.Context(), reports...); err != nil {
		b.Fatal(err)
	}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		var last *snapshot
		for b.Loop() {
			last = log.encodeBoard(last)
			b.SetBytes(int64(last.size))
		}
	})
	b.Run("gzip", func(b *testing.B) {
		text := log.encodeBoard(nil).bytes(false)
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			b.ReportMetric(float64(len(log.zip.snapshots.alone(text).bytes(false))), "bytes")
		}
	})
}
