package timetable

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Kind is what a change does to the board.
type Kind uint8

const (
	Update  Kind = iota // the named fields of one flight change, the others stay
	Remove              // one flight leaves the board
	Add                 // one flight enters, or is replaced as a whole
	Replace             // the whole board is replaced: a snapshot
	Put                 // Add when the flight is unknown, Update otherwise; only publishers say it
	Idle                // an update that says what the board says, of which only the publisher's stamp is new; it does not travel
)

var eventTypes = [...]string{"flightStateUpdate", "flightRemoval", "flightAddition", "flightSnapshot", "", ""}

// EventType is the event type under which the change travels; Put and Idle have none.
func (k Kind) EventType() string { return eventTypes[k] }

// KindOf returns the kind that travels under an event type. An untyped event is a state update.
func KindOf(eventType string) (Kind, bool) {
	switch eventType {
	case "flightStateUpdate", "message", "":
		return Update, true
	case "flightRemoval":
		return Remove, true
	case "flightAddition":
		return Add, true
	case "flightSnapshot":
		return Replace, true
	}
	return 0, false
}

// A Change is one fact that alters the board.
type Change struct {
	Kind   Kind
	Flight Flight   // Update and Put: the named fields; Remove: the identity; Add: the whole flight
	Named  Fields   // Update and Put: which fields of Flight are meant, the empty ones among them
	Board  []Flight // Replace: all flights; of two with the same key the first counts

	// What only publishers say, and what travels no further than the log's door.
	Source string // who says so; empty: a hand
	Stamp  int64  // when this was so, in Unix microseconds; 0: nobody says
	Heard  int64  // when the log heard of it; what has no stamp is as new as that; 0: nobody knows
	Times  Times  // what has come about
	Until  int64  // the named fields are set by hand until then, in Unix microseconds; 0: they are not
	Hidden bool   // until then the flight is not shown

	Evidence Evidence // what a Draft has added rests on; a publisher may say Recorded
}

// Evidence is what a state or a time follows from. What proves more is greater.
type Evidence uint8

const (
	Derived   Evidence = 1 << iota // the state follows from times, and is not a publisher's word
	Recorded                       // all of it was weighed and published before, and is taken as it is
	ByArrival                      // Expected is when it came to its stand
	ByLanding                      // Expected is when it touched down
)

// asOf is how new the change is: 0 is not known.
func (c *Change) asOf() int64 {
	if c.Stamp != 0 {
		return c.Stamp
	}
	return c.Heard
}

// Limits of what a publisher may say: characters of an identity, a time or a list's text, and of other texts.
const (
	MaxIdentity   = 64
	MaxText       = 200
	MaxCodeshares = 100 // flight numbers, each as long as an identity
)

// Validate checks what can be known without a board. An error that is one field's fault is, or wraps,
// a [*FieldError].
func (c *Change) Validate() error {
	if c.Kind > Put {
		return fmt.Errorf("kind %d: there is none", c.Kind)
	}
	if c.Kind != Replace {
		if err := c.Flight.validate(c.Kind == Add); err != nil {
			return err
		}
		switch {
		case c.Hidden && c.Until == 0:
			return inField("until", errors.New("missing, and hidden needs it"))
		case c.Until != 0 && c.Kind != Put && c.Kind != Update:
			return inField("until", errors.New("only an update ends"))
		}
		return c.Times.validate()
	}
	seen := make(map[string]bool, len(c.Board))
	for i := range c.Board {
		f := &c.Board[i]
		if err := f.validate(true); err != nil {
			return fmt.Errorf("flight %d of the snapshot: %w", i+1, err)
		}
		if seen[f.Key()] {
			return fmt.Errorf("flight %d of the snapshot: %q is there twice", i+1, f.Key())
		}
		seen[f.Key()] = true
	}
	return nil
}

var errMissing = inField(Number.String(), errors.New("missing"))

func (f *Flight) validate(whole bool) error {
	if f.Key() == "" || whole && f.Number == "" {
		return errMissing
	}
	for k := range fieldCount {
		if text := *f.field(k); text != "" {
			if err := k.validate(text); err != nil {
				return inField(k.String(), err)
			}
		}
	}
	return nil
}

func (k Field) validate(text string) error {
	if !utf8.ValidString(text) {
		return errors.New("is not UTF-8")
	}
	switch k {
	case Number, ID:
		if n := utf8.RuneCountInString(text); n > MaxIdentity {
			return fmt.Errorf("has %d characters, at most %d fit", n, MaxIdentity)
		}
		if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			return fmt.Errorf("holds the unprintable character %q", firstRune(text[i:]))
		}
		return nil
	case Arrival, Expected:
		return validateTime(text)
	case Overridden:
		if n := strings.Count(text, "\n") + 1; n > int(fieldCount) {
			return fmt.Errorf("has %d names, and there are %d fields", n, fieldCount)
		}
		for name := range strings.SplitSeq(text, "\n") {
			if _, ok := fieldNamed(name); !ok {
				return errors.New(quoteUpTo(MaxText, name) + " is not a field")
			}
		}
		return nil
	case Codeshares:
		if n := strings.Count(text, "\n") + 1; n > MaxCodeshares {
			return fmt.Errorf("has %d flight numbers, at most %d fit", n, MaxCodeshares)
		}
		for number := range strings.SplitSeq(text, "\n") {
			if err := Number.validate(number); err != nil || number == "" {
				return errors.New(quoteUpTo(MaxText, number) + " is not a flight number")
			}
		}
		return nil
	}
	if n := utf8.RuneCountInString(text); n > MaxText {
		return fmt.Errorf("has %d characters, at most %d fit", n, MaxText)
	}
	// A direction override would let one cell rearrange how its neighbours read.
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 {
		return fmt.Errorf("holds the control character %q", firstRune(text[i:]))
	}
	return nil
}

// validateTime checks a time, and its length: the fraction of a second may have any number of digits.
func validateTime(text string) error {
	if _, _, ok := parseTime(text); !ok {
		return errors.New(quoteUpTo(MaxText, text) + " is neither HH:MM nor RFC 3339 with an offset")
	}
	if len(text) > MaxIdentity {
		return fmt.Errorf("has %d characters, at most %d fit", len(text), MaxIdentity)
	}
	return nil
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
