package timetable

import (
	"strings"
	"testing"
)

// What spreadsheets, data frames and airports write for a time, a number or nothing. A want that begins with an
// exclamation mark is a part of the error.
func TestSpellingsFromTheField(t *testing.T) {
	for _, test := range []struct{ reason, name, text, want string }{
		{"a number that has lost its zero", "arrival", "805", "08:05"},
		{"with seconds and no colons", "arrival", "180500", "18:05"},
		{"blanks around the colon", "arrival", "18\u00a0:\u00a005", "18:05"},
		{"a narrow space before PM, as browsers write it", "arrival", "6:05\u202fPM", "18:05"},
		{"an hour", "arrival", "6 PM", "18:00"},
		{"midnight", "arrival", "12am", "00:00"},
		{"an hour in French", "arrival", "18 h", "18:00"},
		{"minutes too", "arrival", "18 h 05", "18:05"},
		{"wide digits", "arrival", "１８：０５", "18:05"},
		{"local time", "arrival", "18:05 LT", "18:05"},
		{"hours", "arrival", "1805 hrs", "18:05"},
		{"in German", "arrival", "18:05 Uhr", "18:05"},
		{"no hyphens, with seconds", "arrival", "20261128T180500Z", "2026-11-28T18:05:00Z"},
		{"the zone's name behind", "arrival", "2026-11-28T18:05+01:00[Europe/Zurich]", "2026-11-28T18:05+01:00"},
		{"half past midnight with a point", "arrival", "0.30", "00:30"},
		{"a part of the day", "arrival", "0.753472222", "!is a spreadsheet's number for 18:05"},
		{"with a comma", "arrival", "0,75", "!is a spreadsheet's number for 18:00"},
		{"which may be a time as well", "arrival", "0.25",
			"!is 00:25 or, as a spreadsheet's number, 06:00: want one of them, with a colon"},
		{"days and a part", "arrival", "45988.75", "!is a spreadsheet's number for 18:00"},
		{"a date with the day first", "arrival", "28/11/2026 18:05",
			"!has its date in another form: want it as in 2026-11-28T18:05+01:00, with the airport's own offset, or 18:05"},
		{"with points", "arrival", "28.11.26 18.05", "!or 18:05"},
		{"that could be a time", "arrival", "11.10.26 18:05", "!or 18:05"},
		{"with the month first", "arrival", "11/28/2026 6:05 PM", "!or 18:05"},
		{"in words", "arrival", "Nov 28, 2026 6:05 PM", "!or 18:05"},
		{"by mail", "arrival", "Sat, 28 Nov 2026 18:05:00 GMT", "!or 18:05"},
		{"no offset and blanks", "arrival", "2026-11-28 18:05:00.000", "!has no offset"},
		{"a day mark", "arrival", "00:10 (+1)", "!is more than a time: want 00:10, or a date as well"},
		{"a word before", "arrival", "ca. 18:05", "!is more than a time: want 18:05"},
		{"a zone behind", "arrival", "18:05 CET", "!is more than a time: want 18:05"},
		{"nothing in place of a time", "arrival", "--:--", ""},
		{"in a data frame", "expected", "NaT", ""},
		{"and another one", "gate", "<NA>", ""},
		{"in a database", "gate", `\N`, ""},
		{"in a spreadsheet", "gate", "#N/A", ""},
		{"many dashes", "gate", "——————", ""},
		{"questions", "gate", "???", ""},
		{"a spreadsheet's error", "gate", "#REF!", "!is what a spreadsheet shows in place of a value"},
		{"a column that is too narrow", "arrival", "########", "!widen its column"},
		{"a tab inside a number", "flight", "LH\t400", "LH 400"},
		{"a line end", "flight", "LH\r\n400", "LH 400"},
		{"two spaces", "flight", "LH  400", "LH 400"},
		{"two numbers in parentheses", "flight", "CX501 (QR3458)", "!holds 2 flight numbers"},
		{"on two lines", "flight", "CX501\nQR3458", "!holds 2 flight numbers"},
		{"in words", "flight", "CX501 and QR 3458", "!holds 2 flight numbers"},
		{"with a backslash", "flight", `CX501\QR3458`, "!holds 2 flight numbers"},
	} {
		var r Report
		err := r.Set(test.name, test.text)
		if err == nil {
			if test.name != "flight" {
				r.Set("flight", "A1")
			}
			r.Kind = KindPut
			err = r.Validate()
		}
		k, _ := fieldNamed(test.name)
		message, rejected := strings.CutPrefix(test.want, "!")
		switch got := r.Flight.Text(k); {
		case rejected && (err == nil || !strings.Contains(err.Error(), message)):
			t.Errorf("%s: %s %q becomes %q, error %v, want %q", test.reason, test.name, test.text, got, err, message)
		case !rejected && (err != nil || got != test.want):
			t.Errorf("%s: %s %q becomes %q, error %v, want %q", test.reason, test.name, test.text, got, err, test.want)
		}
	}
	for text, want := range map[string]string{
		"LH1234 / UA9": "LH1234\nUA9", "LH 1234/UA 9": "LH 1234\nUA 9", "LH1234 & UA9": "LH1234\nUA9",
		"LH 1234 and UA 9": "LH 1234\nUA 9", "LH1234 (UA9)": "LH1234\nUA9", "LH1234|UA9": "LH1234\nUA9", "n/a": "", "-": "",
	} {
		var r Report
		if err := r.Set("codeshares", text); err != nil || r.Flight.Codeshares != want {
			t.Errorf("the codeshares %q become %q, %v, want %q", text, r.Flight.Codeshares, err, want)
		}
	}
	for text, want := range map[string]string{
		"En\u00a0Route": "en route", "Landed.": "landed", "Can\u00adcelled": "cancelled",
		"Touch-down": "landed", "Baggage Claim": "on belt", "Bags delivered": "finished", "Last call": "scheduled"} {
		if got := StateOf(text); got != want {
			t.Errorf("StateOf(%q) = %q, want %q", text, got, want)
		}
	}
}
