package timetable

import (
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzBoard holds the board to its laws under any sequence of changes, sensible ones and others.
func FuzzBoard(f *testing.F) {
	random := rand.NewChaCha8([32]byte{}) // the same at every run
	for n := range 100 {
		data := make([]byte, 5*n)
		random.Read(data)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		script := &script{data}
		var board, late, again Board
		m := model{}
		joined := false
		for n := 0; len(script.rest) > 0 && n < 64; n++ {
			c := script.change()
			before := maps.Clone(m)
			m.apply(&c)
			if got, want := board.Apply(&c), m.since(before); got != want {
				t.Fatalf("change %d, %+v: Apply = %+v, want %+v", n, c, got, want)
			}
			if n%3 == 0 { // reading the order in between must not matter
				checkBoard(t, m, &board)
			}

			// Idempotent: a change that has been applied is no news.
			if got := board.Apply(&c); got != (Delta{}) {
				t.Fatalf("change %d, %+v: the second Apply = %+v, want nothing", n, c, got)
			}

			// A snapshot and the changes after it are as good as all changes.
			if joined {
				late.Apply(&c)
			} else if script.chance() {
				snapshot := board.Snapshot()
				late.Apply(&snapshot)
				joined = true
			}
		}
		checkBoard(t, m, &board)
		snapshot := board.Snapshot()
		if joined {
			if diff := cmp.Diff(snapshot, late.Snapshot()); diff != "" {
				t.Errorf("a board that joined late (-want +got):\n%s", diff)
			}
		}

		// A snapshot makes any board equal, whatever was on it; and then it is no news.
		for _, c := range []Change{add("A1 gate=7"), add("stranger id=Z remark=x"), snapshot} {
			again.Apply(&c)
		}
		checkBoard(t, m, &again)
		if got := again.Apply(&snapshot); got != (Delta{}) {
			t.Errorf("Apply of the board's own snapshot = %+v, want nothing", got)
		}
	})
}

// A script turns bytes into changes. Its words are few, so that changes meet.
type script struct{ rest []byte }

var (
	identities = []string{"", "A1", "B2", "C3", "A1\n", "\xff"}
	times      = []string{"", "08:15", "16:00", "23:50", "00:10", "2026-11-20T23:50:00-05:00", "2026-11-21T04:49:00Z",
		"2026-11-20T08:15+01:00", "soon"}
	words = []string{"", "landed", "delayed", "東京", "gate\nbelt", "\u202e", "\xff"}
)

func (s *script) byte() (b byte) {
	if len(s.rest) > 0 {
		b, s.rest = s.rest[0], s.rest[1:]
	}
	return b
}

func (s *script) chance() bool { return s.byte()%4 == 1 }

func (s *script) of(words []string) string { return words[int(s.byte())%len(words)] }

func (s *script) change() Change {
	c := Change{Kind: Kind(s.byte() % 6)} // the last one does not exist
	if c.Kind == KindReplace {
		for range s.byte() % 6 {
			c.Board = append(c.Board, s.flight())
		}
		return c
	}
	c.Flight = s.flight()
	c.Named = Fields(s.byte()) | Fields(s.byte())<<8 | Fields(s.byte())<<16
	if s.chance() { // as it comes from JSON
		c.Named |= c.Flight.named()
	}
	return c
}

func (s *script) flight() Flight {
	f := Flight{Number: s.of(identities), ID: s.of(identities)}
	for k := FieldOrigin; k < fieldCount; k++ {
		switch k {
		case FieldArrival, FieldExpected, FieldDated:
			*f.field(k) = s.of(times)
		case FieldState, FieldCodeshares, FieldRemark, FieldOverridden:
			*f.field(k) = s.of(words)
		}
	}
	return f
}
