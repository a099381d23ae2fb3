package timetable

import (
	"errors"
	"strings"
	"unicode"
)

// tidy gives the texts of a report the form that they have on the board, so that one flight is one flight whoever
// writes it: without blanks and invisible characters around them, without words for nothing, and with times as
// [ParseTime] reads them. The error has the times that cannot be read where it can tell what to write instead.
func (r *Report) tidy() error {
	var wrong Errors
	for i := range r.Board {
		r.Board[i].tidy(&wrong)
	}
	r.Flight.tidy(&wrong)
	for m, text := range r.Times {
		if text == "" {
			continue
		}
		time, err := spellTime(tidyText(text))
		wrong.add(Milestone(m).String(), err)
		r.tell(Milestone(m), time)
	}
	return wrong.join()
}

func (f *Flight) tidy(wrong *Errors) {
	for k := range f.named().All() {
		text := f.field(k)
		switch k {
		case FieldOverridden:
		case FieldNumber, FieldID:
			*text = tidyIdentity(*text)
		case FieldCodeshares:
			*text = tidyCodeshares(*text)
		case FieldFrom:
			if tidied := tidyText(*text); tidied != "" || len(*text) != len("TBA") { // TBA is an airport
				*text = tidied
			}
		case FieldArrival, FieldExpected:
			time, err := spellTime(tidyText(*text))
			wrong.add(k.String(), err)
			*text = time
		default:
			*text = tidyText(*text)
		}
	}
}

// tidyText returns a text without blanks and invisible characters around it. Inside, line ends, tabs and other blanks
// become spaces, letters and their marks become one character, and characters that only direct the text are left out,
// except overrides, which [Change.Validate] rejects. A word for nothing becomes nothing.
func tidyText(text string) string {
	if isPlain(text) {
		return orNothing(text)
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u0085' || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Zs, r):
			return ' '
		case r == '\r' || directs(r):
			return -1
		}
		return r
	}, strings.TrimFunc(text, isBlank))
	return orNothing(compose(strings.TrimFunc(text, isBlank)))
}

// Identity returns the identity that a text names, as [Body] reads it.
func Identity(text string) string { return tidyIdentity(validUTF8(text)) }

// tidyIdentity is tidyText for identities: any spaces and line ends inside are one plain space, and invisible
// characters are left out.
func tidyIdentity(text string) string {
	if isPlain(text) && !strings.Contains(text, "  ") {
		return orNothing(text)
	}
	blank := false
	text = strings.Map(func(r rune) rune {
		before := blank
		blank = unicode.Is(unicode.Zs, r) || strings.ContainsRune("\t\n\r\u0085\u2028\u2029", r)
		switch {
		case blank && before:
			return -1
		case blank:
			return ' '
		case directs(r) || isBlank(r) && !unicode.IsSpace(r):
			return -1
		}
		return r
	}, strings.TrimFunc(text, isBlank))
	return orNothing(compose(strings.TrimFunc(text, isBlank)))
}

func tidyCodeshares(lines string) string {
	var numbers []string
	for number := range strings.SplitSeq(lines, "\n") {
		if number = tidyIdentity(number); number != "" {
			numbers = append(numbers, number)
		}
	}
	return strings.Join(numbers, "\n")
}

// isPlain reports whether a text is ASCII without control characters, and without blanks around it, as nearly all are.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(text)-1) {
			return false
		}
	}
	return true
}

// isBlank reports whether a character is not seen around a text: white space, a byte order mark, one without width, or
// one that only directs the text.
func isBlank(r rune) bool {
	switch r {
	case '\ufeff', '\u00ad', '\u180e', '\u200b', '\u200c', '\u200d', '\u2060':
		return true
	}
	return unicode.IsSpace(r) || directs(r)
}

// directs reports whether a character only directs a text, without overriding the direction of other characters.
func directs(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) && r != '\u202d' && r != '\u202e'
}

// nothings are words that stand for nothing, in small letters.
var nothings = [...]string{"n/a", "n.a.", "#n/a", "<na>", "null", "(null)", "<null>", "\\n", "nil", "undefined",
	"tba", "t.b.a.", "tbd", "tbc"}

// orNothing returns the text, or "" if it is a word that stands for nothing.
func orNothing(text string) string {
	if text == "" {
		return ""
	}
	switch c := text[0] | 0x20; {
	case 'a' <= c && c <= 'z' && c != 'n' && c != 'u' && c != 't', isDigit(text[0]): // as nearly all
		return text
	}
	switch text {
	case "NaN", "nan", "NaT", "None", "none": // NAN is an airport
		return ""
	}
	if strings.Trim(text, " -‐‑‒–—―−ー－⁃_＿.:/?…·•") == "" {
		return ""
	}
	if len(text) > len("undefined") {
		return text
	}
	for _, word := range nothings {
		if strings.EqualFold(word, text) {
			return ""
		}
	}
	return text
}

// Errors are all that is wrong with a report. Each is, or wraps, a [*FieldError].
type Errors []error

func (e Errors) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (e Errors) Unwrap() []error { return e }

func (e *Errors) add(field string, err error) {
	if err != nil && len(*e) < 20 {
		*e = append(*e, inField(field, err))
	}
}

// join returns nil, the only error, or all.
func (e Errors) join() error {
	switch len(e) {
	case 0:
		return nil
	case 1:
		return e[0]
	}
	return e
}

// Join returns both errors about a change, as [Errors] if they are several; nil if there are none. Of two about one
// field, the second one is left out.
func Join(err, other error) error {
	if other == nil {
		return err
	}
	return with(err, other)
}

// with returns the errors and those of another error that are about other fields.
func with(err, other error) error {
	all, names := Errors{}, map[string]bool{}
	for _, one := range [...]error{err, other} {
		list, several := one.(Errors)
		if !several && one != nil {
			list = Errors{one}
		}
		fresh := map[string]bool{}
		for _, one := range list {
			field, ok := errors.AsType[*FieldError](one)
			if ok && names[field.Field] {
				continue
			}
			if ok {
				fresh[field.Field] = true
			}
			all = append(all, one)
		}
		for name := range fresh {
			names[name] = true
		}
	}
	return all.join()
}
