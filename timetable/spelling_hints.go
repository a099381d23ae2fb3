package timetable

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// plainTime returns a text with plain digits, colons and spaces, and without blanks around its colons and the name of
// a zone behind its offset.
func plainTime(text string) string {
	if zone := strings.IndexByte(text, '['); zone > 0 && strings.HasSuffix(text, "]") {
		text = text[:zone] // as in 2026-11-28T18:05+01:00[Europe/Zurich]
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '：' || r == '∶' || r == '﹕' || r == '꞉':
			return ':'
		case '０' <= r && r <= '９':
			return r - '０' + '0'
		case unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, text)
	for _, blank := range [...]string{" :", ": "} {
		for strings.Contains(text, blank) {
			text = strings.ReplaceAll(text, blank, ":")
		}
	}
	for i := 1; i+3 < len(text); i++ { // 18 h 05
		if text[i:i+3] == " h " && isDigit(text[i-1]) && isDigit(text[i+3]) {
			return text[:i] + "h" + text[i+3:]
		}
	}
	return text
}

// cutHour returns the time of day of an hour without minutes: 6 pm, 18h.
func cutHour(text string) string {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	rest := strings.TrimLeft(text[digits:], " ")
	if digits < 1 || digits > 2 || rest == "" {
		return ""
	}
	clock := text[:digits] + ":00"
	if digits == 1 {
		clock = "0" + clock
	}
	if half, ok := afternoon(clock, rest); ok {
		return half
	}
	if _, ok := parseClock(clock); ok && isLocal(rest) && !strings.HasPrefix(strings.ToLower(rest), "l") {
		return clock
	}
	return ""
}

// isLocal reports whether what follows a clock says only that it is a time, or one of the airport's.
func isLocal(text string) bool {
	switch strings.ToLower(strings.TrimSuffix(text, ".")) {
	case "", "h", "hrs", "hr", "hours", "uhr", "l", "lt", "local", "local time":
		return true
	}
	return false
}

// sheetNumber returns the error about a number by which spreadsheets stand for a time: the part of a day, behind the
// days since 1900.
func sheetNumber(text string) error {
	whole, part, ok := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	if !ok || part == "" || strings.Trim(whole+part, "0123456789") != "" || whole != "0" && len(whole) != 5 {
		return nil
	}
	days, _ := strconv.ParseFloat("0."+part, 64)
	minutes := int(days*24*60+0.5) % (24 * 60)
	clock := fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
	if _, _, rest := cutClock(text); whole == "0" && rest == "" && len(text) == len("0.25") {
		if minutes%60 != 0 || minutes == 0 {
			return nil // it is 00:05, as some countries write it
		}
		return errors.New(quote(text) + " is 00:" + part + " or, as a spreadsheet's number, " + clock +
			": want one of them, with a colon")
	}
	return errors.New(quoteUpTo(MaxText, text) + " is a spreadsheet's number for " + clock +
		": format the cells as a time, such as hh:mm, and save the table again")
}

// hintTime returns the error about a text in which there is a clock, with what to write instead; nil if there is none.
func hintTime(said, text string) error {
	for i := range len(text) {
		if !isDigit(text[i]) || i > 0 && strings.IndexByte(" ,;Tt(~", text[i-1]) < 0 {
			continue
		}
		clock, _, rest := cutClock(text[i:])
		separated := strings.IndexAny(text[i:], ":.") // 2026 is no clock, nor are 11.10. and 11.10.26
		if clock == "" || i > 0 && (separated < 1 || separated > 2) || rest != "" && strings.IndexByte(".:/-", rest[0]) >= 0 {
			continue
		}
		if half, ok := afternoon(clock, rest); ok {
			clock = half
		}
		if i > 0 && strings.ContainsAny(text[:i], "0123456789") {
			return errors.New(quoteUpTo(MaxText, said) + " has its date in another form: want it as in 2026-11-28T" +
				clock + "+01:00, with the airport's own offset, or " + clock)
		}
		return errors.New(quoteUpTo(MaxText, said) + " is more than a time: want " + clock +
			", or a date as well, as in 2026-11-28T" + clock + "+01:00")
	}
	return nil
}
