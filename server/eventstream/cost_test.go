package eventstream_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"
	"time"

	"flightboard/server/eventstream"
)

func TestAppendTextDoesNotAllocate(t *testing.T) {
	e := eventstream.Event{ID: "1763690000000000", Type: "flightStateUpdate", Data: []byte("{}\n{}"), Retry: time.Second}
	dst := make([]byte, 0, 200)
	if n := testing.AllocsPerRun(100, func() { dst, _ = e.AppendText(dst[:0]) }); n != 0 {
		t.Errorf("AppendText allocates %v times, want 0", n)
	}
}

// The load test reads a million events a second; an allocation for each would be most of its work.
func TestReadDoesNotAllocatePerEvent(t *testing.T) {
	const count = 10_000
	var stream bytes.Buffer
	for i := range count {
		fmt.Fprintf(&stream, "event: flightStateUpdate\nid: %d\ndata: {}\n\n", 1763690000000000+i)
	}
	n := testing.AllocsPerRun(5, func() {
		for range eventstream.Read(bytes.NewReader(stream.Bytes())) {
		}
	})
	if perEvent := n / count; perEvent > 0.02 {
		t.Errorf("%.3f allocations for each event, want hardly any", perEvent)
	}
}

// 64 times the bytes take 64 times as long, or a few times that on a busy machine. A parser that looks at a line anew
// for each chunk takes 64 times 64 times as long.
func TestReadIsLinear(t *testing.T) {
	for _, test := range []struct {
		name   string
		stream func(n int) []byte
		chunk  int
	}{
		{"a huge line, byte by byte", func(n int) []byte {
			return append(bytes.Repeat([]byte("data:x"), n/6),
				"\n\n"...)
		}, 1},
		{"a huge line", func(n int) []byte { return append(bytes.Repeat([]byte("data:x"), n/6), "\n\n"...) }, 4096},
		{"many lines of one event", func(n int) []byte { return append(bytes.Repeat([]byte("data:x\n"), n/7), '\n') }, 4096},
		{"carriage returns after a huge line", func(n int) []byte {
			return append(bytes.Repeat([]byte("x"), n), bytes.Repeat([]byte("\r"), n)...)
		}, 1 << 20},
		{"broken characters", func(n int) []byte {
			return append(append([]byte("data:"), bytes.Repeat([]byte("\xff"), n)...), "\n\n"...)
		}, 4096},
	} {
		t.Run(test.name, func(t *testing.T) {
			best := func(n int) time.Duration {
				stream, best := test.stream(n), time.Duration(math.MaxInt64)
				for range 5 {
					begin := time.Now()
					parse(t, &chunks{stream, test.chunk})
					best = min(best, time.Since(begin))
				}
				return best
			}
			const n, times = 8 << 10, 64
			small, large := best(n), best(times*n)
			for try := 0; large > 12*times*small && try < 20; try++ { // other processes have had the processor
				large = min(large, best(times*n))
			}
			t.Logf("%d bytes take %v, %d times as many take %v", n, small, times, large)
			if large > 12*times*small {
				t.Error("that is not linear")
			}
		})
	}
}
