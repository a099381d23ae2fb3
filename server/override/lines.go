package override

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"flightboard/timetable"
)

// fileName is the name of the file of overrides, in the folder of the log. newFileName is the name of a file that is
// being written and will replace it.
const (
	fileName    = "held.ndjson"
	newFileName = fileName + ".new"
)

// A line of the file has all overrides of one flight. A line without overrides ends those of earlier lines.
type line struct {
	Flight    string               `json:"flight"` // its key
	Overrides json.RawMessage      `json:"overrides,omitempty"`
	Until     map[string]time.Time `json:"until,omitempty"` // by field; and "hidden"
	Base      json.RawMessage      `json:"base,omitempty"`  // the whole flight if hidden, or the overridden fields
}

// An oldLine is a line in the format of earlier versions: overrides of a flight until one time, and the whole base.
// Several lines about a flight add up.
type oldLine struct {
	Until   time.Time       `json:"until"`
	Hidden  bool            `json:"hidden"`
	Held    json.RawMessage `json:"held"`
	Beneath json.RawMessage `json:"beneath"`
}

// lineOf returns the line of an overridden flight; "" if it has no overrides.
func lineOf(key string, f *timetable.OverriddenFlight) string {
	if f == nil || f.IsZero() {
		return ""
	}
	fields := f.Fields()
	values := timetable.Change{Kind: timetable.KindUpdate, Named: fields,
		Flight: timetable.Flight{}.With(&f.Values, fields)}
	base := timetable.Change{Kind: timetable.KindUpdate, Named: fields, Flight: timetable.Flight{}.With(&f.Base, fields)}
	l := line{Flight: key, Overrides: values.AppendJSON(nil), Until: make(map[string]time.Time)}
	if f.Hidden != 0 {
		l.Until[hidden] = time.UnixMicro(f.Hidden).UTC()
		base = timetable.Change{Kind: timetable.KindAdd, Flight: f.Base}
	}
	if !f.Removed {
		l.Base = base.AppendJSON(nil)
	}
	for k, until := range f.Until {
		l.Until[k.String()] = time.UnixMicro(until).UTC()
	}
	return l.String()
}

const hidden = "hidden"

// Line returns the overrides of a flight as a line of text; nil: it has none. Unless the flight is hidden, the line has
// only the overridden fields of its base.
func Line(key string, f *timetable.OverriddenFlight) string {
	return cmp.Or(lineOf(key, f), endOf(key))
}

// ParseLine reads what Line returns.
func ParseLine(text string) (key string, f *timetable.OverriddenFlight, err error) {
	flights := make(map[string]*timetable.OverriddenFlight, 1)
	if err := readLine([]byte(text), flights); err != nil {
		return "", nil, err
	}
	for key, f = range flights {
	}
	if f.IsZero() {
		f = nil
	}
	return key, f, nil
}

// endOf returns the line that ends the overrides of a flight.
func endOf(key string) string { return line{Flight: key}.String() }

func (l line) String() string {
	text, err := json.Marshal(l)
	if err != nil {
		panic("override: a line cannot be encoded: " + err.Error())
	}
	return string(text)
}

// readLines reads the lines of a file. It calls wrong for each line that it cannot read, and leaves it out. A last line
// without a line end was being written when the process ended. If it is incomplete, it was never acknowledged.
func readLines(text string, wrong func(number int, line string, err error)) map[string]*timetable.OverriddenFlight {
	flights := make(map[string]*timetable.OverriddenFlight)
	number := 0
	for text := range strings.Lines(text) {
		number++
		var kind struct{ Held json.RawMessage }
		err := json.Unmarshal([]byte(text), &kind)
		switch {
		case err != nil:
		case kind.Held != nil:
			err = readOldLine([]byte(text), flights)
		default:
			err = readLine([]byte(text), flights)
		}
		if whole := strings.TrimSuffix(text, "\n"); err != nil && len(whole) < len(text) {
			wrong(number, whole, err)
		}
	}
	return flights
}

func readLine(text []byte, flights map[string]*timetable.OverriddenFlight) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	var values, base timetable.Change
	if l.Overrides != nil {
		if err := values.Decode(timetable.KindUpdate, string(l.Overrides)); err != nil {
			return fmt.Errorf("overrides: %w", err)
		}
	}
	if l.Base != nil {
		if err := base.Decode(timetable.KindUpdate, string(l.Base)); err != nil {
			return fmt.Errorf("base: %w", err)
		}
	}
	f := &timetable.OverriddenFlight{Base: base.Flight, Removed: l.Base == nil}
	values.Flight.Number = l.Flight
	if base.Flight.Number == "" {
		base.Flight.Number = l.Flight
	}
	if err := errors.Join(values.Validate(), base.Validate()); err != nil {
		return err
	}
	for k := range (values.Named & timetable.Overridable).All() {
		if until, ok := l.Until[k.String()]; ok {
			f.Override = f.With(&values.Flight, k.Bit(), false, until.UnixMicro())
		}
	}
	if until, ok := l.Until[hidden]; ok {
		f.Override = f.With(&values.Flight, 0, true, until.UnixMicro())
	}
	flights[l.Flight] = f
	return nil
}

func readOldLine(text []byte, flights map[string]*timetable.OverriddenFlight) error {
	var l oldLine
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	var values, base timetable.Change
	if err := values.Decode(timetable.KindUpdate, string(l.Held)); err != nil {
		return fmt.Errorf("held: %w", err)
	}
	if err := base.Decode(timetable.KindAdd, string(l.Beneath)); err != nil {
		return fmt.Errorf("beneath: %w", err)
	}
	if err := errors.Join(values.Validate(), base.Validate()); err != nil {
		return err
	}
	if !l.Hidden && values.Named&timetable.Overridable == 0 {
		return errors.New("held: nothing")
	}
	key := base.Flight.Key()
	f := flights[key]
	if f == nil {
		f = new(timetable.OverriddenFlight)
	}
	f.Override = f.With(&values.Flight, values.Named, l.Hidden, l.Until.UnixMicro())
	f.Base, f.Removed = base.Flight, false
	flights[key] = f
	return nil
}

// fieldsOf returns the fields with these names, as [timetable.Flight.Overridden] has them.
func fieldsOf(names string) (set timetable.Fields) {
	for k := range timetable.Overridable.All() {
		if slices.Contains(strings.Split(names, "\n"), k.String()) {
			set |= k.Bit()
		}
	}
	return set
}
