package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const exampleOfTheDesign = `{
  "url": "https://api.example.org/airports/{airport}/arrivals",
  "airport": "SJC",
  "headers": {"X-Api-Key": "$SJC_KEY"},
  "every": "60s",
  "list": "data.flights",
  "keep": {"type": ["PAX", "J"]},
  "flight": "airline.code + number",
  "origin": "from.city",
  "from": "from.iata",
  "arrival":  {"path": "scheduled", "time": "2006-01-02T15:04:05", "zone": "airport"},
  "expected": {"path": "estimated", "time": "15:04", "zone": "airport"},
  "landed":   {"path": "statusText", "match": "Landed (\\d\\d:\\d\\d)", "time": "15:04"},
  "state":    {"path": "status", "words": {"DL": "delayed", "CX": "cancelled"}},
  "credit": "Source: Example Airports, CC BY 4.0"
}`

func TestParseReadsTheExampleOfTheDesign(t *testing.T) {
	m, err := Parse("sjc.feed.json", []byte(exampleOfTheDesign), Options{})
	if err != nil {
		t.Fatal(err)
	}
	about := m.About()
	got := []string{about.Name, about.Airport, about.Zone.String(), about.Credit, about.Every.String(),
		strings.Join(about.Keys, " ")}
	want := []string{"sjc", "SJC", "America/Los_Angeles", "Source: Example Airports, CC BY 4.0", "1m0s", "SJC_KEY"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("About (-want +got):\n%s", diff)
	}
}

