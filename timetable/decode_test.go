package timetable

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	i768 := fly("I768 state=landing")
	tests := []struct {
		reason string
		kind   Kind
		data   string
		want   Change
	}{
		{"the tutorial's state update", KindUpdate, `{"flight":"I768","state":"landing"}`, saying(KindUpdate, i768)},
		{"the tutorial's removal", KindRemove, `{"flight":"I768"}`, saying(KindRemove, fly("I768"))},
		{"white space between all tokens", KindUpdate, " {\t\"flight\"\r\n: \"I768\" , \"state\" :\"landing\"\n} ",
			saying(KindUpdate, i768)},
		{"every field", KindAdd, `{"flight":"1","id":"2","origin":"3","arrival":"4","state":"5","expected":"6",` +
			`"airline":"7","from":"8","terminal":"9","gate":"10","belt":"11","codeshares":["12","13"],"remark":"14",` +
			`"word":"15","feed":"16","overridden":["17","18"],"dated":"19"}`,
			saying(KindAdd, Flight{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12\n13", "14", "15", "16",
				"17\n18", "19"})},
		{"fields that are unknown are ignored, whatever they hold", KindUpdate,
			`{"a":{"b":[1,-0.5e+7,{}],"":""},"flight":"I768","c":[],"d":true,"e":false,"f":null,"g":0,"state":"landing",` +
				`"h":"\ud83d\ude00"}`, saying(KindUpdate, i768)},
		{"names are case-sensitive", KindUpdate, `{"flight":"I768","Flight":"A123","STATE":1,"state":"landing"}`,
			saying(KindUpdate, i768)},
		{"null empties", KindUpdate, `{"flight":"I768","state":null,"codeshares":null}`,
			saying(KindUpdate, fly("I768"), FieldState, FieldCodeshares)},
		{"and so do the empty text and the empty list", KindUpdate, `{"flight":"I768","state":"","codeshares":[]}`,
			saying(KindUpdate, fly("I768"), FieldState, FieldCodeshares)},
		{"of a field named twice the last counts", KindUpdate,
			`{"state":"landed","flight":"A123","state":"landing","flight":"I768"}`, saying(KindUpdate, i768)},
		{"also when the last is null", KindUpdate,
			`{"flight":"I768","codeshares":["A1"],"codeshares":null,"state":"landing","state":null}`,
			saying(KindUpdate, fly("I768"), FieldState, FieldCodeshares)},
		{"escapes, in names too", KindUpdate, `{"fl\u0069ght":"I\u00376\u0038","state":"\"\\\/\b\f\n\r\t\u65e5\ud83d\ude00"}`,
			saying(KindUpdate, Flight{Number: "I768", State: "\"\\/\b\f\n\r\t日😀"})},
		{"a lone surrogate is U+FFFD", KindUpdate,
			`{"flight":"\ud83d","state":"\ude00\ud83dx\ud83d\u0041\ud83d\ud83d\ude00"}`,
			saying(KindUpdate, Flight{Number: "\ufffd", State: "\ufffd\ufffdx\ufffdA\ufffd😀"})},
		{"each byte that is not UTF-8 is U+FFFD", KindUpdate, "{\"flight\":\"\xff\xe6\x97I\",\"state\":\"\\t\xc3\"}",
			saying(KindUpdate, Flight{Number: "\ufffd\ufffd\ufffdI", State: "\t\ufffd"})},
		{"bytes and an escape do not make a character together", KindUpdate, "{\"flight\":\"\xc3\\u00a9\"}",
			saying(KindUpdate, Flight{Number: "\ufffd©"})},
		{"an empty object names nothing", KindUpdate, `{}`, Change{}},
		{"a snapshot", KindReplace, "[{\"flight\":\"I768\",\"state\":\"landing\"},\n{\"flight\":\"A123\"}]",
			replace("I768 state=landing", "A123")},
		{"an empty snapshot", KindReplace, ` [ ] `, replace()},
		{"a flight in a snapshot that says nothing", KindReplace, `[{}]`, replace("")},
		{"a value that is ignored may nest 500 deep", KindUpdate,
			`{"a":` + nested(500) + `,"flight":"I768","state":"landing"}`, saying(KindUpdate, i768)},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			// What an earlier change has left must not show.
			got := Change{Kind: KindPut, Flight: fly("OLD gate=1"), Named: allFields, Board: []Flight{fly("OLD gate=1")}}
			if err := got.Decode(test.kind, test.data); err != nil {
				t.Fatalf("Decode(%s): %v", test.data, err)
			}
			test.want.Kind, test.want.Board = test.kind, append([]Flight{}, test.want.Board...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Decode(%s) (-want +got):\n%s", test.data, diff)
			}
			ref, ok := reference(test.kind, test.data)
			if diff := cmp.Diff(ref, got); !ok || diff != "" {
				t.Errorf("encoding/json has another opinion: accepts %t (-json +got):\n%s", ok, diff)
			}
		})
	}
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

