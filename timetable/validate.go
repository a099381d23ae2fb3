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
	var wrong Errors
	seen := make(map[string]bool, len(c.Board))
	for i := range c.Board {
		f := &c.Board[i]
		err := f.validate(true)
		if err == nil && seen[f.Key()] {
			err = fmt.Errorf("%q is there twice", f.Key())
		}
		seen[f.Key()] = true
		list, several := err.(Errors)
		if !several && err != nil {
			list = Errors{err}
		}
		for _, err := range list {
			wrong = append(wrong, fmt.Errorf("flight %d of the snapshot: %w", i+1, err))
		}
		if len(wrong) >= maxWrong {
			break
		}
	}
	return wrong.join()
}

// Validate checks the report without a board, as [Change.Validate] does, and also its times and overrides.
func (r *Report) Validate() error {
	err := r.Change.Validate()
	if r.Kind == KindReplace {
		return err
	}
	var wrong Errors
	switch {
	case r.Hidden && r.Until == 0:
		wrong.add("until", errors.New("missing, and hidden needs it"))
	case r.Until != 0 && r.Kind != KindPut && r.Kind != KindUpdate:
		wrong.add("until", errors.New("only an update ends"))
	}
	r.Times.validate(&wrong)
	if err == nil {
		return wrong.join()
	}
	return with(err, wrong.join())
}

var errMissing = inField(FieldNumber.String(), errors.New("missing"))

func (f *Flight) validate(whole bool) error {
	var wrong Errors
	if f.Key() == "" || whole && f.Number == "" {
		wrong = append(wrong, errMissing)
	}
	for k := range fieldCount {
		if text := *f.field(k); text != "" {
			wrong.add(k.String(), k.validate(text))
		}
	}
	return wrong.join()
}

func (k Field) validate(text string) error {
	if !utf8.ValidString(text) {
		return errors.New("is not UTF-8")
	}
	if isSheetError(text) {
		return errors.New(quote(text) + " is what a spreadsheet shows in place of a value: mend the cell, or widen " +
			"its column, and save the table again")
	}
	switch k {
	case FieldNumber, FieldID:
		if n := utf8.RuneCountInString(text); n > MaxIdentity {
			return fmt.Errorf("has %d characters, at most %d fit", n, MaxIdentity)
		}
		if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			return fmt.Errorf("holds the unprintable character %q", firstRune(text[i:]))
		}
		if numbers := flightNumbers(text); k == FieldNumber && len(numbers) > 1 {
			return fmt.Errorf("holds %d flight numbers: want one, %s, and the others as codeshares",
				len(numbers), quote(numbers[0]))
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

// isSheetError reports whether a text is an error of a spreadsheet's formula, or the marks of a column that is too
// narrow.
func isSheetError(text string) bool {
	switch text {
	case "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!":
		return true
	}
	return len(text) >= 3 && strings.Trim(text, "#") == ""
}

// flightNumbers returns the flight numbers that a text consists of, as in "CX 501 / QR 3458"; nil if it holds anything
// else.
func flightNumbers(text string) (numbers []string) {
	text = strings.ReplaceAll(text, " and ", " & ")
	for start := 0; start < len(text); {
		n := 2 // characters of the carrier
		if s := text[start:]; len(s) > 3 && isLetter(s[0]) && isLetter(s[1]) && isLetter(s[2]) {
			n = 3
		}
		if len(text)-start <= n || !isLetter(text[start]) && !isLetter(text[start+1]) {
			return nil
		}
		for i := range n {
			if c := text[start+i]; !isLetter(c) && !isDigit(c) {
				return nil
			}
		}
		i := start + n
		if text[i] == ' ' {
			i++
		}
		digits := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		if i == digits || i-digits > 4 {
			return nil
		}
		if i < len(text) && isLetter(text[i]) {
			i++ // a suffix
		}
		numbers = append(numbers, text[start:i])
		next := i + len(text[i:]) - len(strings.TrimLeft(text[i:], " /,;&+|\\()[]-–—·•"))
		if next == i && i < len(text) {
			return nil
		}
		start = next
	}
	return numbers
}

func isLetter(c byte) bool { return isCapital(c &^ 0x20) }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
