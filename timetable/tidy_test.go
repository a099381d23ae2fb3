package timetable

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What publishers send by different ways becomes the same flight: through Body, and through Set as a table's cells.
func TestTidy(t *testing.T) {
	for _, test := range []struct{ reason, name, text, want string }{
		{"nothing to do", "gate", "B7", "B7"},
		{"a blank behind", "flight", "LH1 ", "LH1"},
		{"blanks, a tab and a line end", "flight", " \tLH1\r\n", "LH1"},
		{"a byte order mark", "flight", "\ufeffLH1", "LH1"},
		{"a no-break space in a number is a plain one", "flight", "UN\u00a098", "UN 98"},
		{"so is a narrow one", "id", "UN\u202f98", "UN 98"},
		{"a direction mark before a number", "flight", "\u200eUN99", "UN99"},
		{"and inside", "flight", "UN\u200e99\u200b", "UN99"},
		{"direction marks around a text", "origin", "\u200fתל אביב\u200f", "תל אביב"},
		{"and inside", "origin", "\u200eתל אביב \u200e(TLV)\u200e", "תל אביב (TLV)"},
		{"an isolate", "origin", "\u2067תל אביב\u2069 (TLV)", "תל אביב (TLV)"},
		{"a no-break space in a text is a plain one", "origin", "\u00a0New\u00a0York\u202f(EWR)\u00a0", "New York (EWR)"},
		{"a letter and its mark are one character", "origin", "Zu\u0308rich", "Zürich"},
		{"an ideographic space around it does not", "origin", "\u3000東京\u3000", "東京"},
		{"a joiner inside a word stays", "origin", "می\u200cخواهم", "می\u200cخواهم"},
		{"a line end inside a text", "remark", "two\nlines", "two lines"},
		{"as other systems write it", "remark", "two\r\nlines", "two lines"},
		{"a state", "state", " landed ", "landed"},

		{"a dash is nothing", "gate", "—", ""},
		{"so are several", "gate", "--", ""},
		{"and other words for it", "gate", "n/a", ""},
		{"in capitals", "belt", " N/A ", ""},
		{"what programs print", "terminal", "null", ""},
		{"None too", "remark", "None", ""},
		{"to be announced", "gate", "TBA", ""},
		{"but TBA is an airport", "from", "TBA", "TBA"},
		{"and Nan is a city", "origin", "Nan", "Nan"},
		{"a time that is not known", "expected", "—", ""},
		{"a text with a dash in it", "remark", "A-1", "A-1"},

		{"an hour of one digit", "arrival", "8:05", "08:05"},
		{"seconds", "arrival", "08:05:00", "08:05"},
		{"a blank before", "arrival", " 18:05", "18:05"},
		{"a point", "arrival", "8.05", "08:05"},
		{"no colon, as airports write it", "arrival", "0620", "06:20"},
		{"in French", "arrival", "8h05", "08:05"},
		{"in the afternoon", "arrival", "8:05 PM", "20:05"},
		{"after midnight", "arrival", "12:05 a.m.", "00:05"},
		{"a blank for the T", "arrival", "2026-11-28 08:05+01:00", "2026-11-28T08:05+01:00"},
		{"and one before the offset", "arrival", "2026-11-28 08:05:30 +01:00", "2026-11-28T08:05:30+01:00"},
		{"an offset without a colon", "expected", "2026-11-28T13:05:00+0100", "2026-11-28T13:05:00+01:00"},
		{"of hours", "expected", "2026-11-28T13:05:00-05", "2026-11-28T13:05:00-05:00"},
		{"UTC", "expected", "2026-11-28 13:05 UTC", "2026-11-28T13:05Z"},
		{"a comma before the fraction", "expected", "2026-11-28T13:05:00,250+0100", "2026-11-28T13:05:00.250+01:00"},
		{"no hyphens", "expected", "20261128T1305Z", "2026-11-28T13:05Z"},
		{"slashes", "expected", "2026/11/28 13:05Z", "2026-11-28T13:05Z"},
		{"what is right stays as it is", "expected", "2026-11-28T13:05+01:00", "2026-11-28T13:05+01:00"},
		{"what is none stays for Validate", "expected", "25:00", "25:00"},
		{"also a day that does not exist", "expected", "2026-02-30 08:05+01:00", "2026-02-30 08:05+01:00"},
		{"and a number", "expected", "8", "8"},
	} {
		line := Change{Kind: KindPut, Flight: fly("I768")}
		k, _ := fieldNamed(test.name)
		*line.Flight.field(k) = test.text
		line.Named = line.Flight.named()
		for entry, err := range Body(string(line.AppendJSON(nil))) {
			if got := entry.Report.Flight.Text(k); got != test.want {
				t.Errorf("%s: a body's %s %q becomes %q (%v), want %q", test.reason, test.name, test.text, got, err, test.want)
			}
		}
		var r Report
		err := r.Set(test.name, test.text)
		if got := r.Flight.Text(k); got != test.want || err != nil || !r.Named.Has(k) {
			t.Errorf("%s: a cell's %s %q becomes %q, %v, want %q", test.reason, test.name, test.text, got, err, test.want)
		}
	}
}

