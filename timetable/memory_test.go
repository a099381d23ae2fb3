package timetable

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// TestBoardKeepsNoReference applies changes whose texts lie in memory that is then written over, as the memory that a
// browser's client reads its messages into is.
func TestBoardKeepsNoReference(t *testing.T) {
	whole := `{"flight":"I768","id":"L1","origin":"Roma","arrival":"10:10","state":"landing","codeshares":["A1"],` +
		`"remark":"東京"}`
	tests := []struct {
		reason string
		kind   Kind
		data   string
	}{
		{"a flight that enters", KindAdd, whole},
		{"a flight that enters without an ID", KindAdd, `{"flight":"I768","origin":"Roma"}`},
		{"a flight that is replaced", KindAdd, `{"flight":"D654","id":"L0","origin":"Roma"}`},
		{"a flight that is put", KindPut, whole},
		{"an update", KindUpdate, `{"flight":"D655","id":"L0","state":"landed"}`},
		{"a snapshot", KindReplace, `[` + whole + `,{"flight":"D654","state":"landed"}]`},
		{"texts that the board has seen before", KindReplace,
			`[{"flight":"D654","id":"L0","state":"expected"},{"flight":"D655","state":"expected"}]`},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			memory := []byte(test.data)
			var c Change
			if err := c.Decode(test.kind, unsafe.String(&memory[0], len(memory))); err != nil {
				t.Fatal(err)
			}
			var b Board
			known := add("D654 id=L0 state=expected")
			b.Apply(&known)
			b.Apply(&c)
			snapshot := b.Snapshot()
			want := make([]Flight, len(snapshot.Board))
			for i := range want {
				for k := range fieldCount {
					*want[i].field(k) = strings.Clone(snapshot.Board[i].Text(k))
				}
			}
			for i := range memory {
				memory[i] = '#'
			}
			clear(c.Board)
			if diff := cmp.Diff(want, b.Snapshot().Board); diff != "" {
				t.Errorf("the board after the change's memory was written over (-want +got):\n%s", diff)
			}
			for _, f := range want {
				if b.Flight(f.Key()) == nil {
					t.Errorf("%s is not found any more", f.Key())
				}
			}
		})
	}
}

// Decoding copies no texts except those with escapes.
func TestDecodeSharesMemory(t *testing.T) {
	memory := []byte(`{"flight":"I768","remark":"東京","gate":"\u0041"}`)
	var c Change
	if err := c.Decode(KindUpdate, unsafe.String(&memory[0], len(memory))); err != nil {
		t.Fatal(err)
	}
	for i := range memory {
		memory[i] = '#'
	}
	if want := (Flight{Number: "####", Remark: "######", Gate: "A"}); c.Flight != want {
		t.Errorf("the flight after its memory was written over: %+v, want %+v", c.Flight, want)
	}
}

// A board that lives for weeks meets ever new texts. Those that it shares are forgotten now and then.
func TestSharedTextsAreBounded(t *testing.T) {
	var b Board
	for n := range 20_000 {
		c := Change{Kind: KindAdd, Flight: Flight{Number: "I768", Remark: fmt.Sprint("remark ", n)}}
		b.Apply(&c)
		if len(b.texts) > 8192 {
			t.Fatalf("after %d remarks the board shares %d texts", n+1, len(b.texts))
		}
	}
	if got := b.Flight("I768").Remark; got != "remark 19999" {
		t.Errorf("the remark is %q", got)
	}
}

// In the steady state no change of a browser's board allocates: what does not allocate leaves no garbage to collect.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	var b Board
	c := Change{Kind: KindReplace, Board: flights(1000)}
	b.Apply(&c)
	tests := []struct {
		reason string
		kind   Kind
		data   [2]string // that alternate, so that each is news
	}{
		{"a state update", KindUpdate, [2]string{`{"flight":"FB7","id":"FB7-0","state":"landing"}`,
			`{"flight":"FB7","id":"FB7-0","state":"landed"}`}},
		{"an untyped event of a server with other fields", KindUpdate, [2]string{
			`{ "flight": "FB7-0", "state": "landing", "pilot": {"name": "東京", "hours": [1, -2.5e3, true, null]} }`,
			`{ "flight": "FB7-0", "state": "landed", "pilot": {} }`}},
		{"an expected time and a gate", KindUpdate, [2]string{
			`{"flight":"FB7","id":"FB7-0","expected":"2026-11-20T10:10:00-05:00","gate":"B7"}`,
			`{"flight":"FB7","id":"FB7-0","expected":"2026-11-20T10:25:00-05:00","gate":null}`}},
		{"a whole flight, characters beyond ASCII among it", KindAdd, [2]string{
			`{"flight":"FB7","id":"FB7-0","origin":"東京","arrival":"10:10","codeshares":["A1"]}`,
			`{"flight":"FB7","id":"FB7-0","origin":"São Paulo","arrival":"10:10","codeshares":[]}`}},
		{"a removal of a flight that is gone", KindRemove, [2]string{`{"flight":"gone"}`, `{"flight":"gone too"}`}},
		{"a snapshot of the same size", KindReplace, [2]string{
			`[{"flight":"A123","state":"landed"},{"flight":"D654","state":"landed"}]`,
			`[{"flight":"A123","state":"delayed"},{"flight":"D654","state":"delayed"}]`}},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			turn := 0
			step := func() {
				turn++
				if err := c.Decode(test.kind, test.data[turn%2]); err != nil {
					t.Fatal(err)
				}
				b.Apply(&c)
			}
			step() // The texts are new to the board once.
			step()
			if got := testing.AllocsPerRun(100, step); got != 0 {
				t.Errorf("decode and apply allocate %v times, want 0", got)
			}
		})
	}
}

// A line of a flightChanges event takes the same way, and so does writing.
func TestLinesAndEncodingAllocateNothing(t *testing.T) {
	line := `{"event":"flightStateUpdate","data":{"flight":"I768","state":"landing","codeshares":["A1"]}}`
	var c Change
	buf := make([]byte, 0, 1024)
	if got := testing.AllocsPerRun(100, func() {
		if err := c.DecodeLine(line); err != nil {
			t.Fatal(err)
		}
		buf = c.AppendJSON(buf[:0])
	}); got != 0 {
		t.Errorf("reading and writing a line allocate %v times, want 0", got)
	}
}

// A table of long texts would hold many megabytes, and most of it of flights that have left.
func TestLongTextsAreFreedWithTheirFlights(t *testing.T) {
	var b Board
	for i := range 100 {
		codeshares := strings.Repeat(fmt.Sprintf("A%d\n", i), 99) + "B"
		f := Flight{Number: fmt.Sprint("LH", i), Codeshares: codeshares, State: "landed"}
		b.Apply(&Change{Kind: KindAdd, Flight: f})
		b.Apply(&Change{Kind: KindRemove, Flight: f})
	}
	size := 0
	for text := range b.texts {
		size += len(text)
	}
	if most := 100*len("LH99") + len("landed"); size > most {
		t.Errorf("an empty board holds %d bytes of texts, want at most %d, of the short ones", size, most)
	}
}
