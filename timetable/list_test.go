package timetable

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBodyOfAnArray(t *testing.T) {
	type said struct {
		Line   int
		Flight Flight
		Kind   Kind
		Err    string
	}
	for _, c := range []struct {
		reason, body string
		want         []said
	}{
		{"none", ` [ ] `, nil},
		{"one", `[{"flight":"I768"}]`, []said{{Line: 1, Flight: fly("I768"), Kind: KindPut}}},
		{"several, each on the line where it begins",
			"\n[\n{\"flight\":\"I768\"},\r\n\n{\"event\":\"flightRemoval\",\n\"data\":{\"flight\":\"A123\"}}\n]\n",
			[]said{{Line: 3, Flight: fly("I768"), Kind: KindPut}, {Line: 5, Flight: fly("A123"), Kind: KindRemove}}},
		{"a wrong element hides none after it", "[{\"flight\":7},\n{\"flihgt\":\"A1\"},\n17,\n{\"flight\":\"I768\"}]",
			[]said{{Line: 1, Err: `flight: want a string: "7", at byte 12`}, {Line: 2,
				Err: `unknown field "flihgt", at byte 26`},
				{Line: 3, Err: "want {, at byte 33"}, {Line: 4, Flight: fly("I768"), Kind: KindPut}}},
		{"broken JSON hides the rest", "[{\"flight\":\"I768\"},\n{\"flight\":tru},\n{\"flight\":\"A123\"}]",
			[]said{{Line: 1, Flight: fly("I768"), Kind: KindPut}, {Line: 2, Err: "flight: want a string, at byte 31"}}},
		{"an array that breaks off is an error", `[{"flight":"I768"},`,
			[]said{{Line: 1, Flight: fly("I768"), Kind: KindPut}, {Line: 1, Err: "want {, at byte 20"}}},
		{"also between elements", "[{\"flight\":\"I768\"}\n",
			[]said{{Line: 1, Flight: fly("I768"), Kind: KindPut}, {Line: 2, Err: "want , or ], at byte 20"}}},
		{"nothing may follow", "[{\"flight\":\"I768\"}]\n{\"flight\":\"A123\"}",
			[]said{{Line: 1, Flight: fly("I768"), Kind: KindPut}, {Line: 2, Err: "want nothing more, at byte 21"}}},
		{"an array in an array is no change", `[[{"flight":"I768"}]]`, []said{{Line: 1, Err: "want {, at byte 2"}}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			var got []said
			for entry, err := range Body(c.body) {
				one := said{Line: entry.Line}
				if err != nil {
					one.Err = err.Error()
				} else {
					one.Flight, one.Kind = entry.Report.Flight, entry.Report.Kind
				}
				got = append(got, one)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Body(%s) (-want +got):\n%s", c.body, diff)
			}
		})
	}
}

// An array of changes is the same as its elements, one on each line.
func FuzzBodyOfAnArray(f *testing.F) {
	f.Add(`{"flight":"I768"}`, `{"event":"flightRemoval","data":{"flight":"I768"}}`)
	f.Add(`{"flight":7}`, `{"data":{},"event":"flightSnapshot"}`)
	f.Add(`[`, `]`)
	f.Add(`{"flight":"\ud800"}`, `{"flight":"I768"}`)
	f.Add("{\"flight\":\"\xff\"}", `{"flight":"I768"}`)
	f.Fuzz(func(t *testing.T, one, two string) {
		for _, text := range []string{one, two} {
			if strings.ContainsAny(text, "\n\r") || strings.Trim(text, " \t") == "" || len(text) > 1<<12 {
				return
			}
			s := scanner{text: text}
			if s.space(); s.skip(0) != nil || s.end() != nil {
				for range Body("[" + one + "," + two + "]") { // it has to end, and to panic would be an end too
				}
				return
			}
		}
		var list, lines []string
		for entry, err := range Body("[" + one + ",\n" + two + "]") {
			list = append(list, saidBy(entry, err))
		}
		for entry, err := range Body(one + "\n" + two) {
			lines = append(lines, saidBy(entry, err))
		}
		if strings.TrimLeft(one, " \t")[0] == '[' { // then the lines are an array themselves
			return
		}
		if diff := cmp.Diff(lines, list); diff != "" {
			t.Errorf("%q and %q (-as lines +as an array):\n%s", one, two, diff)
		}
	})
}

// saidBy is the entry as text; of an error it is the fact alone, for an array moves the bytes.
func saidBy(entry Entry, err error) string {
	if err != nil {
		return "error"
	}
	return string(rune('0'+entry.Report.Kind)) + string(entry.Report.AppendJSON(nil))
}
