package mapping

import (
	"strings"
	"unicode"

	"flightboard/timetable"
)

// tidy returns a text as all that is read from an answer has it: in UTF-8, with ASCII in place of full-width
// characters, plain blanks in place of others, one blank in place of several, and without marks that direct the text.
func tidy(text string) string {
	if isTidy(text) {
		return text
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // full-width
			return r - '！' + '!'
		case unicode.IsSpace(r) || r == '\u3000':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || r >= '\u200b' && r <= '\u200d' || r == '\u2060' || r == '\ufeff' ||
			r == '\u00ad' || unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	return strings.Join(strings.Fields(text), " ")
}

func isTidy(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f {
			if c != ' ' || i == 0 || i == len(text)-1 || text[i-1] == ' ' {
				return false
			}
		}
	}
	return true
}

// something returns the text, or "" if it stands for nothing, such as a dash.
func something(text string) string {
	if timetable.Identity(text) == "" {
		return ""
	}
	return text
}

// fold returns a text as texts are compared: without blanks, and in lower case.
func fold(text string) string {
	for i := range len(text) {
		if c := text[i]; c == ' ' || 'A' <= c && c <= 'Z' || c >= 0x80 {
			return strings.ToLower(strings.ReplaceAll(text, " ", ""))
		}
	}
	return text
}
