package timetable

import (
	"errors"
	"strings"
	"testing"
)

func TestErrorsNameTheirField(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, test := range []struct {
		reason, body, field, text string // field is "" when none is to blame
	}{
		{"a value of the wrong type", `{"flight":7}`, "flight", `flight: want a string: "7", at byte 11`},
		{"a list's element", `{"flight":"A1","codeshares":["B2",7]}`, "codeshares", "codeshares: want a string, at byte 35"},
		{"a stamp", `{"stamp":"noon","flight":"A1"}`, "stamp", `stamp: "noon" is not RFC 3339 with an offset, at byte 16`},
		{"a milestone", `{"flight":"A1","onBelt":"soon"}`, "onBelt",
			`onBelt: "soon" is neither HH:MM nor RFC 3339 with an offset`},
		{"an unknown field", `{"flight":"A1","gaet":"7"}`, "gaet", `unknown field "gaet", at byte 23`},
		{"an unknown field beside event and data", `{"event":"flightAddition","gaet":1}`, "gaet",
			`unknown field "gaet" beside event and data, at byte 34`},
		{"its name may hold quotes", `{"flight":"A1","a\"b":"7"}`, `a"b`, `unknown field "a\"b", at byte 23`},
		{"and is cut", `{"` + long + `":"7"}`, long[:MaxIdentity], `unknown field "` + long[:MaxIdentity] + `", at byte 105`},
		{"a text that is too long", `{"flight":"` + long + `"}`, "flight", "flight: has 100 characters, at most 64 fit"},
		{"a flight of a snapshot", `{"event":"flightSnapshot","data":[{"flight":"A1","arrival":"noon"}]}`, "arrival",
			`flight 1 of the snapshot: arrival: "noon" is neither HH:MM nor RFC 3339 with an offset`},
		{"one that is missing", `{"origin":"Rome"}`, "flight", "flight: missing"},
		{"in a snapshot", `{"event":"flightSnapshot","data":[{}]}`, "flight",
			"flight 1 of the snapshot: flight: missing, at byte 37"},
		{"the event", `{"data":{}}`, "event", "event: missing, at byte 12"},
		{"the data", `{"event":"flightRemoval"}`, "data", "data: missing, at byte 26"},
		{"what hidden needs", `{"flight":"A1","hidden":true}`, "until", "until: missing, and hidden needs it"},
		{"two flights with one key", `{"event":"flightSnapshot","data":[{"flight":"A1"},{"flight":"A1"}]}`, "",
			`flight 2 of the snapshot: "A1" is there twice`},
		{"broken JSON", `{"flight":"A1"`, "", "want , or }, at byte 15"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			for entry, err := range Body(test.body) {
				if err == nil {
					err = entry.Report.Validate()
				}
				field := ""
				if e, ok := errors.AsType[*FieldError](err); ok {
					field = e.Field
				}
				if err == nil || field != test.field || err.Error() != test.text {
					t.Errorf("got the field %q, %v; want %q, %s", field, err, test.field, test.text)
				}
			}
		})
	}
}
