package timetable

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A said is what Body yields for one change.
type said struct {
	Line   int
	Change Change
	Error  string
}

func bodyOf(text string) (all []said) {
	for entry, err := range Body(text) {
		if err != nil {
			all = append(all, said{Line: entry.Line, Error: err.Error()})
			continue
		}
		c := entry.Report.Change
		c.Board = slices.Clone(c.Board)
		if len(c.Board) == 0 {
			c.Board = nil
		}
		all = append(all, said{Line: entry.Line, Change: c})
	}
	return all
}

func TestBody(t *testing.T) {
	landed := saying(KindUpdate, fly("I768 state=landed"))
	gone := saying(KindRemove, fly("A123"))
	line := `{"event":"flightStateUpdate","data":{"flight":"I768","state":"landed"}}`
	bye := `{"data":{"flight":"A123"},"event":"flightRemoval"}`
	tests := []struct {
		reason, text string
		want         []said
	}{
		{"nothing", "", nil},
		{"nothing but white space", " \r\n\t\n", nil},
		{"one change", line, []said{{Line: 1, Change: landed}}},
		{"one a line", line + "\n" + bye + "\n", []said{{Line: 1, Change: landed}, {Line: 2, Change: gone}}},
		{"lines of a system that ends them with CR and LF", line + "\r\n" + bye + "\r\n",
			[]said{{Line: 1, Change: landed}, {Line: 2, Change: gone}}},
		{"blank lines and indented ones count as lines", "\n\n  " + line + " \n \n\t" + bye,
			[]said{{Line: 3, Change: landed}, {Line: 5, Change: gone}}},
		{"two on one line", line + " " + bye, []said{{Line: 1, Change: landed}, {Line: 1, Change: gone}}},
		{"one over many lines, as jq prints it",
			"{\n  \"event\": \"flightStateUpdate\",\n  \"data\": {\n    \"flight\": \"I768\",\n    \"state\": \"landed\"\n  " +
				"}\n}\n" + bye,
			[]said{{Line: 1, Change: landed}, {Line: 8, Change: gone}}},
		{"a snapshot over many lines",
			"{\"event\":\"flightSnapshot\",\"data\":[{\"flight\":\"A123\"},\n{\"flight\":\"I768\"}]}\n" + bye,
			[]said{{Line: 1, Change: Change{Kind: KindReplace, Board: []Flight{fly("A123"), fly("I768")}}},
				{Line: 3, Change: gone}}},
		{"a change leaves nothing to the next",
			`{"event":"flightSnapshot","data":[{"flight":"A123"}]}` + "\n" + `{"flight":"D654","gate":"7"}` + "\n" +
				`{"flight":"G119"}`,
			[]said{{Line: 1, Change: Change{Kind: KindReplace, Board: []Flight{fly("A123")}}},
				{Line: 2, Change: put("D654 gate=7")}, {Line: 3, Change: put("G119")}}},

		{"an unknown field is refused by name: it is a typing error",
			`{"event":"flightStateUpdate","data":{"flight":"I768","sate":"landed"}}`,
			[]said{{Line: 1, Error: `unknown field "sate", at byte 61`}}},
		{"also when the data comes first", `{"data":{"flight":"I768","sate":"landed"},"event":"flightStateUpdate"}`,
			[]said{{Line: 1, Error: `unknown field "sate", at byte 33`}}},
		{"and in a bare flight", `{"flight":"I768","sate":"landed"}`,
			[]said{{Line: 1, Error: `unknown field "sate", at byte 25`}}},
		{"and in a snapshot", `{"event":"flightSnapshot","data":[{"flight":"I768","sate":"landed"}]}`,
			[]said{{Line: 1, Error: `unknown field "sate", at byte 59`}}},
		{"and beside the data", `{"event":"flightRemoval","flight":"I768"}`,
			[]said{{Line: 1, Error: `unknown field "flight" beside event and data, at byte 35`}}},
		{"bytes that are not UTF-8: of two texts they would make one", "{\"flight\":\"N\xff\"}",
			[]said{{Line: 1, Error: `flight: is not UTF-8, at byte 12`}}},
		{"half a surrogate pair, for the same reason", `{"flight":"A\ud800"}`,
			[]said{{Line: 1, Error: `flight: half a surrogate pair is no character, at byte 13`}}},
		{"the other half", `{"flight":"\uDFFFA"}`,
			[]said{{Line: 1, Error: `flight: half a surrogate pair is no character, at byte 12`}}},
		{"two first halves", `{"flight":"\ud83d\ud83d\ude00"}`,
			[]said{{Line: 1, Error: `flight: half a surrogate pair is no character, at byte 12`}}},
		{"a pair the wrong way round", `{"flight":"\ude00\ud83d"}`,
			[]said{{Line: 1, Error: `flight: half a surrogate pair is no character, at byte 12`}}},
		{"half a pair in an identity", `{"id":"1\udc00","flight":"A"}`,
			[]said{{Line: 1, Error: `id: half a surrogate pair is no character, at byte 9`}}},
		{"in a list", `{"flight":"A","codeshares":["A1","\ud800"]}`,
			[]said{{Line: 1, Error: `codeshares: half a surrogate pair is no character, at byte 35`}}},
		{"in a name", `{"flight\ud800":"A"}`, []said{{Line: 1, Error: `half a surrogate pair is no character, at byte 9`}}},
		{"in a snapshot", `{"event":"flightSnapshot","data":[{"flight":"\ud800"}]}`,
			[]said{{Line: 1, Error: `flight: half a surrogate pair is no character, at byte 46`}}},
		{"in an array's second change", `[{"flight":"A"},{"flight":"\ud800"},{"flight":"B"}]`,
			[]said{{Line: 1, Change: put("A")}, {Line: 1, Error: `flight: half a surrogate pair is no character, at byte 28`},
				{Line: 1, Change: put("B")}}},
		{"a whole pair is a character, and so is U+FFFD", `{"flight":"\ud83d\ude00\uFFFD\ufffd"}`,
			[]said{{Line: 1, Change: put("😀\ufffd\ufffd")}}},
		{"a text in a list that would be two", `{"flight":"I768","codeshares":["A1\nB2"]}`,
			[]said{{Line: 1, Error: `codeshares: a line feed divides two, at byte 40`}}},
		{"names are case-sensitive", `{"Flight":"I768"}`, []said{{Line: 1, Error: `unknown field "Flight", at byte 11`}}},
		{"a long name is not repeated as a whole", `{"` + strings.Repeat("x", 1000) + `":1}`,
			[]said{{Line: 1, Error: `unknown field "` + strings.Repeat("x", 64) + `", at byte 1005`}}},
		{"an event that a publisher cannot say", `{"event":"closedConnection","data":{}}`,
			[]said{{Line: 1, Error: `unknown event "closedConnection", at byte 28`}}},

		{"after an error it goes on at the next line, so that all are found",
			"{\"sate\":1}\n" + line + "\nnonsense\n\n{\"flight\":7}\n" + bye,
			[]said{{Line: 1, Error: `unknown field "sate", at byte 9`}, {Line: 2, Change: landed},
				{Line: 3, Error: `want {, at byte 84`},
				{Line: 5, Error: `flight: want a string: "7", at byte 104`}, {Line: 6, Change: gone}}},
		{"a line that breaks off takes the next with it no more than needed", "{\"flight\":\"I768\"\n  " + line + "\n" + bye,
			[]said{{Line: 1, Error: `want , or }, at byte 20`}, {Line: 2, Change: landed}, {Line: 3, Change: gone}}},
		{"also when its text breaks off", "{\"flight\":\"I768\n" + line,
			[]said{{Line: 1, Error: `flight: a control character has to be escaped, at byte 16`}, {Line: 2, Change: landed}}},
		{"also when it breaks off after a colon, before a line that is wrong too", "{\"flight\":\n\n7\n" + bye,
			[]said{{Line: 1, Error: `flight: want a string: "7", at byte 13`}, {Line: 3, Error: `want {, at byte 13`},
				{Line: 4, Change: gone}}},
		{"the last line breaks off", line + "\n{\"flight\":\n",
			[]said{{Line: 1, Change: landed}, {Line: 2, Error: `flight: want a string, at byte 84`}}},
		{"two changes without a space are one error, and neither is taken", `{"flight":"I768"}` + line + "\n" + bye,
			[]said{{Line: 1, Error: `want the end of the line after the change, at byte 18`}, {Line: 2, Change: gone}}},
		{"a snapshot's flight without an identity, at once: it takes many times the memory of its text",
			`{"event":"flightSnapshot","data":[{"flight":"I768"},{"gate":"7"},{},{}]}` + "\n" + bye,
			[]said{{Line: 1, Error: `flight 2 of the snapshot: flight: missing, at byte 65`}, {Line: 2, Change: gone}}},
		{"a byte order mark", "\ufeff" + line, []said{{Line: 1, Error: `want {, at byte 1`}}},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			if diff := cmp.Diff(test.want, bodyOf(test.text)); diff != "" {
				t.Errorf("Body(%q) (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

// A caller may stop early.
func TestBodyStopsWhenAskedTo(t *testing.T) {
	seen := 0
	for range Body("{}\n{}\n{}") {
		if seen++; seen == 2 {
			break
		}
	}
	if seen != 2 {
		t.Errorf("%d entries, want 2", seen)
	}
}

// pieces are lines of which FuzzBody makes bodies, with the results of Body.
var pieces = []struct {
	text  string
	right bool
	lines int // before the change, as part of the piece
}{
	{"{\"flight\":\"%\"}", true, 0},
	{" {\"event\":\"flightRemoval\",\"data\":{\"flight\":\"%\"}}\t\r", true, 0},
	{"{\"data\":{\"flight\":\"%\",\"state\":\"\\n\"},\"event\":\"flightAddition\"}", true, 0},
	{"\n\r\n  {\n\"flight\"\n:\n\"%\"\n}\n", true, 2},
	{"{\"event\":\"flightSnapshot\",\n\"data\":[{\"flight\":\"%\"},\n{\"id\":\"B\"}]}", true, 0},
	{"{\"event\":\"flightSnapshot\",\"data\":[{\"flight\":\"%\"},{},{}]}", false, 0},
	{"{\"flight\":\"%\",\"remark\":\"\\ud83d\\ude00\"}", true, 0},
	{"{\"flight\":\"%\\ud83d\"}", false, 0},
	{"{\"flight\":\"%\"", false, 0},
	{"{\"flight\":\"%", false, 0},
	{"{\"flight\":\"%\",", false, 0},
	{"\t{\"flight\":\"%\",\"sate\":\"\"}", false, 0},
	{"{\"event\":\"%\",\"data\":{}}", false, 0},
	{"{\"data\":{\"flight\":\"%\"}}", false, 0},
	{"{\"flight\":\"%\"}{\"flight\":\"%\"}", false, 0},
	{"%", false, 0},
	{"]\"%\"", false, 0},
}

// FuzzBody puts right and wrong lines together: each right one comes out once, each wrong one is told once, with its
// line, whatever its neighbours are. And it gives Body any text: what it takes for right is right to encoding/json.
func FuzzBody(f *testing.F) {
	f.Add([]byte{}, "")
	f.Add([]byte{}, `{"stamp":"2026-11-20T15:05:05Z","flight":"I768","landed":"18:02"} {"landed":null}`)
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0}, "{}\n{}")
	for a := range pieces {
		for b := range pieces {
			f.Add([]byte{byte(a), byte(b), byte(a), byte(a), 0}, pieces[a].text+"\n"+pieces[b].text)
			f.Add([]byte{byte(b), byte(a)}, pieces[a].text+" "+pieces[b].text)
		}
	}
	f.Fuzz(func(t *testing.T, choice []byte, text string) {
		if len(choice) < 1000 {
			checkPieces(t, choice)
		}
		checkText(t, text)
	})
}

func checkPieces(t *testing.T, choice []byte) {
	type entry struct {
		line   int
		flight string
		right  bool
	}
	var text strings.Builder
	var want, got []entry
	line := 1
	for n, b := range choice {
		piece := pieces[int(b)%len(pieces)]
		number := "F" + strconv.Itoa(n)
		if piece.right {
			want = append(want, entry{line + piece.lines, number, true})
		} else {
			want = append(want, entry{line + piece.lines, "", false})
		}
		line += strings.Count(piece.text, "\n") + 1
		text.WriteString(strings.ReplaceAll(piece.text, "%", number) + "\n")
	}
	for e, err := range Body(text.String()) {
		one := entry{line: e.Line, right: err == nil}
		switch {
		case err == nil && e.Report.Kind == KindReplace:
			one.flight = e.Report.Board[0].Number
		case err == nil:
			one.flight = e.Report.Flight.Number
		}
		got = append(got, one)
	}
	if !slices.Equal(want, got) {
		t.Errorf("Body(%q) = %v, want %v", text.String(), got, want)
	}
}

// escapes are pairs of surrogates, halves of them, and other escapes.
var escapes = regexp.MustCompile(`(?s)\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]..|\\.`)

func checkText(t *testing.T, text string) {
	all := bodyOf(text)
	if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "[") {
		return // an array, for FuzzBodyOfAnArray
	}
	line, lines := 1, strings.Count(text, "\n")+1
	for _, one := range all {
		if one.Line < line || one.Line > lines {
			t.Fatalf("Body(%q): line %d after line %d of %d", text, one.Line, line, lines)
		}
		line = one.Line
	}
	if slices.ContainsFunc(all, func(one said) bool { return one.Error != "" }) {
		return
	}
	for _, escape := range escapes.FindAllString(text, -1) {
		if half := len(escape) == len(`\ud800`); half {
			t.Errorf("Body(%q) takes %s, which is U+FFFD to others", text, escape)
		}
	}
	values := json.NewDecoder(strings.NewReader(text))
	end := 0
	for _, one := range all {
		var value json.RawMessage
		if err := values.Decode(&value); err != nil {
			t.Fatalf("Body(%q) has %d changes: encoding/json: %v", text, len(all), err)
		}
		start := end + strings.Index(text[end:], string(value))
		end = int(values.InputOffset())
		var r Report
		strict := scanner{text: string(value), strict: true, report: &r}
		if err := strict.change(&r.Change); err != nil {
			t.Fatalf("Body(%q) takes %s: %v", text, value, err)
		}
		if err := r.check(); err != nil {
			t.Fatalf("Body(%q) takes %s: %v", text, value, err)
		}
		if want := strings.Count(text[:start], "\n") + 1; one.Line != want {
			t.Errorf("Body(%q): %s is on line %d, want %d", text, value, one.Line, want)
		}
		if len(r.Board) == 0 {
			r.Board = nil
		}
		if diff := cmp.Diff(r.Change, one.Change); diff != "" {
			t.Errorf("Body(%q) (-line +body):\n%s", text, diff)
		}
	}
	var rest json.RawMessage
	if err := values.Decode(&rest); err != io.EOF {
		t.Errorf("Body(%q) has %d changes, and leaves %s %v", text, len(all), rest, err)
	}
}
