package mapping

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flightboard/server/feed/source"
)

// readTimes reads an answer with one row, whose schedule and expected time are read as a value says.
func readTimes(t *testing.T, airport, value, now, schedule, expected string) source.Row {
	t.Helper()
	text := fmt.Sprintf(`{"url": "https://example.org", "airport": %q, "flight": "'A1'", "arrival": "s",
		"expected": {"path": "e"%s}}`, airport, value)
	m, err := Parse("f", []byte(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`[{"s": %q, "e": %q, "z": "Asia/Tokyo", "n": "+8"}]`, schedule, expected)
	answer, err := m.Read(at, []*source.Response{{Body: []byte(body)}})
	if err != nil || len(answer.Rows) != 1 {
		t.Fatalf("Read: %v, %d rows", err, len(answer.Rows))
	}
	if len(answer.Complaints) > 0 {
		answer.Rows[0].Flight.Remark = answer.Complaints[0].Err.Error()
	}
	return answer.Rows[0]
}

// Frankfurt has UTC+1 in winter and UTC+2 in summer, which begins at 01:00 UTC on 29 March and ends at 01:00 UTC on 25
// October 2026.
func TestTimesAreTheNearestToTheSchedule(t *testing.T) {
	const none = ""
	for _, test := range []struct{ reason, value, schedule, text, want string }{
		{"RFC 3339", none, "2026-11-20T10:00:00Z", "2026-11-20T10:05:00Z", "2026-11-20T11:05:00+01:00"},
		{"another offset", none, "2026-11-20T10:00:00Z", "2026-11-20T05:05:00-0500", "2026-11-20T11:05:00+01:00"},
		{"a blank, no seconds, Z", none, "2026-11-20T10:00:00Z", "2026-11-20 10:05Z", "2026-11-20T11:05:00+01:00"},
		{"a fraction, no offset", none, "2026-11-20T10:00:00Z", "2026-11-20T11:05:00.000", "2026-11-20T11:05:00+01:00"},
		{"slashes", none, "2026-11-20T10:00:00Z", "2026/11/20 11:05", "2026-11-20T11:05:00+01:00"},
		{"an offset of hours", none, "2026-11-20T10:00:00Z", "2026-11-20T11:05+01", "2026-11-20T11:05:00+01:00"},
		{"a zone in brackets", none, "2026-11-20T10:00:00Z", "2026-11-20T11:05:00+01:00[Europe/Berlin]",
			"2026-11-20T11:05:00+01:00"},
		{"twelve digits", none, "2026-11-20T10:00:00Z", "202611201105", "2026-11-20T11:05:00+01:00"},
		{"a basic date", none, "2026-11-20T10:00:00Z", "20261120T110500Z", "2026-11-20T12:05:00+01:00"},
		{"no-break spaces and marks", none, "2026-11-20T10:00:00Z", "\u200e2026-11-20\u00a011:05\u200f",
			"2026-11-20T11:05:00+01:00"},
		{"full-width digits", none, "2026-11-20T10:00:00Z", "１１：０５", "2026-11-20T11:05:00+01:00"},
		{"HH:MM after midnight", none, "2026-11-20T22:50:00Z", "00:10", "2026-11-21T00:10:00+01:00"},
		{"HH:MM before midnight", none, "2026-11-20T23:10:00Z", "23:55", "2026-11-20T23:55:00+01:00"},
		{"12 hours before, and not after", none, "2026-11-20T10:00:00Z", "23:00", "2026-11-19T23:00:00+01:00"},
		{"24:00 is the next day", none, "2026-11-20T22:50:00Z", "24:00", "2026-11-21T00:00:00+01:00"},
		{"24:00 with a date", none, "2026-11-20T22:50:00Z", "2026-11-20 24:00", "2026-11-21T00:00:00+01:00"},
		{"0005", none, "2026-11-20T22:50:00Z", "0005", "2026-11-21T00:05:00+01:00"},
		{"5 is 00:05", none, "2026-11-20T22:50:00Z", "5", "2026-11-21T00:05:00+01:00"},
		{"4:05 PM", none, "2026-11-20T14:50:00Z", "4:05 PM", "2026-11-20T16:05:00+01:00"},
		{"4:05p", none, "2026-11-20T14:50:00Z", "4:05p", "2026-11-20T16:05:00+01:00"},
		{"4:05pm", none, "2026-11-20T14:50:00Z", "4:05pm", "2026-11-20T16:05:00+01:00"},
		{"12:05 AM", none, "2026-11-20T22:50:00Z", "12:05 a.m.", "2026-11-21T00:05:00+01:00"},

		{"the first of two hours", none, "2026-10-25T00:20:00Z", "02:30", "2026-10-25T02:30:00+02:00"},
		{"the second of two hours", none, "2026-10-25T01:20:00Z", "02:30", "2026-10-25T02:30:00+01:00"},
		{"the first hour, with a date", none, "2026-10-25T00:20:00Z", "2026-10-25 02:30", "2026-10-25T02:30:00+02:00"},
		{"the second hour, with a date", none, "2026-10-25T01:50:00Z", "2026-10-25 02:30", "2026-10-25T02:30:00+01:00"},
		{"a schedule in the first hour", none, "2026-10-25 02:30", "02:35", "2026-10-25T02:35:00+02:00"},
		{"midnight of the day of 25 hours", none, "2026-10-25T22:50:00Z", "00:10", "2026-10-26T00:10:00+01:00"},
		{"an hour that is left out", none, "2026-03-29T00:50:00Z", "02:30", "2026-03-29T03:30:00+02:00"},
		{"the same, with a date", none, "2026-03-29T00:50:00Z", "2026-03-29 02:30", "2026-03-29T03:30:00+02:00"},
		{"before it", none, "2026-03-29T00:50:00Z", "01:59", "2026-03-29T01:59:00+01:00"},
		{"after it", none, "2026-03-29T00:50:00Z", "03:00", "2026-03-29T03:00:00+02:00"},
		{"midnight of the day of 23 hours", none, "2026-03-28T22:50:00Z", "00:10", "2026-03-29T00:10:00+01:00"},

		{"a layout", `, "time": "02.01.2006 15:04"`, "2026-11-20T10:00:00Z", "20.11.2026 11:05", "2026-11-20T11:05:00+01:00"},
		{"layouts in turn", `, "time": ["02.01.2006 15:04", "15h04"]`, "2026-11-20T10:00:00Z", "11h05",
			"2026-11-20T11:05:00+01:00"},
		{"no year", `, "time": "Jan 02 3:04 PM"`, "2027-01-01T00:20:00Z", "Dec 31 11:50 pm", "2026-12-31T23:50:00+01:00"},
		{"no year, the next one", `, "time": "02Jan 1504"`, "2026-12-31T22:20:00Z", "01JAN 0010",
			"2027-01-01T00:10:00+01:00"},
		{"29 February", `, "time": "02 Jan 15:04"`, "2028-02-28T23:00:00Z", "29 Feb 01:00", "2028-02-29T01:00:00+01:00"},
		{"HHMM with its zeros gone", `, "time": "1504"`, "2026-11-20T22:50:00Z", "5", "2026-11-21T00:05:00+01:00"},
		{"an hour 24 in a layout", `, "time": "200601021504"`, "2026-11-20T22:50:00Z", "202611202400",
			"2026-11-21T00:00:00+01:00"},
		{"an hour 24 on the 24th", `, "time": "2/1/2006 15:04"`, "2026-11-24T22:50:00Z", "24/11/2026 24:00",
			"2026-11-25T00:00:00+01:00"},
		{"a layout in the hour that is left out", `, "time": "2006-01-02 15:04:05"`, "2026-03-29T00:50:00Z",
			"2026-03-29 02:30:00", "2026-03-29T03:30:00+02:00"},
		{"a layout with an offset", `, "time": "2006-01-02 15:04 -0700"`, "2026-11-20T10:00:00Z", "2026-11-20 11:05 +0200",
			"2026-11-20T10:05:00+01:00"},
		{"the name of a zone", `, "time": "15:04 MST"`, "2026-10-25T00:20:00Z", "02:30 CET", "2026-10-25T02:30:00+01:00"},
		{"the name UTC", `, "time": "15:04 MST"`, "2026-11-20T10:00:00Z", "10:05 UTC", "2026-11-20T11:05:00+01:00"},

		{"UTC", `, "zone": "UTC"`, "2026-11-20T10:00:00Z", "10:05", "2026-11-20T11:05:00+01:00"},
		{"UTC before midnight", `, "zone": "UTC"`, "2026-11-20T23:30:00Z", "23:35", "2026-11-21T00:35:00+01:00"},
		{"an offset that is not true", `, "zone": "airport"`, "2026-11-20T10:00:00Z", "2026-11-20T11:05:00+00:00",
			"2026-11-20T11:05:00+01:00"},
		{"a zone of the answer", `, "zone": {"path": "z"}`, "2026-11-20T10:00:00Z", "19:05", "2026-11-20T11:05:00+01:00"},
		{"a zone that is none", `, "zone": {"path": "n"}`, "2026-11-20T10:00:00Z", "11:05", "2026-11-20T11:05:00+01:00"},
		{"no zone in the answer", `, "zone": {"path": "x"}`, "2026-11-20T10:00:00Z", "11:05", "2026-11-20T11:05:00+01:00"},

		{"unix", `, "time": "unix"`, "2026-11-20T10:00:00Z", "1795169100", "2026-11-20T11:05:00+01:00"},
		{"unixms", `, "time": "unixms"`, "2026-11-20T10:00:00Z", "1795169100000", "2026-11-20T11:05:00+01:00"},
		{"unix in the second of two hours", `, "time": "unix"`, "2026-10-25T01:00:00Z", "1792891800",
			"2026-10-25T02:30:00+01:00"},
		{"no unix time", `, "time": "unix"`, "2026-11-20T10:00:00Z", "0", "none"},
		{"minutes", `, "time": "minutes"`, "2026-11-20T10:00:00Z", "665", "2026-11-20T11:05:00+01:00"},
		{"minutes of a whole day", `, "time": "minutes"`, "2026-11-20T22:50:00Z", "1440", "2026-11-21T00:00:00+01:00"},
		{"minutes of midnight", `, "time": "minutes"`, "2026-11-20T22:50:00Z", "0", "2026-11-21T00:00:00+01:00"},

		{"groups", `, "match": "at (\\d+:\\d+)(?: \\((.*)\\))?", "time": ["15:04 02/01/2006", "15:04"]`,
			"2026-11-19T22:50:00Z", "At gate at 07:04 (21/11/2026)", "2026-11-21T07:04:00+01:00"},
		{"a group that is not there", `, "match": "at (\\d+:\\d+)(?: \\((.*)\\))?", "time": ["15:04 02/01/2006", "15:04"]`,
			"2026-11-19T22:50:00Z", "At gate at 00:04", "2026-11-20T00:04:00+01:00"},
		{"the group value", `, "match": "(Landed|Due) (?P<value>\\d+:\\d+)"`, "2026-11-20T10:00:00Z", "Due 11:05",
			"2026-11-20T11:05:00+01:00"},
		{"no match", `, "match": "Landed (\\d+:\\d+)"`, "2026-11-20T10:00:00Z", "Due 11:05", "none"},
		{"a dash", none, "2026-11-20T10:00:00Z", "—", "none"},

		{"no time", none, "2026-11-20T10:00:00Z", "soon", `expected: "soon" is not a time that can be read without a layout`},
		{"no such hour", none, "2026-11-20T10:00:00Z", "25:10", `expected: "25:10" is not a time of day`},
		{"no such day", none, "2026-11-20T10:00:00Z", "2026-02-30 11:00",
			`expected: "2026-02-30 11:00" is not a day of the calendar`},
		{"no such day of any year", `, "time": "02 Jan 15:04"`, "2026-02-28T23:00:00Z", "30 Feb 01:00",
			`expected: "30 Feb 01:00" does not have the layout "02 Jan 15:04"`},
		{"29 February of another year", `, "time": "02 Jan 15:04"`, "2026-02-28T23:00:00Z", "29 Feb 01:00",
			`expected: "29 Feb 01:00" is not a day of the calendar`},
		{"a wrong layout", `, "time": "15:04"`, "2026-11-20T10:00:00Z", "11.05",
			`expected: "11.05" does not have the layout "15:04"`},
		{"wrong minutes", `, "time": "minutes"`, "2026-11-20T10:00:00Z", "1441",
			`expected: "1441" is not a number of minutes since midnight`},
		{"milliseconds for seconds", `, "time": "unix"`, "2026-11-20T10:00:00Z", "1795169100000",
			`expected: "1795169100000" is not a number of seconds since 1970`},
		{"seconds for milliseconds", `, "time": "unixms"`, "2026-11-20T10:00:00Z", "1795169",
			`expected: "1795169" is in the year 1970`},
	} {
		t.Run(test.reason, func(t *testing.T) {
			row := readTimes(t, "FRA", test.value, "2026-11-20T12:00:00Z", test.schedule, test.text)
			got := row.Expected.At.Format(time.RFC3339)
			switch {
			case row.Expected.At.IsZero() && row.Flight.Remark != "":
				got = row.Flight.Remark
			case row.Expected.At.IsZero():
				got = "none"
			}
			if !strings.HasPrefix(got, test.want) || test.want == "" {
				t.Errorf("%q near %s = %s, want %s", test.text, test.schedule, got, test.want)
			}
		})
	}
}

// A schedule without a date is near to the moment of the answer, or to another time of the row that has one.
func TestSchedulesWithoutADate(t *testing.T) {
	for _, test := range []struct {
		reason, now, schedule, expected, want string
		undated                               bool
	}{
		{"today", "2026-11-20T12:00:00Z", "14:05", "", "2026-11-20T14:05:00+01:00", true},
		{"tomorrow", "2026-11-20T22:00:00Z", "00:25", "", "2026-11-21T00:25:00+01:00", true},
		{"yesterday", "2026-11-20T23:30:00Z", "23:50", "", "2026-11-20T23:50:00+01:00", true},
		{"the first of two hours", "2026-10-25T01:10:00Z", "02:30", "", "2026-10-25T02:30:00+02:00", true},
		{"near a dated estimate", "2026-11-20T12:00:00Z", "23:50", "2026-11-22T00:10:00+01:00", "2026-11-21T23:50:00+01:00",
			false},
		{"both without", "2026-11-20T23:30:00Z", "23:50", "00:40", "2026-11-20T23:50:00+01:00", true},
	} {
		row := readTimes(t, "FRA", "", test.now, test.schedule, test.expected)
		if got := row.Arrival.At.Format(time.RFC3339); got != test.want || row.Arrival.Undated != test.undated {
			t.Errorf("%s: %s, undated %t, want %s, %t", test.reason, got, row.Arrival.Undated, test.want, test.undated)
		}
		if row.Expected.Undated != (test.expected == "00:40") {
			t.Errorf("%s: the expected time is undated: %t", test.reason, row.Expected.Undated)
		}
	}
}
