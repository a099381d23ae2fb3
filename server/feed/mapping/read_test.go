package mapping

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/feed/source"
	"flightboard/server/feed/source/sourcetest"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// parse returns a mapping of Frankfurt with the given keys.
func parse(t testing.TB, keys string) *Mapping {
	t.Helper()
	m, err := Parse("f", []byte(`{"url": "https://example.org", "airport": "FRA", `+keys+`}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// read returns what sourcetest.Format returns, or the error.
func read(m *Mapping, bodies ...string) string {
	var responses []*source.Response
	for i, body := range bodies {
		responses = append(responses, &source.Response{Request: &source.Request{Page: i}, Body: []byte(body)})
	}
	answer, err := m.Read(noon, responses)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return sourcetest.Format(answer)
}

func TestExpressions(t *testing.T) {
	const body = `{"hub": {"iata": "FRA"}, "rows": [{
		"a": "x", "n": 12345678901234567890, "e": "", "null": null, "no": false, "yes": true, "dash": "—", "na": "n/a",
		"o": {"p": "deep", "a.b c": "odd"}, "list": ["l0", "l1", "l2"],
		"objects": [{"k": "A", "v": "1"}, {"k": "b", "v": "2"}],
		"blanks": "  two   words\u00a0", "@id": "at", "odpt:x-y": "colon", "full": "ＡＢ　１"}]}`
	for expression, want := range map[string]string{
		"a": "x", "n": "12345678901234567890", "o.p": "deep", "o.`a.b c`": "odd", "@id": "at", "odpt:x-y": "colon",
		"a + o.p": "xdeep", "a + ' ' + o.p": "x deep", "a+o.p": "xdeep", "'it''s'": "it's", "a + e": "", "e | a": "x",
		"null | no | dash | na | a": "x", "e + a | o.p": "deep", "yes": "true", "no": "", "list": "l0 l1 l2",
		"list[0]": "l0", "list[-1]": "l2", "list[1:]": "l1 l2", "list[:1]": "l0", "list[:-1]": "l0 l1", "list[7]": "",
		"list[-7]": "", "objects.v": "1 2", "objects[k=B].v": "2", "objects[k='a'].v": "1", "objects[k=c].v": "",
		"objects[1].v": "2", "objects.k + objects.v": "A1 b2", "a + objects.v": "x1 x2", "blanks": "two words",
		"full": "AB 1", "../hub.iata": "FRA", "o": "", "missing.a": "", "a.b": "", "list.b": "",
	} {
		m := parse(t, fmt.Sprintf(`"list": "rows", "flight": "'Q'", "codeshares": %q`, expression))
		answer, err := m.Read(noon, []*source.Response{{Body: []byte(body)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(answer.Rows[0].Flight.Codeshares, "\n", " "); got != want {
			t.Errorf("%s = %q, want %q", expression, got, want)
		}
	}
}

func TestPathsInXML(t *testing.T) {
	const body = `<?xml version="1.0"?><!DOCTYPE a><n:root xmlns:n="urn:x" when="now"><b>` +
		`<row id="7" n:odd="o">own<!-- c --> text<c>one</c><d code="A" time="t">said</d>` +
		`<d code="B">more</d></row></b></n:root>`
	for expression, want := range map[string]string{
		"id": "7", "@id": "7", "odd": "o", ".": "own text", "c": "one", "@c": "", "d": "said more",
		"d.code": "A B", "d[code=B]": "more",
		"d[0].time": "t", "d[-1].code": "B", "../../when": "now", "c.x": "",
	} {
		for _, list := range []string{"root.b.row", "b.row"} {
			m := parse(t, fmt.Sprintf(`"list": %q, "flight": "'Q'", "codeshares": %q`, list, expression))
			answer, err := m.Read(noon, []*source.Response{{Body: []byte(body)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.ReplaceAll(answer.Rows[0].Flight.Codeshares, "\n", " "); got != want {
				t.Errorf("%s = %q, want %q", expression, got, want)
			}
		}
	}
}

// What is no answer is an error that says what came.
func TestReadSaysWhatCame(t *testing.T) {
	deepJSON := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	deepXML := strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000)
	bomb := `<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><z>&b;</z>`
	for _, test := range []struct{ name, keys, body, want string }{
		{"nothing", ``, " \n", `the answer is empty`},
		{"a page", ``, "\ufeff<!DOCTYPE html>\n<html><head><title>Access\n denied</title>",
			`the answer is a page of HTML: "Access denied"`},
		{"a page without a title", ``, `<html lang="en"><body>x`, `the answer is a page of HTML`},
		{"a text", ``, `Too many requests`, `the answer is neither JSON nor XML: it begins with "Too many requests"`},
		{"half of JSON", ``, "{\"data\": [\n{\"a\": 1}, {\"b\"", `the answer is not JSON, or only half of it came: line 2, ` +
			`byte 14: unexpected end of JSON input`},
		{"half of XML", ``, "<a>\n<b>", `the answer is not XML, or only half of it came: line 2: unexpected EOF`},
		{"XML for JSON", `"format": "json"`, `<a/>`, `the answer is XML, and format is json: it begins with "<a/>"`},
		{"JSON for XML", `"format": "xml"`, `{}`, `the answer is not XML, and format is xml: it begins with "{}"`},
		{"no such list", `"list": "data.rows"`, `{"data": {"flights": [], "total": 0}}`,
			`list: data has no rows: it is an object with flights, total`},
		{"no such list in an array", `"list": "rows"`, `[{"list": []}]`,
			`list: the answer has no rows: it is an array, and its first element is an object with list`},
		{"an error of the source", `"list": "data"`, `{"error": {"code": 101}}`,
			`list: the answer has no data: it is an object with error`},
		{"no such element", `"list": "a.c.d"`, `<a><b/></a>`, `list: the answer has no c: it is the element a with b`},
		{"rows that are texts", `"list": "data"`, `{"data": ["a", "b"]}`, `list: row 0 is the text "a": want an object`},
		{"deep JSON", ``, deepJSON, `the answer is nested more than 500 levels deep`},
		{"deep XML", ``, deepXML, `the answer cannot be read as XML: the answer is nested more than 500 levels deep`},
		{"an entity bomb", ``, bomb, `line 1: invalid character entity &b;`},
		{"a character set", ``, `<?xml version="1.0" encoding="KOI8-R"?><a/>`, `the character set "KOI8-R" is unknown`},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := parse(t, strings.TrimPrefix(test.keys+`, "flight": "number"`, ", "))
			if got := read(m, test.body); !strings.HasPrefix(got, "error: ") || !strings.Contains(got, test.want) {
				t.Errorf("Read = %swant error: %s", got, test.want)
			}
		})
	}
}

// What has no rows at the moment is an answer.
func TestAnswersWithoutRows(t *testing.T) {
	for _, test := range []struct{ list, body string }{
		{"data", `{"data": []}`}, {"data", `{"data": null}`}, {"data", `{"data": ""}`}, {"items.item", `{"items": ""}`},
		{"items.item", `{"items": null}`}, {"list", `[]`}, {"a.b.c", `<a><b/></a>`}, {"b.c", `<a><b></b></a>`},
		{"a.b.c", `<a><b total="0"/></a>`},
	} {
		m := parse(t, fmt.Sprintf(`"list": %q, "flight": "n"`, test.list))
		if got := read(m, test.body); got != "" {
			t.Errorf("%s in %s: %s", test.list, test.body, got)
		}
	}
}

func TestOneRowAndManyAreAlike(t *testing.T) {
	for _, body := range []string{`{"data": {"n": "A1"}}`, `{"data": [{"n": "A1"}]}`, `{"data": [[{"n": "A1"}]]}`,
		`<x><data><n>A1</n></data></x>`, `<x><data n="A1"/></x>`, `callback({"data": [{"n": "A1"}]});`,
		")]}',\n{\"data\": [{\"n\": \"A1\"}]}", "\ufeff{\"data\": [{\"n\": \"A1\"}]}"} {
		if got := read(parse(t, `"list": "data", "flight": "n"`), body); got != "A1\n" {
			t.Errorf("%s: %q", body, got)
		}
	}
}

// Rows can be the values of an object, or arrays of texts.
func TestRowsOfOtherShapes(t *testing.T) {
	m := parse(t, `"list": "data.*", "flight": "n"`)
	if got, want := read(m, `{"data": {"id1": {"n": "A1"}, "id2": {"n": "A2"}}}`), "A1\nA2\n"; got != want {
		t.Errorf("an object of rows: %q, want %q", got, want)
	}
	m = parse(t, `"list": "aaData", "flight": "[1]", "gate": "[-1]"`)
	if got, want := read(m, `{"aaData": [["x", "A1", "7"], ["x", "A2", null]]}`), "A1, gate 7\nA2\n"; got != want {
		t.Errorf("arrays: %q, want %q", got, want)
	}
	m = parse(t, `"list": "a.flightz", "flight": "n"`)
	want := "complaint: list: there are no rows: the answer has no flightz: it is the element a with flight\n"
	if got := read(m, `<a><flight n="1"/></a>`); got != want {
		t.Errorf("another element: %q, want %q", got, want)
	}
}

func TestCharacterSets(t *testing.T) {
	utf16 := func(text string) string {
		var b bytes.Buffer
		for _, r := range "\ufeff" + text {
			b.Write([]byte{byte(r), byte(r >> 8)})
		}
		return b.String()
	}
	for name, body := range map[string]string{
		"UTF-8":             `<x><r n="A1" c="Málaga"/></x>`,
		"ISO-8859-1":        "<?xml version='1.0' encoding='ISO-8859-1'?><x><r n='A1' c='M\xe1laga'/></x>",
		"windows-1252":      "<?xml version='1.0' encoding='windows-1252'?><x><r n='A1' c='M\xe1laga'/></x>",
		"UTF-16":            utf16(`<?xml version="1.0" encoding="UTF-16"?><x><r n="A1" c="Málaga"/></x>`),
		"UTF-16 of JSON":    utf16(`{"r": {"n": "A1", "c": "Málaga"}}`),
		"entities":          `<x><r n="A1"><c>M&aacute;laga</c></r></x>`,
		"escapes":           `{"r": {"n": "A1", "c": "M\u00e1laga"}}`,
		"CDATA":             `<x><r n="A1"><c><![CDATA[Málaga]]></c></r></x>`,
		"direction and NBS": "{\"r\": {\"n\": \"A1\", \"c\": \"\u200fMálaga\u00a0\"}}",
	} {
		if got := read(parse(t, `"list": "r", "flight": "n", "origin": "c"`), body); got != "A1, Málaga\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
	m := parse(t, `"list": "r", "flight": "n", "origin": "c"`)
	header := http.Header{"Content-Type": {"application/json; charset=ISO-8859-1"}}
	latin := []byte("{\"r\": {\"n\": \"A1\", \"c\": \"M\xe1laga\"}}")
	answer, err := m.Read(noon, []*source.Response{{Header: header, Body: latin}})
	if err != nil || answer.Rows[0].Flight.Origin != "Málaga" {
		t.Errorf("the character set of the header: %v, %+v", err, answer.Rows)
	}
}

// A complaint names the row, or the place in the mapping.
func TestComplaints(t *testing.T) {
	m := parse(t, `"list": "data", "flight": "n", "origin": "city", "expected": {"path": "est_time", "time": "15:04"},
		"arrival": "sched", "gate": ["gate", "stand"], "state": {"path": "st", "words": {"DL": "delayed"}}`)
	long := strings.Repeat("x", 300)
	got := read(m, `{"data": [{"n": "A1", "sched": "2026-11-20T12:00Z", "gate": null, "st": "DL"},
		{"n": null, "sched": "25:00", "gate": "7", "st": "XX"},
		{"n": "A2", "sched": "later", "gate": "7", "city": "`+long+`", "st": "xx 14:05"},
		{"n": "A3", "st": "XX"}, {"n": "A4", "st": "Delayed 4:44 PM"}, {"n": "A5", "st": "dl 16:10"}]}`)
	want := `A1, state delayed
	arrival 2026-11-20T13:00:00+01:00
A2, gate 7, word xx 14:05
A3, word XX
A4, state delayed
A5, state delayed
complaint: data[1]: arrival: "25:00" is not a time of day
complaint (left out): data[1]: flight: the row has no flight number
complaint: data[2]: arrival: "later" is not a time that can be read without a layout: want "time", such as ` +
		`"02.01.2006 15:04", "unix" or "minutes"
complaint: data[2]: origin: has 300 characters, at most 200 fit
complaint: gate[1]: no row has stand: data[0] has no stand: it is an object with n, sched, gate, st
complaint: expected.path: no row has est_time: data[0] has no est_time: it is an object with n, sched, gate, st
not in the table: "XX", 1 times
not in the table: "xx 14:05", 1 times
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRowsThatAreLeftOut(t *testing.T) {
	const body = `{"data": [{"n": "A1", "type": "PAX ", "cs": null, "at": "2026-11-20T12:00Z"},
		{"n": "A2", "type": "pax", "cs": {"n": "B2"}, "at": "2026-11-20T12:00Z"},
		{"n": "A3", "type": 7, "cs": null, "at": "2026-11-22T12:00Z"}, {"n": "A4", "type": true, "at": "2026-11-20T10:00Z"},
		{"n": "A5", "cs": null}]}`
	for keys, want := range map[string]string{
		`"keep": {"type": "PAX"}`:                              "A1 A2",
		`"keep": {"type": ["pax", 7]}`:                         "A1 A2 A3",
		`"keep": {"type": ["pax", 7], "cs.n": null}`:           "A1 A3",
		`"keep": {"type": true}`:                               "A4",
		`"keep": {"type": null}`:                               "A5",
		`"drop": {"type": "pax"}`:                              "A3 A4 A5",
		`"drop": {"type": "pax", "cs.n": null}`:                "",
		`"window": "-1h..+24h", "arrival": "at"`:               "A1 A2 A5",
		`"window": "-3h..+72h", "arrival": "at"`:               "A1 A2 A3 A4 A5",
		`"keep": {"type + '-' + n": ["PAX-A2", "PAX -A1"]}`:    "A1 A2",
		`"drop": {"cs.n | type": ["B2", "true", "PAX"]}`:       "A3 A5",
		`"keep": {"type": "pax"}, "drop": {"cs.n": ["b2"]}`:    "A1",
		`"keep": {"n": ["A1"]}, "window": "-1h..+1h"`:          "A1",
		`"arrival": "at", "keep": {"at": "2026-11-20T12:00Z"}`: "A1 A2",
	} {
		answer, err := parse(t, `"list": "data", "flight": "n", `+keys).Read(noon, []*source.Response{{Body: []byte(body)}})
		if err != nil {
			t.Fatal(err)
		}
		var numbers []string
		for _, row := range answer.Rows {
			numbers = append(numbers, row.Flight.Number)
		}
		if got := strings.Join(numbers, " "); got != want || answer.Left != 5-len(numbers) {
			t.Errorf("%s: %s and %d left out, want %s", keys, got, answer.Left, want)
		}
	}
}