// Each case replaces a part of a good mapping, on lines 1 to 7.
func TestParseNamesThePlaceOfWhatIsWrong(t *testing.T) {
	const good = `{
"url": "https://example.org/{date}",
"airport": "FRA",
"list": "data",
"flight": "number",
"arrival": {"path": "at", "time": "15:04"},
"state": {"path": "status", "words": {"DL": "delayed"}}
}`
	if _, err := Parse("f", []byte(good), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, replaced, by, want string }{
		{"not JSON", `"list": "data",`, `"list": data,`, `f:4:9: invalid character 'd' looking for beginning of value`},
		{"half a file", `}
}`, `}`, `f:7:55: unexpected end of JSON input`},
		{"an unknown key", `"list"`, `"lits"`, `f:4: lits: there is no such key: did you mean list?`},
		{"another one", `"words"`, `"worte"`, `f:7: state.worte: there is no such key: did you mean words?`},
		{"a key twice", `"list": "data",`, `"list": "data", "list": "b",`, `f:4: list: is there twice`},
		{"a key of another kind of value", `"time": "15:04"`, `"words": {}`,
			`f:6: arrival.words: there is no such key: want one of if, match, path, time, zone`},
		{"a wrong type", `"flight": "number"`, `"flight": 7`, `f:5: flight: is the number 7: want an object`},
		{"a wrong path", `"number"`, `"a..b"`,
			`f:5: flight: "a..b": want a name before ".b"; a name with such characters stands between backquotes`},
		{"a path that ends", `"number"`, `"a + "`, `f:5: flight: "a + ": a name is missing at the end`},
		{"a path that is two", `"data"`, `"a | b"`, `f:4: list: "a | b" is not one path`},
		{"a bracket that is open", `"data"`, `"a[x=1"`, `f:4: list: "a[x=1": want ] after the value`},
		{"a bracket without meaning", `"data"`, `"a[x]"`,
			`f:4: list: "a[x]": want a number, a range such as 1:, or name=value between [ and ]`},
		{"two names", `"number"`, `"a b"`, `f:5: flight: "a b": want + or | before "b"`},
		{"a text that is open", `"number"`, `"'a"`, `f:5: flight: "'a": want ' at the end of the text`},
		{"a word that is no state", `"delayed"`, `"late"`, `f:7: state.words.DL: "late" is not a state: want one of ` +
			`scheduled, en route, expected, delayed, approaching, landing, landed, arrived, on belt, finished, diverted, ` +
			`cancelled, returned`},
		{"a word that is no text", `"delayed"`, `1`, `f:7: state.words.DL: is the number 1: want a text`},
		{"a layout without hours", `"15:04"`, `"2006-01-02"`, `f:6: arrival.time: "2006-01-02" has no hour: ` +
			`a layout is the time 2006-01-02 15:04:05 as the source would write it`},
		{"a layout with half a day", `"15:04"`, `"3:04"`,
			`f:6: arrival.time: "3:04" has hours up to 12, and neither PM nor pm`},
		{"a layout with half a date", `"15:04"`, `"02 15:04"`,
			`f:6: arrival.time: "02 15:04" has a part of a date only: want day and month as well`},
		{"a unit and a layout", `"15:04"`, `["15:04", "unix"]`,
			`f:6: arrival.time[1]: unix stands alone, without layouts`},
		{"a zone", `"15:04"`, `"15:04", "zone": "CET"`, `f:6: arrival.zone: "CET" is not a zone: ` +
			`want airport, UTC, a name such as Europe/Berlin, or {"path": …}`},
		{"no path", `"path": "at", `, ``, `f:6: arrival.path: is missing`},
		{"a regular expression", `"15:04"`, `"15:04", "match": "("`, "f:6: arrival.match: missing closing ): `(`"},
		{"a placeholder", `{date}`, `{dat}`, `f:2: url: {dat}: is not a placeholder: want {airport}, {icao}, {date}, ` +
			`{date-1}, {now-2h:2006-01-02T15:04}, {utc+1h} or {unix-36h}`},
		{"a shift", `{date}`, `{now-2x}`, `f:2: url: {now-2x}: time: unknown unit "x" in duration "-2x"`},
		{"a brace", `{date}`, `{ab`, `f:2: url: "{ab" is not a placeholder`},
		{"an address", `https://example.org`, `ftp://example.org`, `is not an address that begins with https:// or http://`},
		{"no address", `"url": "https://example.org/{date}",`, ``, `f:1: url: is missing: want the address of the arrivals`},
		{"no flight", `"flight": "number",`, ``, `f:1: flight: is missing: want the path of the flight number`},
		{"an airport", `"FRA"`, `"Frankfurt"`, `airport: "FRANKFURT" is not a code of IATA, such as FRA, or of ICAO`},
		{"an airport that is unknown", `"FRA"`, `"QQQ"`,
			`zone: is missing: the airport QQQ is not in the table, so that its zone is unknown`},
		{"every", `"list"`, `"every": "60", "list"`, `f:4: every: "60" is not a time of at least 1s, such as 60s`},
		{"a quota", `"list"`, `"quota": "9/week", "list"`,
			`f:4: quota: "9/week" is not a quota such as 1000/day; the periods are minute, hour, day and month`},
		{"a window", `"list"`, `"window": "12h", "list"`, `f:4: window: "12h" is not a window such as -12h..+36h`},
		{"pages", `"list"`, `"pages": 0, "list"`, `f:4: pages: is the number 0: want a number of at least 1`},
		{"a key's name", `"list"`, `"headers": {"K": "$"}, "list"`,
			`f:4: headers.K: "$": want the name of a variable after $, or $$ for a dollar`},
		{"a header's name", `"list"`, `"headers": {"a b": "c"}, "list"`, `f:4: headers: "a b" is not the name of a header`},
		{"a token", `"list"`, `"token": {"url": "x", "id": "A", "secret": "$B"}, "list"`,
			`f:4: token.id: "A" is not the name of a variable, such as $MY_ID`},
		{"a format", `"list"`, `"format": "csv", "list"`, `f:4: format: "csv" is neither json nor xml`},
		{"a condition", `"list"`, `"keep": {"a": {}}, "list"`,
			`f:4: keep.a: is an object: want texts, numbers, true, false or null`},
		{"the next page", `"list"`, `"next": {"offset": "+1", "x": "y"}, "list"`,
			`f:4: next: has parameters that are counted and others that are set: want one kind`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, test.replaced, test.by, 1)
			if text == good {
				t.Fatalf("%q is not in the mapping", test.replaced)
			}
			_, err := Parse("f", []byte(text), Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Parse: %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestParseReportsAllThatIsWrong(t *testing.T) {
	_, err := Parse("f", []byte(`{"url": 1, "state": {"words": {"A": "b"}}, "zone": "x"}`), Options{})
	if n := strings.Count(err.Error(), "\n") + 1; n != 5 {
		t.Errorf("%d errors, want 5: url, airport, flight, state.path, state.words.A:\n%v", n, err)
	}
}

func TestPresetsTakeTheAirportOfTheirName(t *testing.T) {
	text := []byte(`{"url": "https://example.org/{airport}/{icao}", "flight": "a"}`)
	for given, want := range map[string]string{"fra": "FRA", "EDDF": "FRA", "KJFK": "JFK"} {
		m, err := Parse("f", text, Options{Airport: given})
		if err != nil {
			t.Errorf("%s: %v", given, err)
		} else if got := m.About().Airport; got != want {
			t.Errorf("%s: airport %s, want %s", given, got, want)
		}
	}
	if _, err := Parse("f", []byte(`{"url": "https://x.org", "airport": "HKG", "flight": "a"}`),
		Options{Airport: "OSL"}); err == nil || !strings.Contains(err.Error(), "airport: is HKG, and not OSL") {
		t.Errorf("another airport than the mapping's: %v", err)
	}
}
