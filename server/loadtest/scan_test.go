package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventstream"
)

// TestScannerAgreesWithTheParser feeds random streams, cut at random places, to the scanner, and holds what it finds
// against package eventstream.
func TestScannerAgreesWithTheParser(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		stream := randomStream(r)
		var want []string
		id := ""
		for e, err := range eventstream.Read(strings.NewReader(stream)) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, fmt.Sprintf("%s %s %q", e.Type, e.ID, e.Data))
		}
		var got []string
		size := 0
		var s scanner
		each := func(e *event) error {
			if e.id != nil {
				id = string(e.id)
			}
			kind := string(e.kind)
			if kind == "" {
				kind = "message"
			}
			got = append(got, fmt.Sprintf("%s %s %q", kind, id, bytes.Join(e.lines, []byte("\n"))))
			size += len(e.text)
			return nil
		}
		for rest := []byte(stream); len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			if r.IntN(2) == 0 {
				n = min(n, 1+r.IntN(9))
			}
			piece := bytes.Clone(rest[:n])
			if err := s.feed(piece, each); err != nil {
				t.Fatal(err)
			}
			clear(piece) // the network's buffer is used again
			rest = rest[n:]
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d: of %q the scanner makes\n%q\nwant\n%q", seed, stream, got, want)
		}
		if size > len(stream) {
			t.Fatalf("seed %d: the events have %d bytes together, the stream %d", seed, size, len(stream))
		}
	}
}

func randomStream(r *rand.Rand) string {
	lines := []string{"data: x", "data:y", "data:  z:", "data", "data:", "event: flightChanges", "event:a", "event",
		"retry: 1000",
		": comment", ":", "unknown: field", "dat: x", "datax: y", "data: größe \u2028", ""}
	var b strings.Builder
	for range r.IntN(40) {
		// An ID is followed by data here: the scanner, which reports an ID with its own event only, has nothing to say of
		// one that comes alone.
		line := lines[r.IntN(len(lines))]
		if r.IntN(5) == 0 {
			line = fmt.Sprintf("id: %d\ndata: with", r.IntN(1000))
		}
		b.WriteString(line)
		b.WriteByte('\n')
		if r.IntN(3) == 0 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestScannerRefusesCarriageReturns(t *testing.T) {
	var s scanner
	if err := s.feed([]byte("data: x\r\n\r\n"), func(*event) error { return nil }); err != errCarriageReturn {
		t.Errorf("feed = %v, want %v", err, errCarriageReturn)
	}
}

// TestIdleScannerHoldsNothing: ten thousand viewers between two events cost no buffers.
func TestIdleScannerHoldsNothing(t *testing.T) {
	var s scanner
	for _, piece := range []string{"data: x\n\ndata: y", "y\n", "\n"} {
		if err := s.feed([]byte(piece), func(*event) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if s.rest != nil {
		t.Errorf("the scanner holds %d bytes after a complete event", cap(s.rest))
	}
}

// BenchmarkReceive is the generator's own cost of a delivery, but for the system calls: it has to be small against the
// server's, or the generator would be what is measured.
func BenchmarkReceive(b *testing.B) {
	const n = 16
	l := published(n)
	v := newViewer(l)
	v.checker.joined = true
	stream := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
	if err := v.receive([]byte(stream), time.Now()); err != nil {
		b.Fatal(err)
	}
	var text []byte
	for i := range n {
		update := l.sequence.update(i)
		text, _ = eventstream.Event{Type: "flightStateUpdate", ID: id(i + 1), Data: update.AppendJSON(nil)}.AppendText(text)
	}
	piece := fmt.Appendf(nil, "%x\r\n%s\r\n", len(text), text)
	b.SetBytes(int64(len(piece)))
	for b.Loop() {
		v.checker.next = 0
		if err := v.receive(piece, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/delivery")
}
