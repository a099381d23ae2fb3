package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"sync"

	"flightboard/timetable"
)

// dayFile has 20 December 2023 at New York JFK as the server's replay publishes it, by gzip: the board at midnight, and
// then each change until the next midnight, as lines that POST /flights reads. TestTheDayIsTheRecording makes it.
//
//go:embed testdata/jfk_2023-12-20.ndjson.gz
var dayFile []byte

// A day is the sequence of a recorded day. It has an end.
type day struct {
	midnight timetable.Change
	changes  []timetable.Change
	numbers  map[string]int // by event type and data
}

// recordedDay returns the day in dayFile. It is read only.
var recordedDay = sync.OnceValues(func() (*day, error) { return readDay(dayFile) })

func readDay(file []byte) (*day, error) {
	text, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	d := &day{numbers: map[string]int{}}
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); n++ {
		var c timetable.Change
		if err := c.DecodeLine(lines.Text()); err != nil {
			return nil, fmt.Errorf("line %d of the day: %w", n+1, err)
		}
		if n == 0 {
			d.midnight = c
			continue
		}
		d.numbers[c.Kind.EventType()+" "+string(c.AppendJSON(nil))] = len(d.changes)
		d.changes = append(d.changes, c)
	}
	return d, lines.Err()
}

// seed adds the flights one by one: a child reads one change a line, and a replacement has several.
func (d *day) seed() []timetable.Change {
	changes := []timetable.Change{{Kind: timetable.KindReplace}}
	for _, f := range d.midnight.Board {
		changes = append(changes, timetable.Change{Kind: timetable.KindAdd, Flight: f})
	}
	return changes
}

func (d *day) update(number int) timetable.Change { return d.changes[number] }

func (d *day) period() int { return len(d.changes) }

// locate returns the last one if several updates are the same.
func (d *day) locate(eventType string, data []byte) (number int, ok bool) {
	number, ok = d.numbers[eventType+" "+string(data)]
	return number, ok
}

func (d *day) board(n int) *timetable.Board {
	b := new(timetable.Board)
	b.Apply(&d.midnight)
	for i := range d.changes[:n] {
		b.Apply(&d.changes[i])
	}
	return b
}