func TestDecodeErrors(t *testing.T) {
	tests := []struct {
		reason string
		kind   Kind
		data   string
		want   string
	}{
		{"nothing", KindUpdate, ``, `want {, at byte 1`},
		{"white space", KindUpdate, ` `, `want {, at byte 2`},
		{"a field that is not a text says which", KindUpdate, `{"flight":"I768","state":7}`,
			`state: want a string, at byte 26`},
		{"an object where a text belongs", KindUpdate, `{"state":{}}`, `state: want a string, at byte 10`},
		{"a text where a list belongs", KindUpdate, `{"codeshares":"A1"}`, `codeshares: want [, at byte 15`},
		{"a list of more than texts", KindUpdate, `{"codeshares":["A1",null]}`, `codeshares: want a string, at byte 21`},
		{"a list that does not end", KindUpdate, `{"codeshares":["A1"`, `codeshares: want , or ], at byte 20`},
		{"a list where a flight belongs", KindUpdate, `[]`, `want {, at byte 1`},
		{"null is no flight", KindUpdate, `null`, `want {, at byte 1`},
		{"a flight where a list belongs", KindReplace, `{"flight":"I768"}`, `want [, at byte 1`},
		{"null is no snapshot", KindReplace, `null`, `want [, at byte 1`},
		{"nor a flight in one", KindReplace, `[null]`, `want {, at byte 2`},
		{"the second flight of a snapshot", KindReplace, `[{"flight":"A123"},{"flight":1}]`,
			`flight: want a string, at byte 30`},
		{"more after the flight", KindUpdate, `{"flight":"I768"} {}`, `want nothing more, at byte 19`},
		{"a comma too many", KindUpdate, `{"flight":"I768",}`, `want a string, at byte 18`},
		{"a comma too few", KindUpdate, `{"flight":"I768" "state":"landed"}`, `want , or }, at byte 18`},
		{"a comma alone", KindUpdate, `{,}`, `want a string, at byte 2`},
		{"no colon", KindUpdate, `{"flight" "I768"}`, `want :, at byte 11`},
		{"no quotes", KindUpdate, `{flight:"I768"}`, `want a string, at byte 2`},
		{"other quotes", KindUpdate, `{'flight':"I768"}`, `want a string, at byte 2`},
		{"the end is missing", KindUpdate, `{"flight":"I768"`, `want , or }, at byte 17`},
		{"the text's end is missing", KindUpdate, `{"flight":"I768`, `flight: want the string's end, at byte 16`},
		{"the text's end is missing after more than ASCII", KindUpdate, `{"flight":"東`,
			`flight: want the string's end, at byte 15`},
		{"the text ends in half an escape", KindUpdate, `{"flight":"\`, `flight: want the string's end, at byte 13`},
		{"a quote that is escaped ends nothing", KindUpdate, `{"flight":"I768\"}`,
			`flight: want the string's end, at byte 19`},
		{"an escape that JSON does not have", KindUpdate, `{"flight":"I\x41"}`, `flight: unknown escape, at byte 13`},
		{"too few digits", KindUpdate, `{"flight":"\u41"}`, `flight: unknown escape, at byte 12`},
		{"a sign among the digits", KindUpdate, `{"flight":"\u+041"}`, `flight: unknown escape, at byte 12`},
		{"a line end in a text", KindUpdate, "{\"flight\":\"I\n768\"}",
			`flight: a control character has to be escaped, at byte 13`},
		{"a line end after more than ASCII", KindUpdate, "{\"flight\":\"東\n\"}",
			`flight: a control character has to be escaped, at byte 15`},
		{"NUL", KindUpdate, "{\"flight\":\"\x00\"}", `flight: a control character has to be escaped, at byte 12`},
		{"a word with an end too many", KindUpdate, `{"state":nullx}`, `want , or }, at byte 14`},
		{"half a word", KindUpdate, `{"a":tru}`, `a: want a value, at byte 6`},
		{"what is ignored has to be JSON: a number without digits", KindUpdate, `{"a":-}`, `a: want a digit, at byte 7`},
		{"a number that begins with 0", KindUpdate, `{"a":01}`, `want , or }, at byte 7`},
		{"a number that ends in a point", KindUpdate, `{"a":1.}`, `a: want a digit, at byte 8`},
		{"a number without its exponent", KindUpdate, `{"a":1e+}`, `a: want a digit, at byte 9`},
		{"not a number", KindUpdate, `{"a":NaN}`, `a: want a value, at byte 6`},
		{"a value that nests without end could take the browser's stack", KindUpdate, `{"a":` + nested(501) + `}`,
			`a: nests too deep, at byte 506`},
		{"in objects too", KindUpdate, `{"a":` + strings.Repeat(`{"a":`, 100_000), `a: nests too deep, at byte 2506`},
		{"in objects names need quotes", KindUpdate, `{"a":{b:1}}`, `a: want a string, at byte 7`},
		{"a byte order mark", KindUpdate, "\ufeff{}", `want {, at byte 1`},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			var c Change
			err := c.Decode(test.kind, test.data)
			if err == nil || err.Error() != test.want {
				t.Errorf("Decode(%.60s) = %v, want %s", test.data, err, test.want)
			}
			if _, ok := reference(test.kind, test.data); ok {
				t.Errorf("encoding/json accepts %.60s", test.data)
			}
		})
	}
}

