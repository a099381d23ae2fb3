package timetable

import (
	"fmt"
	"testing"
)

func TestSet(t *testing.T) {
	for _, test := range []struct {
		reason, name, text string
		want               string // as JSON in a body, or the error
	}{
		{"a text", "gate", "B7", `{"gate":"B7"}`},
		{"an empty text clears the field", "gate", "", `{"gate":""}`},
		{"bytes that are not UTF-8, as encoding/json has it", "gate", "B\xff\xfe", "{\"gate\":\"B\uFFFD\uFFFD\"}"},
		{"several texts", "codeshares", "A1, B2;C3  D4", `{"codeshares":["A1","B2","C3","D4"]}`},
		{"several with spaces inside", "codeshares", "AC 9123, UA 8841", `{"codeshares":["AC 9123","UA 8841"]}`},
		{"as our own table has them", "codeshares", "AC 9123 UA 8841", `{"codeshares":["AC 9123","UA 8841"]}`},
		{"none", "codeshares", " ", `{"codeshares":[]}`},
		{"a milestone", "onBelt", "18:02", `{"onBelt":"18:02"}`},
		{"one that has not come about", "onBelt", "", `{"onBelt":null}`},
		{"a stamp", "stamp", "2026-11-20T18:00:00.25Z", `{"stamp":"2026-11-20T18:00:00.25Z"}`},
		{"no stamp", "stamp", "", `{"stamp":null}`},
		{"an end", "until", "2026-11-20T18:00:00+01:00", `{"until":"2026-11-20T17:00:00Z"}`},
		{"a bad stamp", "stamp", "18:00", `stamp: "18:00" is not RFC 3339 with an offset`},
		{"an unknown field", "gaet", "7", `unknown field "gaet"`},
		{"what the server itself writes", "overridden", "gate", `unknown field "overridden"`},
	} {
		t.Run(test.reason, func(t *testing.T) {
			got := Report{Change: Change{Kind: KindPut}}
			if err := got.Set(test.name, test.text); err != nil {
				if err.Error() != test.want {
					t.Errorf("Set(%q, %q) = %v, want %s", test.name, test.text, err, test.want)
				}
				return
			}
			for entry, err := range Body(test.want) {
				if err != nil {
					t.Fatal(err)
				}
				if fmt.Sprint(got) != fmt.Sprint(*entry.Report) {
					t.Errorf("Set(%q, %q) makes %+v, want %+v", test.name, test.text, got, *entry.Report)
				}
			}
		})
	}
}
