package poll

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"flightboard/timetable"
)

// A leg is a flight that the source has, or had, as it is known to the feed.
type leg struct {
	key      string // on the board
	isNumber bool   // the key is a number: the flight was posted without an ID
	ours     bool   // the feed may remove it

	row      *row // what the source last said; of a flight that the board had before, what that shows
	adopted  bool // the row is that of the board
	put      bool // the row was published
	onBoard  bool
	state    string    // that the board shows
	left     bool      // the board has removed it, by its own rule or by hand
	stamp    int64     // of the last report, in Unix microseconds
	older    int       // answers in a row in which the row has an older stamp than before
	missing  int       // answers in a row that lack it
	rejected int       // rows that were rejected in the answer that had it last
	seen     time.Time // when an answer had it last
}

// scheduled is the form of the time in a leg's identity: the airport's clock when the leg was first seen.
const scheduled = "2006-01-02T15:04"

// keyOf returns the identity of a new leg. taken reports whether another leg has it.
func keyOf(r *row, taken func(key string) bool) string {
	number, at := r.flight.Number, ""
	if due := r.arrival.At; !due.IsZero() {
		at = due.Format(scheduled)
	} else if due = r.ended(); !due.IsZero() {
		at = due.Format(scheduled)
	}
	key := strings.TrimSpace(number + " " + at)
	if r.id != "" && !taken(r.id) {
		return r.id
	} else if r.id != "" {
		key = strings.TrimSpace(r.id + " " + at) // it was another day's as well
	}
	if taken(key) && r.flight.From != "" {
		key += " " + r.flight.From
	}
	for n, first := 2, key; taken(key); n++ {
		key = fmt.Sprint(first, " ", n)
	}
	if utf8.RuneCountInString(key) > timetable.MaxIdentity {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(key)))[:timetable.MaxIdentity/2]
	}
	return key
}

// isKey reports whether a flight's ID is one that keyOf gives to legs without an ID of the source.
func isKey(f *timetable.Flight) bool {
	rest, ok := strings.CutPrefix(f.ID, f.Number+" ")
	if !ok || len(rest) < len(scheduled) {
		return false
	}
	_, err := time.Parse(scheduled, rest[:len(scheduled)])
	return err == nil
}

// identify names the leg in a report.
func (g *leg) identify(f *timetable.Flight) {
	if g.isNumber {
		f.Number = g.key
	} else {
		f.ID = g.key
	}
}
