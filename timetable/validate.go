package timetable

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a publisher's texts, in characters: of an identity, a time or a list's text, and of other texts.
const (
	MaxIdentity   = 64
	MaxText       = 200
	MaxCodeshares = 100 // flight numbers, each as long as an identity
)

// Validate checks the change without a board. An error about one field is, or wraps, a [*FieldError].
func (c *Change) Validate() error {
	if c.Kind > KindPut {
		return fmt.Errorf("kind %d: there is none", c.Kind)
	}
	if c.Kind != KindReplace {
		return c.Flight.validate(c.Kind == KindAdd)
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

// Validate checks the report without a board, as [Change.Validate] does, and also its times and overrides.
func (r *Report) Validate() error {
	if err := r.Change.Validate(); err != nil || r.Kind == KindReplace {
		return err
	}
	switch {
	case r.Hidden && r.Until == 0:
		return inField("until", errors.New("missing, and hidden needs it"))
	case r.Until != 0 && r.Kind != KindPut && r.Kind != KindUpdate:
		return inField("until", errors.New("only an update ends"))
	}
	return r.Times.validate()
}

var errMissing = inField(FieldNumber.String(), errors.New("missing"))

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
	case FieldNumber, FieldID:
		if n := utf8.RuneCountInString(text); n > MaxIdentity {
			return fmt.Errorf("has %d characters, at most %d fit", n, MaxIdentity)
		}
		if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			return fmt.Errorf("holds the unprintable character %q", firstRune(text[i:]))
		}
		return nil
	case FieldArrival, FieldExpected, FieldDated:
		return validateTime(text)
	case FieldOverridden:
		if n := strings.Count(text, "\n") + 1; n > int(fieldCount) {
			return fmt.Errorf("has %d names, and there are %d fields", n, fieldCount)
		}
		for name := range strings.SplitSeq(text, "\n") {
			if _, ok := fieldNamed(name); !ok {
				return errors.New(quoteUpTo(MaxText, name) + " is not a field")
			}
		}
		return nil
	case FieldCodeshares:
		if n := strings.Count(text, "\n") + 1; n > MaxCodeshares {
			return fmt.Errorf("has %d flight numbers, at most %d fit", n, MaxCodeshares)
		}
		for number := range strings.SplitSeq(text, "\n") {
			if err := FieldNumber.validate(number); err != nil || number == "" {
				return errors.New(quoteUpTo(MaxText, number) + " is not a flight number")
			}
		}
		return nil
	}
	if n := utf8.RuneCountInString(text); n > MaxText {
		return fmt.Errorf("has %d characters, at most %d fit", n, MaxText)
	}
	// A character that changes the direction of text would also alter the neighbouring cells.
	if i := strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) ||
			unicode.Is(unicode.Bidi_Control, r)
	}); i >= 0 {
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