func TestTidyMilestonesAndStamps(t *testing.T) {
	for entry, err := range Body(`{"flight":"I768","landed":" 8:05:10 ","departed":"—",` +
		`"stamp":"2026-11-20 15:05:05 +0000","codeshares":["A1 ","-","\u00a0B 2"]}`) {
		want := Report{Change: Change{Kind: KindPut, Flight: fly("I768"), Named: FieldNumber.Bit() | FieldCodeshares.Bit()},
			Times: Times{MilestoneLanded: "08:05"}, Withdrawn: 1 << MilestoneDeparted, Stamp: 1_795_187_105e6}
		want.Flight.Codeshares = "A1\nB 2"
		if diff := cmp.Diff(want, *entry.Report); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

// All that is wrong with a change is told at once, each with what to write instead.
func TestAllErrorsAtOnce(t *testing.T) {
	for _, test := range []struct {
		reason, body string
		want         []string
	}{
		{"types", `{"flight":"TK 1591","terminal":1,"gate":true,"codeshares":"A1"}`, []string{
			`terminal: want a string: "1", at byte 32`, `gate: want a string: "true", at byte 41`,
			`codeshares: want a list: ["A1"], at byte 59`}},
		{"a name and a type", `{"flihgt":"TK 1591","terminal":1}`, []string{`unknown field "flihgt", at byte 11`,
			`terminal: want a string: "1", at byte 32`}},
		{"values", `{"flight":"TK 1591","arrival":"25:00","gate":"\u0007","landed":"soon"}`, []string{
			`arrival: "25:00" is neither HH:MM nor RFC 3339 with an offset`, `gate: holds the control character '\a'`,
			`landed: "soon" is neither HH:MM nor RFC 3339 with an offset`}},
		{"no offset", `{"flight":"A1","arrival":"2026-11-28 08:05","expected":"2026-11-28T08:05","gate":"\u0007"}`, []string{
			`arrival: "2026-11-28 08:05" has no offset: want 2026-11-28T08:05+01:00, with the airport's own offset, or 08:05`,
			`expected: "2026-11-28T08:05" has no offset: want 2026-11-28T08:05+01:00, with the airport's own offset, or 08:05`,
			`gate: holds the control character '\a'`}},
		{"no date", `{"flight":"A1","arrival":"08:05Z"}`, []string{
			`arrival: "08:05Z" has an offset and no date: want 08:05, as the airport's clocks show it, ` +
				`or a date as well, as in 2026-11-28T08:05Z`}},
		{"several numbers", `{"flight":"CX 501 / QR 3458"}`,
			[]string{`flight: holds 2 flight numbers: want one, "CX 501", and the others as codeshares`}},
		{"without a slash", `{"flight":"AC9123, UA8841 LH6A"}`,
			[]string{`flight: holds 3 flight numbers: want one, "AC9123", and the others as codeshares`}},
		{"a snapshot", `{"event":"flightSnapshot","data":[{"flight":"A1","arrival":"25:00"},{"flight":"A1"}]}`, []string{
			`flight 1 of the snapshot: arrival: "25:00" is neither HH:MM nor RFC 3339 with an offset`,
			`flight 2 of the snapshot: "A1" is there twice`}},
		{"a number that is nothing", `{"flight":"—","gate":"1"}`, []string{"flight: missing"}},
		{"a direction override", `{"flight":"A1","origin":"\u202eemoR"}`,
			[]string{`origin: holds the control character '\u202e'`}},
	} {
		for entry, err := range Body(test.body) {
			if err == nil {
				err = entry.Report.Validate()
			}
			var got []string
			all, several := err.(Errors)
			if !several && err != nil {
				all = Errors{err}
			}
			for _, one := range all {
				got = append(got, one.Error())
				if _, ok := errors.AsType[*FieldError](one); !ok && test.reason != "a snapshot" {
					t.Errorf("%s: %v is about no field", test.reason, one)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.reason, diff)
			}
		}
	}
	for _, number := range []string{"LH 400", "U2 44", "LH400/1", "AA1587", "W6 1234A", "Flight 7", "ABC", "9W 12",
		"EZY12", "I768"} {
		if err := FieldNumber.validate(number); err != nil {
			t.Errorf("%q is one number: %v", number, err)
		}
	}
}
