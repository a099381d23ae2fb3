package timetable

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecode compares the scanner with encoding/json, and what it reads with what AppendJSON makes of it.
func FuzzDecode(f *testing.F) {
	for _, data := range []string{
		``, `{}`, `[]`, `[{}]`, `null`, `{"flight":"I768","state":"landing"}`,
		`[{"flight":"I768"},{"flight":"A123","state":null}]`,
		`{"flight":"1","id":"2","origin":"3","arrival":"4","state":"5","expected":"6","airline":"7","from":"8",` +
			`"terminal":"9","gate":"10","belt":"11","codeshares":["12","13"],"remark":"14","word":"15","feed":"16",` +
			`"overridden":["17","18"]}`,
		`{"codeshares":[],"codeshares":[""],"codeshares":["",""],"id":null,"state":"","flight":"a","flight":"b"}`,
		`{"a":{"b":[1,-0.5e+7,{}],"":""},"c":[ ],"d":true,"e":false,"f":null,"g":0,"Flight":"x","h":"\ud83d\ude00"}`,
		`{"state":"\"\\\/\b\f\n\r\t\u65e5\ud83d\ude00\ud83dx\ude00\u0000\u007f\u2028"}`,
		"{\"fl\\u0069ght\":\"\xff\xe6\x97\xc3\\u00a9\",\"\xff\":1}",
		"\t[\r\n{ \"flight\" : \"東京\" } , {\"a\":[[[[]]]]} ]\n", `{"flight":1}`, `{"state":{}}`, `{"flight":"a",}`, `[{},]`,
		`[,]`, `{"a":01}`, `{"a":1.}`, `{"a":-}`, `{"a":1e}`, `{"a":-0E-0}`,
		`{"a":nul}`, `{"flight":nullx}`, `{"flight":"`, `{"flight":"\`, `{"flight":"\u12`, `{"flight":"\uzzzz"}`,
		"{\"flight\":\"\n\"}", `{"flight":"a"}{}`, `{"flight" "a"}`, "\x00", "{\"a\":\x00}",
		`{"a":` + nested(500) + `}`, `[{"a":` + nested(501) + `}]`,
	} {
		for kind := range KindPut + 1 {
			f.Add(byte(kind), data)
		}
	}
	f.Fuzz(func(t *testing.T, kindByte byte, data string) {
		kind := Kind(kindByte) % (KindPut + 1)
		got := Change{Board: []Flight{}}
		err := got.Decode(kind, data)
		if kind == KindReplace {
			checkRead(t, data, &got, err)
		}
		want, ok := reference(kind, data)
		if (err == nil) != ok {
			t.Fatalf("Decode(%q) as %d: %v; encoding/json accepts it: %t", data, kind, err, ok)
		}
		if err != nil {
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Decode(%q) (-json +got):\n%s", data, diff)
		}
		checkEncoding(t, got)
	})
}

// checkRead fails when a board that reads the data differs from one to which the change is applied that was decoded.
func checkRead(t *testing.T, data string, decoded *Change, failed error) {
	t.Helper()
	var reads, applies Board
	for _, b := range []*Board{&reads, &applies} {
		b.Apply(&Change{Kind: KindAdd, Flight: Flight{Number: "I768", State: "landing"}})
	}
	got, err := reads.Read(data)
	if (err == nil) != (failed == nil) {
		t.Fatalf("Read(%q): %v; Decode: %v", data, err, failed)
	}
	var want Delta
	if failed == nil {
		want = applies.Apply(decoded)
	}
	if got != want {
		t.Errorf("Read(%q) = %+v, Apply = %+v", data, got, want)
	}
	if diff := cmp.Diff(applies.Snapshot(), reads.Snapshot()); diff != "" {
		t.Errorf("Read(%q) (-applied +read):\n%s", data, diff)
	}
}

// checkEncoding fails when the change does not come back from its JSON, or the JSON is not as small as it can be.
func checkEncoding(t *testing.T, c Change) {
	t.Helper()
	text := c.AppendJSON(nil)
	if prefixed := c.AppendJSON([]byte("data: ")); string(prefixed) != "data: "+string(text) {
		t.Errorf("AppendJSON does not append: %q, want data: and %q", prefixed, text)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		t.Fatalf("%+v is written as %s: %v", c, text, err)
	}
	lines := 0
	if c.Kind == KindReplace {
		lines = max(len(c.Board), 1) - 1
	}
	if got := bytes.Count(text, []byte("\n")); got != lines {
		t.Errorf("%s has %d line ends, want %d", text, got, lines)
	}
	if bytes.ContainsAny(text, "\r\x00") {
		t.Errorf("%q cannot travel in an event stream", text)
	}
	if got := strings.ReplaceAll(string(text), "\n", ""); got != compact.String() {
		t.Errorf("%s holds white space, want %s", text, compact.Bytes())
	}
	want := c
	switch f := &want.Flight; c.Kind {
	case KindRemove: // only the identity travels
		want.Flight = Flight{Number: f.Number, ID: f.ID}
		want.Named = want.Flight.named()
	case KindAdd: // empty fields need not be named
		want.Named = f.named()
	}
	got := Change{Board: []Flight{}}
	if err := got.Decode(c.Kind, string(text)); err != nil {
		t.Fatalf("%+v is written as %s: %v", c, text, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("from %s comes back (-want +got):\n%s", text, diff)
	}
}

// reference decodes with encoding/json, which decides what is valid and what a text is. Its tokens show every field,
// where decoding into a struct would show the last of those with the same name, in any case.
func reference(kind Kind, data string) (Change, bool) {
	c := Change{Kind: kind, Board: []Flight{}}
	if !json.Valid([]byte(data)) {
		return c, false
	}
	if kind != KindReplace {
		named, ok := referenceFlight(json.RawMessage(data), &c.Flight)
		c.Named = named
		return c, ok
	}
	var flights []json.RawMessage
	if json.Unmarshal([]byte(data), &flights) != nil || flights == nil {
		return c, false
	}
	c.Board = make([]Flight, len(flights))
	for i, text := range flights {
		if _, ok := referenceFlight(text, &c.Board[i]); !ok {
			return c, false
		}
	}
	return c, true
}

func referenceFlight(text json.RawMessage, f *Flight) (named Fields, ok bool) {
	tokens := json.NewDecoder(bytes.NewReader(text))
	if open, err := tokens.Token(); err != nil || open != json.Delim('{') {
		return 0, false
	}
	for tokens.More() {
		name, err := tokens.Token()
		if err != nil {
			return 0, false
		}
		var value json.RawMessage
		if tokens.Decode(&value) != nil {
			return 0, false
		}
		k := slices.Index(fieldNames[:], name.(string))
		if k < 0 {
			if referenceDepth(value) > maxDepth {
				return 0, false
			}
			continue
		}
		if *f.field(Field(k)), ok = referenceText(Field(k), value); !ok {
			return 0, false
		}
		named |= Field(k).Bit()
	}
	return named, true
}

func referenceText(k Field, value json.RawMessage) (string, bool) {
	if !k.list() {
		var text *string
		err := json.Unmarshal(value, &text)
		if text == nil {
			return "", err == nil
		}
		return *text, err == nil
	}
	var list []*string
	if json.Unmarshal(value, &list) != nil || slices.Contains(list, nil) {
		return "", false
	}
	lines := make([]string, len(list))
	for i, line := range list {
		lines[i] = *line
	}
	return strings.Join(lines, "\n"), true
}

func referenceDepth(value json.RawMessage) (deepest int) {
	tokens, depth := json.NewDecoder(bytes.NewReader(value)), 0
	for {
		token, err := tokens.Token()
		if err != nil {
			return deepest
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			deepest = max(deepest, depth)
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}
