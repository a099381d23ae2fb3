package timetable

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A scanner reads JSON (RFC 8259). In a browser, encoding/json takes some 10 µs and several allocations a change; this
// takes less than half a microsecond and allocates nothing (BenchmarkDecode).
type scanner struct {
	text   string
	i      int
	strict bool    // unknown fields are errors
	report *Report // the publisher's report whose change is read; nil: a published change is read

	// spell reads moments that are not written as RFC 3339; nil: none. A browser does not need it, and need not load it.
	spell func(text string) (Time, bool)
}

// maxDepth is the deepest nesting of skipped values. A browser's stack overflows, and the client ends, after some 7,000
// levels, or 1,500 where the stack is small.
const maxDepth = 500

type syntaxError struct {
	at     int
	reason string
}

func (e *syntaxError) Error() string { return e.reason + ", at byte " + strconv.Itoa(e.at+1) }

func (s *scanner) err(reason string) error { return &syntaxError{s.i, reason} }

// unknownField returns the error about a field that publishers do not send.
func (s *scanner) unknownField(name, where string) error {
	return &FieldError{cut(MaxIdentity, name), s.err("unknown field " + quote(name) + where)}
}

func quote(s string) string { return quoteUpTo(MaxIdentity, s) }

// quoteUpTo quotes the first n bytes of a text, so that an error is short whatever the text is.
func quoteUpTo(n int, s string) string { return strconv.Quote(cut(n, s)) }

// cut returns the first n bytes of a text, or fewer if they would end inside a character.
func cut(n int, s string) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func (s *scanner) space() {
	for s.i < len(s.text) {
		switch s.text[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// end wants nothing but white space.
func (s *scanner) end() error {
	s.space()
	if s.i < len(s.text) {
		return s.err("want nothing more")
	}
	return nil
}

func (s *scanner) peek() byte {
	if s.i < len(s.text) {
		return s.text[s.i]
	}
	return 0
}

// open reads the opening bracket of an object or array and reports whether an element follows. next reads from one
// element to the next.
func (s *scanner) open(bracket, close byte) (more bool, err error) {
	s.space()
	if s.peek() != bracket {
		return false, s.err("want " + string(rune(bracket)))
	}
	s.i++
	s.space()
	if s.peek() == close {
		s.i++
		return false, nil
	}
	return true, nil
}

func (s *scanner) next(close byte) (more bool, err error) {
	s.space()
	switch s.peek() {
	case close:
		s.i++
		return false, nil
	case ',':
		s.i++
		s.space()
		return true, nil
	}
	return false, s.err("want , or " + string(rune(close)))
}

// key reads an object's key and its colon, and stops before the value.
func (s *scanner) key() (string, error) {
	key, err := s.string()
	if err != nil {
		return "", err
	}
	s.space()
	if s.peek() != ':' {
		return "", s.err("want :")
	}
	s.i++
	s.space()
	return key, nil
}

func (s *scanner) string() (string, error) {
	if s.peek() != '"' {
		return "", s.err("want a string")
	}
	start := s.i + 1
	for i := start; i < len(s.text); i++ {
		switch b := s.text[i]; {
		case b == '"':
			s.i = i + 1
			return s.text[start:i], nil
		case b == '\\' || b >= utf8.RuneSelf:
			return s.slowString(start)
		case b < ' ':
			s.i = i
			return "", s.err("a control character has to be escaped")
		}
	}
	s.i = len(s.text)
	return "", s.err("want the string's end")
}

// slowString reads a string with escapes or bytes outside ASCII. Without escapes, and if it is UTF-8, the result is a
// part of the text and not a copy.
func (s *scanner) slowString(start int) (string, error) {
	end, escaped := start, false
	for ; end < len(s.text) && s.text[end] != '"'; end++ {
		switch b := s.text[end]; {
		case b == '\\':
			escaped = true
			end++
		case b < ' ':
			s.i = end
			return "", s.err("a control character has to be escaped")
		}
	}
	if end >= len(s.text) {
		s.i = len(s.text)
		return "", s.err("want the string's end")
	}
	raw := s.text[start:end]
	if s.strict && !utf8.ValidString(raw) { // or two different texts would become the same
		s.i = start
		return "", s.err("is not UTF-8")
	}
	if !escaped {
		s.i = end + 1
		return validUTF8(raw), nil
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			i++
			continue
		}
		if n := strings.IndexByte(`"\/bfnrt`, raw[i+1]); n >= 0 {
			out = append(out, "\"\\/\b\f\n\r\t"[n])
			i += 2
			continue
		}
		r, n := unicodeEscape(raw[i:])
		if n == 0 {
			s.i = start + i
			return "", s.err("unknown escape")
		}
		if s.strict && utf16.IsSurrogate(r) { // it would become U+FFFD, and different texts the same
			s.i = start + i
			return "", s.err("half a surrogate pair is no character")
		}
		out = utf8.AppendRune(out, r)
		i += n
	}
	s.i = end + 1
	return validUTF8(string(out)), nil
}

// validUTF8 replaces each byte that is not UTF-8 with U+FFFD, as encoding/json does.
func validUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// unicodeEscape reads \uXXXX, or a surrogate pair of them, and returns its length, 0 if it is none. Half a pair is
// returned as it is; utf8.AppendRune makes it U+FFFD.
func unicodeEscape(s string) (rune, int) {
	r, ok := hex4(s)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if low, ok := hex4(s[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 12
			}
		}
	}
	return r, 6
}

func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}

// skip reads a value of any type and drops it.
func (s *scanner) skip(depth int) error {
	switch b := s.peek(); {
	case b == '"':
		_, err := s.string()
		return err
	case b == '{' || b == '[':
		if depth == maxDepth {
			return s.err("nests too deep")
		}
		return s.skipInside(b, depth+1)
	case b == '-' || '0' <= b && b <= '9':
		return s.number()
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(s.text[s.i:], word) {
			s.i += len(word)
			return nil
		}
	}
	return s.err("want a value")
}

func (s *scanner) skipInside(bracket byte, depth int) error {
	end := bracket + 2 // in ASCII, } follows { and ] follows [ with one character between
	more, err := s.open(bracket, end)
	for ; more && err == nil; more, err = s.next(end) {
		if bracket == '{' {
			if _, err := s.key(); err != nil {
				return err
			}
		}
		if err := s.skip(depth); err != nil {
			return err
		}
	}
	return err
}

func (s *scanner) number() error {
	if s.peek() == '-' {
		s.i++
	}
	if s.peek() == '0' {
		s.i++
	} else if !s.digits() {
		return s.err("want a digit")
	}
	if s.peek() == '.' {
		s.i++
		if !s.digits() {
			return s.err("want a digit")
		}
	}
	if b := s.peek(); b == 'e' || b == 'E' {
		s.i++
		if b := s.peek(); b == '+' || b == '-' {
			s.i++
		}
		if !s.digits() {
			return s.err("want a digit")
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.i
	for '0' <= s.peek() && s.peek() <= '9' {
		s.i++
	}
	return s.i > start
}
