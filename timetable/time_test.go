package timetable

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestClockAndDate(t *testing.T) {
	tests := []struct{ reason, text, clock, date string }{
		{"a time of day is shown as it is", "08:15", "08:15", ""},
		{"of a time with a date the airport's time of day is shown", "2026-11-20T23:50:00-05:00", "23:50", "2026-11-20"},
		{"whatever the offset", "2026-11-20T23:50:00+09:00", "23:50", "2026-11-20"},
		{"seconds may be left out", "2026-11-20T23:50Z", "23:50", "2026-11-20"},
		{"leap days exist every four years", "2028-02-29T08:15Z", "08:15", "2028-02-29"},
		{"but not in 2026: the text is shown, so that somebody sees the mistake", "2026-02-29T08:15Z",
			"2026-02-29T08:15Z", ""},
		{"without an offset it is unknown when that is", "2026-11-20T08:15:00", "2026-11-20T08:15:00", ""},
		{"what is not a time is shown as it is", "soon", "soon", ""},
		{"nothing is shown as nothing", "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			if got := Clock(test.text); got != test.clock {
				t.Errorf("Clock(%q) = %q, want %q", test.text, got, test.clock)
			}
			if got := Date(test.text); got != test.date {
				t.Errorf("Date(%q) = %q, want %q", test.text, got, test.date)
			}
		})
	}
}

// FuzzTime compares the parser with a grammar and package time.
func FuzzTime(f *testing.F) {
	for _, text := range []string{
		"", "08:15", "00:00", "23:59", "24:00", "08:60", "8:15", "08:15 ", "08-15", "0８:15", "+8:15", "08:-5",
		"2026-11-20T08:15:00-05:00", "2026-11-20T08:15:00Z", "2026-11-20T08:15Z", "2026-11-20t08:15:00z",
		"2026-11-20 08:15:00Z",
		"2026-11-20T08:15:00.123456789123Z", "2026-11-20T08:15:00.Z", "2026-11-20T08:15:00,5Z", "2026-11-20T08:15.5Z",
		"2026-11-20T08:15:Z",
		"2026-11-20T08:15:60Z", "2026-11-20T08:15:61Z", "2026-11-20T24:00:00Z", "2026-11-20T08:60:00Z", "2026-11-20T08:15:00",
		"2026-11-20T08:15:00+23:59", "2026-11-20T08:15:00+24:00", "2026-11-20T08:15:00+08:60", "2026-11-20T08:15:00+0800",
		"2026-11-20T08:15:00+08", "2026-11-20T08:15:00*08:00",
		"2026-00-20T08:15:00Z", "2026-13-20T08:15:00Z", "2026-11-00T08:15:00Z", "2026-11-31T08:15:00Z",
		"2026-01-31T08:15:00Z", "2026-04-31T08:15:00Z", "2026-06-31T08:15:00Z", "2026-09-31T08:15:00Z",
		"2026-02-28T08:15:00Z", "2026-02-29T08:15:00Z", "2024-02-29T08:15:00Z", "2100-02-29T08:15:00Z",
		"2000-02-29T08:15:00Z", "2000-02-30T08:15:00Z",
		"0000-01-01T00:00:00Z", "0000-02-29T00:00:00Z", "0000-12-31T00:00:00Z", "0001-01-01T00:00:00Z",
		"1969-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59",
		"2026-11-20T08:15:00ZZ", "2026-11-20T08:15:00-05:00 ", " 2026-11-20T08:15:00Z", "-026-11-20T08:15:00Z",
		"2026-1a-20T08:15:00Z", "2026-11-2aT08:15:00Z", "2026/11-20T08:15:00Z", "2026-11/20T08:15:00Z",
		"2026-11-20T08:15:00.5-05:30", "2024-02-29T23:59:59.000001+05:45", "ab:cd",
		"2026-11-20T08:15:+1Z", "2026-11-20T08:15\x0000Z", "2026-11-20T08.15:00Z",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, wantOK := referenceTime(text)
		got, ok := ParseTime(text)
		if got != want || ok != wantOK {
			t.Fatalf("ParseTime(%q) = %+v, %t, want %+v, %t", text, got, ok, want, wantOK)
		}
		wantClock, wantDate := text, ""
		if want.Dated {
			wantDate, wantClock = text[:10], text[11:16]
		}
		if clock, date := Clock(text), Date(text); clock != wantClock || date != wantDate {
			t.Errorf("Clock and Date of %q are %q and %q, want %q and %q", text, clock, date, wantClock, wantDate)
		}
	})
}

var (
	clockForm = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	datedForm = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d)` +
		`(?::([0-5]\d|60)(?:\.(\d+))?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`)
)

// referenceTime is what package time makes of a text that the grammar allows.
func referenceTime(text string) (want Time, ok bool) {
	if clockForm.MatchString(text) {
		at, err := time.Parse("15:04", text)
		return Time{Seconds: int64(at.Sub(at.Truncate(24*time.Hour)) / time.Second)}, err == nil
	}
	parts := datedForm.FindStringSubmatch(strings.ToUpper(text))
	if parts == nil || strings.ContainsFunc(text, func(r rune) bool { return r > '~' }) {
		return Time{}, false
	}
	second, leap := parts[2], int64(0)
	switch second {
	case "":
		second = "00"
	case "60": // package time knows no leap seconds
		second, leap = "59", 1
	}
	at, err := time.Parse(time.RFC3339, parts[1]+":"+second+parts[4])
	if err != nil {
		return Time{}, false
	}
	_, east := at.Zone()
	micros, _ := strconv.Atoi((parts[3] + "000000")[:6])
	return Time{Seconds: at.Unix() + leap, Micros: int64(micros), East: int64(east), Dated: true}, true
}
