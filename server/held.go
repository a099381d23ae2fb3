package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// heldFile is the name of the file, beside the log, that keeps what is set by hand; newHeldFile that of one which is
// going to take its place.
const (
	heldFile    = "held.ndjson"
	newHeldFile = heldFile + ".new"
)

// A heldLine is a line of the file: all overrides of one flight. Without any it says that there are none any more.
type heldLine struct {
	Flight    string               `json:"flight"` // its key
	Overrides json.RawMessage      `json:"overrides,omitempty"`
	Until     map[string]time.Time `json:"until,omitempty"` // by field; and "hidden"
	Base      json.RawMessage      `json:"base,omitempty"`  // as publishers have it; see heldFlight
}

// An oldLine is a line of a file of earlier servers: what is held of a flight until one time. Several about a flight
// add up.
type oldLine struct {
	Until   time.Time       `json:"until"`
	Hidden  bool            `json:"hidden"`
	Held    json.RawMessage `json:"held"`
	Beneath json.RawMessage `json:"beneath"`
}

// A heldFlight is what lines say of a flight: its overrides and, below them, what publishers have.
type heldFlight struct {
	hold
	base timetable.Flight // if the flight is hidden; otherwise only the held fields count, for the log has the others
	gone bool             // publishers have removed it
}

// heldOn returns what lines say of a flight that is held, as publishers have it; nil: they have removed it.
func heldOn(base *timetable.Flight, held hold) heldFlight {
	if base == nil {
		return heldFlight{hold: held, gone: true}
	}
	return heldFlight{hold: held, base: *base}
}

// kept is the line that has to count in the file; "": none has to.
func (f heldFlight) kept(key string) string {
	if len(f.until) == 0 {
		return ""
	}
	return f.line(key)
}

// line is what the file has to say of the flight.
func (f heldFlight) line(key string) string {
	line := heldLine{Flight: key}
	if fields := f.fields(); len(f.until) > 0 {
		held := timetable.Change{Kind: timetable.Update, Named: fields, Flight: timetable.Flight{}.With(&f.flight, fields)}
		base := timetable.Change{Kind: timetable.Update, Named: fields, Flight: timetable.Flight{}.With(&f.base, fields)}
		if f.hides() {
			base = timetable.Change{Kind: timetable.Add, Flight: f.base}
		}
		line.Overrides, line.Until = held.AppendJSON(nil), make(map[string]time.Time)
		if !f.gone {
			line.Base = base.AppendJSON(nil)
		}
		for k, until := range f.until {
			line.Until[untilName(k)] = until.UTC()
		}
	}
	text, err := json.Marshal(line)
	if err != nil {
		panic("an override cannot be encoded: " + err.Error())
	}
	return string(text)
}

func untilName(k timetable.Field) string {
	if k == hiding {
		return "hidden"
	}
	return k.String()
}

// readHeld reads the lines of a file. A line that cannot be read is left out, and wrong hears of it. A last line
// without its end was being written when the process ended; unless it is whole, nothing that was acknowledged is in it.
func readHeld(text string, wrong func(number int, line string, err error)) map[string]heldFlight {
	flights := make(map[string]heldFlight)
	number := 0
	for line := range strings.Lines(text) {
		number++
		var kind struct{ Held json.RawMessage }
		err := json.Unmarshal([]byte(line), &kind)
		switch {
		case err != nil:
		case kind.Held != nil:
			err = readOldLine([]byte(line), flights)
		default:
			err = readHeldLine([]byte(line), flights)
		}
		if whole := strings.TrimSuffix(line, "\n"); err != nil && len(whole) < len(line) {
			wrong(number, whole, err)
		}
	}
	return flights
}

func readHeldLine(text []byte, flights map[string]heldFlight) error {
	var line heldLine
	if err := json.Unmarshal(text, &line); err != nil {
		return err
	}
	var held, base timetable.Change
	f := heldFlight{gone: line.Base == nil}
	if line.Overrides != nil {
		if err := held.Decode(timetable.Update, string(line.Overrides)); err != nil {
			return fmt.Errorf("overrides: %w", err)
		}
	}
	if !f.gone {
		if err := base.Decode(timetable.Update, string(line.Base)); err != nil {
			return fmt.Errorf("base: %w", err)
		}
	}
	f.base, held.Flight.Number = base.Flight, line.Flight
	if base.Flight.Number == "" {
		base.Flight.Number = line.Flight
	}
	if err := errors.Join(held.Validate(), base.Validate()); err != nil {
		return err
	}
	for k := range (held.Named&holdable | hiding.Bit()).All() {
		if until, ok := line.Until[untilName(k)]; ok {
			f.hold = f.with(&timetable.Change{Flight: held.Flight, Named: k.Bit(), Hidden: k == hiding}, until)
		}
	}
	flights[line.Flight] = f
	return nil
}

func readOldLine(text []byte, flights map[string]heldFlight) error {
	var line oldLine
	if err := json.Unmarshal(text, &line); err != nil {
		return err
	}
	var held, beneath timetable.Change
	if err := held.Decode(timetable.Update, string(line.Held)); err != nil {
		return fmt.Errorf("held: %w", err)
	}
	if err := beneath.Decode(timetable.Add, string(line.Beneath)); err != nil {
		return fmt.Errorf("beneath: %w", err)
	}
	if err := errors.Join(held.Validate(), beneath.Validate()); err != nil {
		return err
	}
	if held.Hidden = line.Hidden; !held.Hidden && held.Named&holdable == 0 {
		return errors.New("held: nothing")
	}
	key := beneath.Flight.Key()
	flights[key] = heldFlight{hold: flights[key].with(&held, line.Until), base: beneath.Flight}
	return nil
}

// newHand returns a hand with what an earlier one has kept in a folder; "": it is held in memory only. What is kept is
// as durable as sync says. A line that cannot be read is left out, and said.
func newHand(log *eventlog.Log, dir string, sync eventlog.Sync, logger *slog.Logger) (*hand, error) {
	if dir == "" {
		return &hand{log: log, logger: logger}, nil
	}
	return openHand(log, osDisk(dir), sync, logger)
}

func openHand(log changeLog, d disk, sync eventlog.Sync, logger *slog.Logger) (*hand, error) {
	h := &hand{log: log, logger: logger}
	text, err := d.Read(heldFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	flights := readHeld(string(text), func(number int, line string, err error) {
		logger.Error("what was set by hand is lost", "file", heldFile, "line", number, "reason", err, "text", line)
	})
	lines := make(map[string]string)
	for key, f := range flights {
		lines[key] = h.adopt(key, f).kept(key)
	}
	h.file = openOverrideFile(d, sync, logger, lines)
	return h, nil
}

// adopt goes on with the overrides of a flight as far as the board shows them, and returns those. The log decides,
// because an override is in the file before it is in the log, and is out of the log before it is out of the file. So
// one that the board does not show either has never been acknowledged or has ended.
func (h *hand) adopt(key string, f heldFlight) heldFlight {
	h.log.Read(func(b *timetable.Board, _ eventlog.Position) {
		shown := b.Flight(key)
		switch {
		case shown != nil:
			f.hold = f.only(fieldsOf(shown.Overridden))
			f.base, f.gone = shown.With(&f.base, f.fields()), false
			f.base.Overridden = ""
		case !f.hides():
			f.gone = true // it has left, and is overridden again when it comes back
		}
	})
	if len(f.until) == 0 {
		return f
	}
	h.hold(key, f.hold)
	if !f.gone {
		h.beneath.Apply(&timetable.Change{Kind: timetable.Add, Flight: f.base})
	}
	return f
}
