package e2e

import (
	"flag"
	"fmt"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// How long TestAWallStaysAsLargeAsItIs runs. Seventeen days on a wall are -turns 100000 -events 1000000.
var (
	turns  = flag.Int("turns", 2000, "how many `pages` a wall turns in the test of its memory")
	events = flag.Int("events", 20_000, "how many `events` it gets meanwhile")
)

// module keeps the memory of the page's WebAssembly module, as window.memory.
const module = `
for (const name of ['instantiate', 'instantiateStreaming']) {
  const original = WebAssembly[name]
  WebAssembly[name] = async (...args) => {
    const result = await original.apply(WebAssembly, args)
    window.memory = result.instance.exports.mem
    return result
  }
}
`

// Pages that turn and events that come leave nothing behind: neither in JavaScript nor in WebAssembly nor in the
// document. Only Chromium tells how much memory JavaScript has.
func TestAWallStaysAsLargeAsItIs(t *testing.T) {
	t.Parallel()
	ctx := t.Context() // a round may take minutes
	s := startServer(t, "-feed", "none", "-rate", "-1")
	s.publishMany(t, 100)
	b := reader{kind: browser.Chromium}.open(t, s.url+"?kiosk&rotate=60m",
		browser.PageOptions{Width: 1920, Height: 1080, Preload: module})
	b.mustHang(t)

	type size struct{ heap, wasm, elements float64 }
	const rounds, warm = 10, 4 // of the first rounds each may be larger than the one before
	states := []string{"expected", "en route", "approaching", "landing", "landed", "arrived"}
	var sizes []size
	for round := range rounds {
		for n := 0; n < *events/rounds; {
			var changes []string
			for ; len(changes) < 500 && n < *events/rounds; n++ {
				flight := fmt.Sprintf("F%d", 100+n*7%100)
				switch n % 100 {
				case 98:
					changes = append(changes, leaves(flight))
				case 99:
					changes = append(changes, flightIs(fmt.Sprintf("F%d", 100+(n-1)*7%100), "Rome", "07:00", "expected"))
				default:
					changes = append(changes, stateIs(flight, states[(n/100+round)%len(states)]))
				}
			}
			s.publish(t, changes...)
		}
		var is struct{ Wasm, Elements float64 }
		must(t, b.Eval(ctx, fmt.Sprintf(`(async () => {
			for (let n = 0; n < %d; n++) {
				const detail = { page: 1 + n %% 5, rows: 20 }
				document.dispatchEvent(new CustomEvent('turn', { cancelable: true, detail }))
				if (n %% 20 === 19) await new Promise(requestAnimationFrame)
			}
			await new Promise(done => setTimeout(done, 4000)) // marks have gone
			return { Wasm: memory.buffer.byteLength, Elements: document.querySelectorAll('*').length }
		})()`, *turns/rounds), &is))
		must(t, b.CollectGarbage(ctx))
		work, err := b.Work(ctx)
		must(t, err)
		sizes = append(sizes, size{float64(work.Heap), is.Wasm, is.Elements})
		t.Logf("round %d of %d: %.0f bytes of JavaScript, %.0f of WebAssembly, %.0f elements", round+1, rounds,
			sizes[round].heap, sizes[round].wasm, sizes[round].elements)
	}

	steady := sizes[warm:]
	slope := func(of func(size) float64) (perRound float64) { // least squares
		middle, sum, squares, mean := float64(len(steady)-1)/2, 0., 0., 0.
		for _, s := range steady {
			mean += of(s) / float64(len(steady))
		}
		for i, s := range steady {
			sum += (float64(i) - middle) * (of(s) - mean)
			squares += (float64(i) - middle) * (float64(i) - middle)
		}
		return sum / squares
	}
	last := steady[len(steady)-1]
	for _, measure := range []struct {
		name  string
		of    func(size) float64
		grows float64 // at most, in all the rounds
	}{
		{"JavaScript's heap, bytes", func(s size) float64 { return s.heap }, 100_000},
		{"WebAssembly's memory, bytes", func(s size) float64 { return s.wasm }, 1 << 20},
		{"elements", func(s size) float64 { return s.elements }, 12},
	} {
		growth := slope(measure.of) * float64(len(steady))
		t.Logf("%s: %.0f in the end, %+.1f per 1,000 turns and %d events", measure.name, measure.of(last),
			slope(measure.of)*rounds*1000/float64(*turns), 1000**events / *turns)
		if growth > measure.grows {
			t.Errorf("%s: the last %d rounds add %.0f: %v", measure.name, len(steady), growth, sizes)
		}
	}
}