func TestDecodeLine(t *testing.T) {
	landed := saying(KindUpdate, fly("I768 state=landed"))
	tests := []struct {
		reason, line string
		want         Change
	}{
		{"an event and its data", `{"event":"flightStateUpdate","data":{"flight":"I768","state":"landed"}}`, landed},
		{"the data first", `{"data":{"flight":"I768","state":"landed"},"event":"flightStateUpdate"}`, landed},
		{"an untyped event is a state update", `{"event":"","data":{"flight":"I768","state":"landed"}}`, landed},
		{"also when its type is spelled out", `{"event":"message","data":{"flight":"I768","state":"landed"}}`, landed},
		{"a removal", `{"event":"flightRemoval","data":{"flight":"I768"}}`, saying(KindRemove, fly("I768"))},
		{"an addition", `{"event":"flightAddition","data":{"flight":"I768","state":"landed"}}`,
			saying(KindAdd, landed.Flight)},
		{"a snapshot, data first", `{"data":[{"flight":"I768","state":"landed"},{"flight":"A123"}],"event":"flightSnapshot"}`,
			replace("I768 state=landed", "A123")},
		{"a bare flight is a put", `{"flight":"I768","state":"landed"}`, saying(KindPut, landed.Flight)},
		{"of a bare flight unknown fields are ignored, even one that is called data",
			`{"flight":"I768","pilot":7,"state":"landed","data":7}`, saying(KindPut, landed.Flight)},
		{"beside an event too", `{"event":"flightRemoval","n":{"a":1},"data":{"flight":"I768"},"m":[]}`,
			saying(KindRemove, fly("I768"))},
		{"nothing is a flight without identity, which Validate refuses", `{}`, Change{Kind: KindPut}},
		{"of two events the last counts", `{"event":"flightRemoval","event":"flightStateUpdate","data":{"flight":"I768",` +
			`"state":"landed"}}`, landed},
		{"also when the data came between, which is read anew",
			`{"event":"flightRemoval","data":{"flight":"I768","state":"landed"},"event":"flightStateUpdate"}`, landed},
		{"of two data the last counts", `{"event":"flightStateUpdate","data":{"flight":"A123","gate":"7"},` +
			`"data":{"flight":"I768","state":"landed"}}`, landed},
		{"also when both come first", `{"data":[],"data":{"flight":"I768","state":"landed"},"event":"flightStateUpdate"}`,
			landed},
		{"and around the event", `{"data":{"flight":"A123","gate":"7"},"event":"flightStateUpdate","data":{"flight":"I768",` +
			`"state":"landed"}}`, landed},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			got := Change{Kind: KindAdd, Flight: fly("OLD gate=1"), Named: allFields, Board: []Flight{fly("OLD")}}
			if err := got.DecodeLine(test.line); err != nil {
				t.Fatalf("DecodeLine(%s): %v", test.line, err)
			}
			test.want.Board = append([]Flight{}, test.want.Board...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("DecodeLine(%s) (-want +got):\n%s", test.line, diff)
			}
		})
	}
}

func TestDecodeLineErrors(t *testing.T) {
	tests := []struct{ reason, line, want string }{
		{"an event that is not ours", `{"event":"heartbeat","data":{}}`, `unknown event "heartbeat", at byte 21`},
		{"data without an event", `{"data":{"flight":"I768"}}`, `event: missing, at byte 27`},
		{"an event without data", `{"event":"flightRemoval"}`, `data: missing, at byte 26`},
		{"an event that is not a text", `{"event":null,"data":{}}`, `want a string, at byte 10`},
		{"data of another form than the event's", `{"event":"flightSnapshot","data":{}}`, `want [, at byte 34`},
		{"also when it comes first", `{"data":{},"event":"flightSnapshot"}`, `want [, at byte 9`},
		{"an update that turns into a snapshot, or it would empty the board",
			`{"event":"flightStateUpdate","data":{"flight":"I768"},"event":"flightSnapshot"}`, `want [, at byte 37`},
		{"two changes", `{"flight":"I768"},{"flight":"A123"}`, `want nothing more, at byte 18`},
		{"no quotes", `{event:"flightRemoval"}`, `want a string, at byte 2`},
		{"data that is no value", `{"data":x,"event":"flightRemoval"}`, `want a value, at byte 9`},
		{"a list", `[{"flight":"I768"}]`, `want {, at byte 1`},
		{"a line that breaks off", `{"event":"flightRemoval","data":{"flight":"I768"}`, `want , or }, at byte 50`},
		{"a line that breaks off in what is ignored", `{"event":"flightRemoval","n":[`, `want a value, at byte 31`},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			var c Change
			if err := c.DecodeLine(test.line); err == nil || err.Error() != test.want {
				t.Errorf("DecodeLine(%s) = %v, want %s", test.line, err, test.want)
			}
		})
	}
}
