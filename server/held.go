package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// heldFile is the name of the file, beside the log, that keeps what is set by hand.
const heldFile = "held.ndjson"

// A kept hold is what is held of a flight until one time, a line in the file.
type kept struct {
	Until   time.Time       `json:"until"`
	Hidden  bool            `json:"hidden,omitzero"`
	Held    json.RawMessage `json:"held"`    // the held fields, as an update
	Beneath json.RawMessage `json:"beneath"` // the flight as publishers have it
}

// newHand returns a hand with what an earlier one has kept in a folder; "": it is held in memory only. A line that cannot
// be read is left out, and said.
func newHand(log *eventlog.Log, dir string, logger *slog.Logger) (*hand, error) {
	h := &hand{log: log, logger: logger}
	if dir == "" {
		return h, nil
	}
	h.file = filepath.Join(dir, heldFile)
	text, err := os.ReadFile(h.file)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if err := h.restore([]byte(line)); err != nil {
			logger.Error("what was set by hand is lost", "file", h.file, "line", number, "reason", err)
		}
	}
	return h, nil
}

func (h *hand) restore(line []byte) error {
	var k kept
	if err := json.Unmarshal(line, &k); err != nil {
		return err
	}
	var held, beneath timetable.Change
	if err := held.Decode(timetable.Update, string(k.Held)); err != nil {
		return fmt.Errorf("held: %w", err)
	}
	if err := beneath.Decode(timetable.Add, string(k.Beneath)); err != nil {
		return fmt.Errorf("beneath: %w", err)
	}
	if err := errors.Join(held.Validate(), beneath.Validate()); err != nil {
		return err
	}
	if held.Hidden = k.Hidden; !held.Hidden && held.Named&holdable == 0 {
		return errors.New("held: nothing")
	}
	h.beneath.Apply(&beneath)
	key := beneath.Flight.Key()
	h.hold(key, h.flights[key].with(&held, k.Until))
	return nil
}

// keep writes what is held into the file, in one step. It is called with mu held, when something of it has changed. What
// cannot be written is held as well, as long as the server runs.
func (h *hand) keep() {
	if h.file == "" {
		return
	}
	var text []byte
	for _, key := range slices.Sorted(maps.Keys(h.flights)) {
		one, base := h.flights[key], h.beneath.Flight(key)
		if base == nil {
			continue // its publisher has removed it, so nothing will come up
		}
		for left := one; len(left.until) > 0; {
			until, rest := left.end(), left.at(left.end())
			held := timetable.Change{Kind: timetable.Update, Flight: one.flight, Named: left.fields() &^ rest.fields()}
			held.Flight.Number, held.Flight.ID, held.Flight.Overridden = base.Number, base.ID, ""
			line, err := json.Marshal(kept{until, left.hides() && !rest.hides(), held.AppendJSON(nil), base.AppendJSON(nil)})
			if err != nil {
				panic("a hold cannot be encoded: " + err.Error())
			}
			text, left = append(append(text, line...), '\n'), rest
		}
	}
	err := os.WriteFile(h.file+".new", text, 0o600)
	if err == nil {
		err = os.Rename(h.file+".new", h.file)
	}
	if err != nil {
		h.logger.Error("what is set by hand will not survive a restart", "error", err)
	}
}
