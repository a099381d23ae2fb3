package eventlog

import (
	"bytes"
	"errors"
	"testing"

	"flightboard/timetable"
)

func aSegment() []byte {
	board := timetable.Change{Kind: timetable.KindReplace,
		Board: []timetable.Flight{{Number: "LH1"}, {Number: "LH2", Origin: "Köln"}}}
	text := appendBoard([]byte(magic), &board, 100)
	for _, g := range []*group{
		{first: 101, text: []byte("one, two"), records: []record{{end: 3}, {end: 8}}},
		{first: 103, text: []byte("three"), records: []record{{end: 5}}},
		{first: 2000, text: []byte("after a restart"), records: []record{{end: 15}}},
	} {
		text = g.appendFrame(text)
	}
	return text
}

func TestASegmentReturnsItsRecords(t *testing.T) {
	r := segmentReader{text: aSegment()}
	err := r.open()
	const board = `[{"flight":"LH1"},` + "\n" + `{"flight":"LH2","origin":"Köln"}]`
	if err != nil || r.base != 100 || string(r.board) != board {
		t.Fatalf("open = %v, board %s, base %d, want %s, 100", err, r.board, r.base, board)
	}
	for _, want := range []struct {
		first   Position
		records string
	}{{101, "one|, two"}, {103, "three"}, {2000, "after a restart"}, {0, ""}} {
		first, records, err := r.next()
		if got := string(bytes.Join(records, []byte("|"))); err != nil || first != want.first || got != want.records {
			t.Errorf("next = %d, %q, %v, want %d, %q", first, got, err, want.first, want.records)
		}
	}
}

// FuzzSegment gives the reader any bytes. The part that it reports as good reads the same when the rest is cut off.
func FuzzSegment(f *testing.F) {
	whole := aSegment()
	f.Add(whole)
	f.Add(whole[:len(whole)-7])
	f.Add(append(bytes.Clone(whole), whole[len(magic):]...))
	f.Add(append(bytes.Clone(whole), make([]byte, 100)...))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, text []byte) {
		good, records, err := readAll(t, text)
		if err != nil && !errors.Is(err, errTorn) {
			return
		}
		again, same, err := readAll(t, text[:good])
		if err != nil || again != good || !bytes.Equal(records, same) {
			t.Errorf("of %d good bytes %d are good when the rest is cut, error %v", good, again, err)
		}
	})
}

func readAll(t *testing.T, text []byte) (good int, all []byte, err error) {
	r := segmentReader{text: text}
	if err := r.open(); err != nil {
		return 0, nil, err
	}
	for last := r.base; ; last = r.last {
		first, records, err := r.next()
		if records == nil || err != nil {
			return r.at, all, err
		}
		if first <= last || r.last != first+Position(len(records))-1 {
			t.Fatalf("records %d to %d follow %d", first, r.last, last)
		}
		all = append(all, bytes.Join(records, nil)...)
	}
}
