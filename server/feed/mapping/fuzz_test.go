package mapping

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flightboard/server/feed/source"
	"flightboard/server/feed/source/sourcetest"
	"flightboard/timetable"
)

// cases are the answers and mappings of testdata.
func cases(f *testing.F) []*sourcetest.Case {
	f.Helper()
	var all []*sourcetest.Case
	for _, folder := range []string{"testdata", "../presets/testdata"} {
		files, _ := filepath.Glob(folder + "/*.txt")
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			all = append(all, sourcetest.Parse(string(text)))
		}
	}
	return all
}

// FuzzMapping: no text makes Parse panic, and what it accepts can be asked and can read.
func FuzzMapping(f *testing.F) {
	for _, c := range cases(f) {
		f.Add(c.Section(".feed.json"))
	}
	presets, _ := filepath.Glob("../presets/*.feed.json")
	for _, name := range presets {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(exampleOfTheDesign)
	const body = `{"data": [{"a": "1", "b": ["2", {"c": 3}], "t": "11:05"}], "list": [{}], "next": "x"}`
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse("f", []byte(text), Options{Airport: "FRA", Environ: func(string) (string, bool) { return "k", true }})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("the error has no place: %v", err)
			}
			return
		}
		if m.About().Zone == nil {
			t.Error("no zone")
		}
		requests, err := m.Requests(noon)
		if err != nil || len(requests) == 0 {
			return
		}
		response := &source.Response{Request: &requests[0], Body: []byte(body)}
		m.Next(response)
		m.Read(noon, []*source.Response{response})
	})
}

// FuzzAnswer: no answer makes Read panic, and its rows are ones that a board can show.
func FuzzAnswer(f *testing.F) {
	var mappings []*Mapping
	for i, c := range cases(f) {
		if text := c.Section(".feed.json"); text != "" {
			m, err := Parse("f", []byte(text), Options{})
			if err != nil {
				f.Fatal(err)
			}
			mappings = append(mappings, m)
		}
		for _, response := range c.Responses() {
			f.Add(byte(i), response.Body)
		}
	}
	f.Add(byte(0), []byte(`)]}'x({"a":"\ud800"})`))
	f.Add(byte(0), []byte("\xff\xfe<\x00a\x00>\x00"))
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		m := mappings[int(which)%len(mappings)]
		answer, err := m.Read(noon, []*source.Response{{Request: &source.Request{}, Body: body}})
		if err != nil {
			return
		}
		for i := range answer.Rows {
			change := timetable.Change{Kind: timetable.KindPut, Flight: answer.Rows[i].Flight}
			if err := change.Validate(); err != nil {
				t.Errorf("%s: %v", answer.Rows[i].Place, err)
			}
		}
	})
}

// FuzzTime: a time without a date is within a day of the schedule, and one that is written as it was read is the same.
func FuzzTime(f *testing.F) {
	kinds := []string{``, `, "time": "02.01.2006 15:04"`, `, "time": "Jan 02 3:04 PM"`, `, "time": "1504"`,
		`, "time": ["15:04 MST", "15:04 -0700"]`, `, "time": "unix"`, `, "time": "unixms"`, `, "time": "minutes"`,
		`, "zone": "UTC"`, `, "zone": {"path": "z"}`}
	var mappings []*Mapping
	for _, kind := range kinds {
		mappings = append(mappings, parse(f, `"flight": "'A1'", "expected": {"path": "e"`+kind+`}`))
	}
	for i, text := range []string{"2026-10-25T02:30", "25.10.2026 02:30", "Oct 25 2:30 AM", "5", "02:30 CET", "1792891800",
		"1792891800000", "1440", "24:00", "02:30"} {
		f.Add(byte(i), text, int64(1792891800))
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	row, err := parseJSON([]byte(`{"z": "Asia/Tokyo"}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which byte, text string, schedule int64) {
		near := reference{at: time.Unix(schedule%4e9, 0)}
		m := mappings[int(which)%len(mappings)]
		r := m.newReader(&source.Answer{})
		r.tree = row
		at, undated, err := r.read(m.expected[0], tidy(text), 0, near)
		if err != nil || at.IsZero() {
			return
		}
		if undated {
			t.Error("near is dated")
		}
		c, err := m.expected[0].clock(tidy(text), berlin)
		if err == nil && c.day == 0 && c.instant.IsZero() && at.Sub(near.at).Abs() > 25*time.Hour {
			t.Errorf("%q near %v = %v", text, near.at, at)
		}
		again, _, err := r.read(&value{}, at.In(berlin).Format(time.RFC3339Nano), 0, near)
		if err != nil || !again.Equal(at) {
			t.Errorf("%q = %v, and written again %v, %v", text, at, again, err)
		}
	})
}
