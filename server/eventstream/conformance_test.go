package eventstream_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventstream"
)

// A conformanceCase is one file of testdata/conformance; its README describes the format.
type conformanceCase struct {
	Reason      string
	Stream      latin1
	Events      []dispatched
	LastEventID string
	Retry       *int64
	Differs     map[string]string
}

// A dispatched event has the members that a browser's listener gets.
type dispatched struct{ Type, Data, LastEventID string }

// An outcome is the result of reading a stream.
type outcome struct {
	Events      []dispatched
	LastEventID string
	Retry       time.Duration
}

// latin1 is bytes, written in JSON as text with a character for each byte.
type latin1 []byte

func (l *latin1) UnmarshalText(text []byte) error {
	for _, r := range string(text) {
		*l = append(*l, byte(r))
	}
	return nil
}

// noRetry is the reader's initial reconnection time in these tests, which no stream can set.
const noRetry = -time.Millisecond

func (c conformanceCase) want() outcome {
	want := outcome{Events: c.Events, LastEventID: c.LastEventID, Retry: noRetry}
	if c.Retry != nil {
		want.Retry = time.Duration(*c.Retry) * time.Millisecond
	}
	return want
}

// conformance reads the corpus.
func conformance(t testing.TB) map[string]conformanceCase {
	t.Helper()
	files, err := filepath.Glob("testdata/conformance/*.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := make(map[string]conformanceCase)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		var c conformanceCase
		if err := decoder.Decode(&c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases[strings.TrimSuffix(filepath.Base(file), ".json")] = c
	}
	return cases
}

// parse reads a stream to its end.
func parse(t testing.TB, r io.Reader) outcome {
	t.Helper()
	reader := eventstream.NewReader(r)
	reader.Retry = noRetry
	got := outcome{Events: []dispatched{}}
	for e, err := range reader.Events() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Data == nil {
			t.Fatal("the data of a dispatched event is nil")
		}
		got.Events = append(got.Events, dispatched{e.Type, string(e.Data), e.ID})
	}
	got.LastEventID, got.Retry = reader.LastEventID, reader.Retry
	return got
}

func (o outcome) equal(p outcome) bool {
	return slices.Equal(o.Events, p.Events) && o.LastEventID == p.LastEventID && o.Retry == p.Retry
}

// TestConformance sends each stream of the corpus whole, one byte at a time, two at a time, and cut into two at every
// place.
func TestConformance(t *testing.T) {
	cases := conformance(t)
	if len(cases) < 100 {
		t.Fatalf("the corpus has only %d cases", len(cases))
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check := func(how string, at int, r io.Reader) {
				t.Helper()
				if got := parse(t, r); !got.equal(c.want()) {
					t.Fatalf("%s %d: %s\nstream %q\n(-want +got)\n%s", how, at, c.Reason, c.Stream, cmp.Diff(c.want(), got))
				}
			}
			check("whole", 0, bytes.NewReader(c.Stream))
			check("bytes at a time:", 1, iotest.OneByteReader(bytes.NewReader(c.Stream)))
			check("bytes at a time:", 2, &chunks{c.Stream, 2})
			check("with the end in the same read", 0, iotest.DataErrReader(bytes.NewReader(c.Stream)))
			for i := range c.Stream {
				check("cut at byte", i, io.MultiReader(bytes.NewReader(c.Stream[:i]), bytes.NewReader(c.Stream[i:])))
			}
		})
	}
}

// TestConformanceCutShort ends each stream at every place: what is left yields the first of its events and no other.
func TestConformanceCutShort(t *testing.T) {
	for name, c := range conformance(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := 0
			for i := range c.Stream {
				got := parse(t, bytes.NewReader(c.Stream[:i])).Events
				n := len(got)
				if n > len(c.Events) || !slices.Equal(got, c.Events[:n]) {
					t.Fatalf("cut short at byte %d\nstream %q\n(-want +got)\n%s", i, c.Stream[:i],
						cmp.Diff(c.Events[:min(n, len(c.Events))], got))
				}
				if n < before {
					t.Fatalf("cut short at byte %d it yields %d events, one byte earlier it yielded %d", i, n, before)
				}
				before = n
			}
		})
	}
}

// chunks reads size bytes at a time.
type chunks struct {
	data []byte
	size int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(c.size, len(p))], c.data)
	c.data = c.data[n:]
	return n, nil
}
