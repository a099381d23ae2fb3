package timetable

import (
	"errors"
	"strings"
)

// spellTime returns a time as [ParseTime] reads it, if the text can only mean that time: 8:05, 8.05, 0805, 805,
// 08:05:00, 8:05 pm, 8 pm, a blank or nothing in place of the T, slashes in place of hyphens after a year, and offsets
// like +01, +0100 and UTC. Other texts it returns as they are. The error tells what to write instead, if that is known.
func spellTime(text string) (string, error) {
	if _, _, ok := parseTime(text); ok || text == "" {
		return text, nil
	}
	said := text
	text = plainTime(text)
	if _, _, ok := parseTime(text); ok {
		return text, nil
	}
	date, rest, dated := cutDate(text)
	if !dated {
		return spellClock(said, text)
	}
	clock, seconds, rest := cutClock(rest)
	if clock == "" {
		return said, hintTime(said, text)
	}
	if half, ok := afternoon(clock, rest); ok {
		clock, rest = half, ""
	}
	if rest == "" {
		return said, errors.New(quoteUpTo(MaxText, said) + " has no offset: want " + date + "T" + clock +
			"+01:00, with the airport's own offset, or " + clock)
	}
	offset := spellOffset(rest)
	if offset == "" {
		return said, hintTime(said, text)
	}
	spelled := date + "T" + clock + seconds + offset
	if _, _, ok := parseTime(spelled); !ok {
		return said, nil
	}
	return spelled, nil
}

// spellClock is spellTime for a text without a date. said is the text as it came.
func spellClock(said, text string) (string, error) {
	if err := sheetNumber(said); err != nil {
		return said, err
	}
	clock, _, rest := cutClock(text) // a board has minutes
	if clock == "" {
		if clock = cutHour(text); clock == "" {
			return said, hintTime(said, text)
		}
		return clock, nil
	}
	switch half, ok := afternoon(clock, rest); {
	case ok:
		return half, nil
	case isLocal(rest):
		return clock, nil
	}
	if offset := spellOffset(rest); offset != "" {
		return said, errors.New(quoteUpTo(MaxText, said) + " has an offset and no date: want " + clock +
			", as the airport's clocks show it, or a date as well, as in 2026-11-28T" + clock + offset)
	}
	return said, hintTime(said, text)
}

// cutDate cuts a date, with the year first, and what parts it from the clock.
func cutDate(text string) (date, rest string, ok bool) {
	switch {
	case len(text) > len("2006-01-02") && text[4] == text[7] && strings.IndexByte("-/.", text[4]) >= 0:
		date, rest = text[:4]+"-"+text[5:7]+"-"+text[8:10], text[10:]
	case len(text) > len("20060102") && (text[8]|0x20 == 't' || text[8] == ' '):
		date, rest = text[:4]+"-"+text[4:6]+"-"+text[6:8], text[8:]
	default:
		return "", text, false
	}
	for i, c := range []byte(date) {
		if i != 4 && i != 7 && (c < '0' || c > '9') {
			return "", text, false
		}
	}
	if rest[0]|0x20 == 't' {
		return date, rest[1:], true
	}
	if trimmed := strings.TrimLeft(rest, " ,"); trimmed != rest {
		return date, trimmed, true
	}
	return "", text, false
}

// cutClock cuts hours and minutes, which it returns as HH:MM, and seconds, which it returns as they are. They are "" if
// there are none.
func cutClock(text string) (clock, seconds, rest string) {
	digits := 0
	for digits < len(text) && '0' <= text[digits] && text[digits] <= '9' {
		digits++
	}
	switch {
	case digits == 6: // with seconds
		clock, rest = text[:2]+":"+text[2:4], ":"+text[4:]
	case digits == 4:
		clock, rest = text[:2]+":"+text[2:4], text[4:]
	case digits == 3: // a spreadsheet has taken 0805 for a number
		clock, rest = "0"+text[:1]+":"+text[1:3], text[3:]
	case (digits == 1 || digits == 2) && len(text) >= digits+3 && strings.IndexByte(":.hH", text[digits]) >= 0:
		clock, rest = text[:digits]+":"+text[digits+1:digits+3], text[digits+3:]
		if digits == 1 {
			clock = "0" + clock
		}
	default:
		return "", "", text
	}
	if _, ok := parseClock(clock); !ok || rest != "" && '0' <= rest[0] && rest[0] <= '9' {
		return "", "", text
	}
	if len(rest) >= 3 && rest[0] == ':' {
		if s := twoDigits(rest[1:]); s < 0 || s > 60 {
			return "", "", text
		}
		seconds, rest = rest[:3], rest[3:]
		if rest != "" && (rest[0] == '.' || rest[0] == ',') {
			after := strings.TrimLeft(rest[1:], "0123456789")
			fraction := rest[1 : len(rest)-len(after)]
			if fraction == "" {
				return "", "", text
			}
			seconds, rest = seconds+"."+fraction, after
		}
	}
	return clock, seconds, strings.TrimLeft(rest, " ")
}

// afternoon returns the time of day of a clock with twelve hours.
func afternoon(clock, half string) (string, bool) {
	half = strings.ToLower(strings.ReplaceAll(half, ".", ""))
	hour := twoDigits(clock)
	if half != "am" && half != "pm" || hour < 1 || hour > 12 {
		return "", false
	}
	hour %= 12
	if half == "pm" {
		hour += 12
	}
	return string([]byte{byte('0' + hour/10), byte('0' + hour%10)}) + clock[2:], true
}

// spellOffset returns an offset as RFC 3339 has it, or "".
func spellOffset(text string) string {
	text = strings.ReplaceAll(text, "−", "-")
	switch upper := strings.ToUpper(text); {
	case upper == "Z" || upper == "UTC" || upper == "GMT":
		return "Z"
	case strings.HasPrefix(upper, "UTC") || strings.HasPrefix(upper, "GMT"):
		text = text[3:]
	}
	if text == "" || text[0] != '+' && text[0] != '-' {
		return ""
	}
	digits := strings.ReplaceAll(text[1:], ":", "")
	switch len(digits) {
	case 1:
		digits = "0" + digits + "00"
	case 2:
		digits += "00"
	case 3:
		digits = "0" + digits
	}
	if len(digits) != 4 {
		return ""
	}
	offset := text[:1] + digits[:2] + ":" + digits[2:]
	if _, ok := parseOffset(offset); !ok {
		return ""
	}
	return offset
}

// spelledTime reads a time however it is spelled.
func spelledTime(text string) (Time, bool) {
	spelled, _ := spellTime(tidyText(text))
	return ParseTime(spelled)
}
