package feed

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"flightboard/timetable"
)

// sample has the arrivals of four airlines at New York JFK in December 2023. data/README.md has its origin and licence.
//
//go:embed data/jfk_arrivals_2023-12.csv.gz
var sample []byte

const sampleName = "built-in sample"

// open returns the recording in the file, or the sample if file is empty.
func open(file string) (name string, data io.ReadCloser, err error) {
	if file == "" {
		return sampleName, io.NopCloser(bytes.NewReader(sample)), nil
	}
	data, err = os.Open(file)
	return file, data, err
}

// maxLogged is the number of bad rows that are logged one by one. The others are only counted.
const maxLogged = 5

// readLegs reads a recording: CSV (RFC 4180), plain or compressed by gzip, with the columns in any order. It logs and
// leaves out a row that is wrong.
func readLegs(name string, from io.Reader, logger *slog.Logger) ([]leg, error) {
	text, err := readAll(from)
	if err != nil {
		return nil, fmt.Errorf("feed: %s: %w", name, err)
	}
	var (
		r     row
		legs  []leg
		ids   = make(map[timetable.Leg]int) // the line of each leg
		bad   int
		first error // of the rows that were left out
		line  int
	)
	for next := range strings.Lines(text) {
		line++
		text := strings.TrimRight(next, "\r\n")
		switch {
		case text == "":
			continue
		case r.columns == nil:
			if err := r.header(text); err != nil {
				return nil, fmt.Errorf("feed: %s: line %d: %w", name, line, err)
			}
			continue
		}
		l, err := r.leg(text)
		if before, twice := ids[l.is]; err == nil && twice {
			err = fmt.Errorf("leg_id: %q is in line %d already", l.is, before)
		}
		if err != nil {
			bad++
			if first == nil {
				first = fmt.Errorf("line %d: %w", line, err)
			}
			if bad <= maxLogged {
				logger.Warn("row left out", "file", name, "line", line, "reason", err)
			}
			continue
		}
		ids[l.is] = line
		legs = append(legs, l)
	}
	switch {
	case r.columns == nil:
		return nil, fmt.Errorf("feed: %s is empty: want a line that names the columns, %s", name,
			strings.Join(required, ", "))
	case len(legs) == 0 && first == nil:
		return nil, fmt.Errorf("feed: %s has no rows", name)
	case len(legs) == 0:
		return nil, fmt.Errorf("feed: %s: none of %d rows is of use; %w", name, bad, first)
	case bad > maxLogged:
		logger.Warn("more rows left out", "file", name, "rows", bad-maxLogged, "of", bad+len(legs))
	}
	return legs, nil
}

// readAll returns the whole text. Legs have copies of its parts, so it can be freed.
func readAll(from io.Reader) (string, error) {
	b, err := io.ReadAll(from)
	if err == nil && bytes.HasPrefix(b, []byte{0x1f, 0x8b}) { // RFC 1952, 2.3.1
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(b)); err == nil {
			b, err = io.ReadAll(z)
		}
	}
	return strings.TrimPrefix(string(b), "\ufeff"), err
}

// required are the columns that a recording must have.
var required = []string{"leg_id", "flight", "origin_city", "sched_dep_utc", "off_block_utc", "sched_arr_utc",
	"sched_arr_local", "touchdown_utc", "in_block_utc", "status"}

// A row reads one line after the other. Its texts and zones are shared by all legs.
type row struct {
	columns map[string]int
	cells   []string
	err     error // the first cell that could not be read
	texts   map[string]string
	zones   map[time.Duration]*time.Location
}

func (r *row) header(text string) error {
	cells, err := split(text)
	if err != nil {
		return err
	}
	columns := make(map[string]int)
	for i, name := range cells {
		columns[strings.TrimSpace(name)] = i
	}
	var missing []string
	for _, name := range required {
		if _, ok := columns[name]; !ok {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return errors.New("the line that names the columns lacks " + strings.Join(missing, ", "))
	}
	r.columns, r.texts, r.zones = columns, make(map[string]string), make(map[time.Duration]*time.Location)
	return nil
}

func (r *row) leg(text string) (leg, error) {
	cells, err := split(text)
	if err != nil {
		return leg{}, err
	}
	if len(cells) != len(r.columns) {
		return leg{}, fmt.Errorf("has %d cells, want %d", len(cells), len(r.columns))
	}
	r.cells, r.err = cells, nil
	return newLeg(r)
}

// split splits one line. Lines are parsed one by one, so that a wrong quotation mark affects only its own line.
func split(line string) ([]string, error) {
	if !strings.Contains(line, `"`) {
		return strings.Split(line, ","), nil
	}
	cells, err := csv.NewReader(strings.NewReader(line)).Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, fmt.Errorf("column %d: %w", wrong.Column, wrong.Err)
	}
	return cells, err
}

func (r *row) cell(column string) string {
	if i, ok := r.columns[column]; ok {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

// text returns a cell's text. The same text in other rows is the same memory.
func (r *row) text(column string) string {
	cell := r.cell(column)
	text, ok := r.texts[cell]
	if !ok {
		text = strings.Clone(cell)
		r.texts[text] = text
	}
	return text
}

func (r *row) time(column string) time.Time { return r.parse(column, time.RFC3339) }

func (r *row) local(column string) time.Time { return r.parse(column, "2006-01-02T15:04") }

func (r *row) parse(column, layout string) time.Time {
	cell := r.cell(column)
	if cell == "" {
		return time.Time{}
	}
	t, err := time.Parse(layout, cell)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %q is not like %s", column, cell, strings.TrimSuffix(layout, "07:00"))
	}
	return t.UTC()
}

func (r *row) zone(offset time.Duration) *time.Location {
	zone, ok := r.zones[offset]
	if !ok {
		zone = time.FixedZone("", int(offset.Seconds()))
		r.zones[offset] = zone
	}
	return zone
}
