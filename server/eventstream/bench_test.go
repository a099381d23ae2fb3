package eventstream_test

import (
	"bytes"
	"fmt"
	"testing"

	"flightboard/server/eventstream"
)

// One state update of the board, the event that there is most of.
func update(i int) eventstream.Event {
	return eventstream.Event{ID: fmt.Sprint(1763690000000000 + i), Type: "flightStateUpdate",
		Data: []byte(`{"flight":"I768","state":"landing"}`)}
}

// One snapshot, a line for each of many flights.
func snapshot(flights int) eventstream.Event {
	line := []byte(`{"flight":"I768","origin":"Rome","arrival":"10:10","state":"expected","gate":"B12"},` + "\n")
	return eventstream.Event{ID: "1763690000000000", Type: "flightSnapshot", Data: bytes.Repeat(line, flights)}
}

func BenchmarkAppendText(b *testing.B) {
	for _, bench := range []struct {
		name  string
		event eventstream.Event
	}{
		{"update", update(0)},
		{"snapshot", snapshot(1000)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			dst, err := bench.event.AppendText(nil)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(dst)))
			b.ReportAllocs()
			for b.Loop() {
				dst, _ = bench.event.AppendText(dst[:0])
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	var updates []byte
	for i := range 10_000 {
		updates, _ = update(i).AppendText(updates)
	}
	board, _ := snapshot(10_000).AppendText(nil)
	for _, bench := range []struct {
		name   string
		stream []byte
		chunk  int
	}{
		{"updates", updates, 1 << 20},
		{"snapshot", board, 1 << 20},
		{"carriage-return", bytes.ReplaceAll(updates, []byte("\n"), []byte("\r")), 1 << 20},
		{"carriage-return-line-feed", bytes.ReplaceAll(updates, []byte("\n"), []byte("\r\n")), 1 << 20},
		{"packets", updates, 1460},
		{"single-bytes", updates, 1},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.stream)))
			b.ReportAllocs()
			events := 0
			for b.Loop() {
				for range eventstream.Read(&chunks{bench.stream, bench.chunk}) {
					events++
				}
			}
			b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
