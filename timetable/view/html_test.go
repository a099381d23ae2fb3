package view

import (
	"encoding/xml"
	"html"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
)

func TestAppendRowsWritesTheBoard(t *testing.T) {
	tests := []struct {
		reason  string
		flights []timetable.Flight
		zone    Zone
		want    string
	}{
		{"an empty board has no rows; the page's style then shows a text", nil, Airport, ""},
		{
			"the four columns, in their order; a state that is not of the vocabulary has no sign",
			[]timetable.Flight{
				{Number: "I768", Origin: "Rome", Arrival: "10:10", State: "Landing"},
				{Number: "A123", Origin: "London", Arrival: "08:15", State: "on hold"},
			}, Airport, `
<tr data-flight="A123"><td data-col="origin">London</td><td data-col="flight">A123</td><td data-col="arrival">08:15</td><td data-col="state">on hold</td></tr>
<tr data-flight="I768" data-state="landing"><td data-col="origin">Rome</td><td data-col="flight">I768</td><td data-col="arrival">10:10</td><td data-col="state">Landing</td></tr>
`,
		},
		{
			"a further column for all rows when one has it; a row is named by its ID; the time of day keeps its date aside",
			[]timetable.Flight{
				{Number: "JL5", ID: "JL5-22", Origin: "Tokyo", Arrival: "2023-12-22T10:10:00-05:00", Gate: "B7"},
				{Number: "A123", Origin: "London", Arrival: "2023-12-22T08:15:00-05:00"},
			}, Airport, `
<tr data-flight="A123"><td data-col="origin">London</td><td data-col="flight">A123</td><td data-col="arrival" data-value="2023-12-22T08:15:00-05:00">08:15</td><td data-col="state"></td><td data-col="gate"></td></tr>
<tr data-flight="JL5-22"><td data-col="origin">Tokyo</td><td data-col="flight">JL5</td><td data-col="arrival" data-value="2023-12-22T10:10:00-05:00">10:10</td><td data-col="state"></td><td data-col="gate">B7</td></tr>
`,
		},
		{
			"an expected time without a date is on the day nearest to the scheduled time, and data-value has its text",
			[]timetable.Flight{{Number: "A123", Origin: "London", Arrival: "2023-12-22T23:50:00-05:00", Expected: "00:10"}}, Airport, `
<tr data-flight="A123"><td data-col="origin">London</td><td data-col="flight">A123</td><td data-col="arrival" data-value="2023-12-22T23:50:00-05:00">23:50</td><td data-col="state"></td><td data-col="expected" data-value="00:10">00:10 +1</td></tr>
`,
		},
		{
			"a time of another day than the board's says so, and the first row of each day has its date",
			[]timetable.Flight{
				{Number: "A123", Origin: "London", Arrival: "08:15", Dated: "2023-12-22T08:15:00-05:00"},
				{Number: "JL5", Origin: "Tokyo", Arrival: "2023-12-23T10:10:00-05:00"},
			}, Airport.On(19714), `
<tr data-flight="A123" data-begins="Friday 22 December" data-dated="2023-12-22T08:15:00-05:00"><td data-col="origin" data-begins="Friday 22 December">London</td><td data-col="flight">A123</td><td data-col="arrival" data-value="08:15">08:15 −1</td><td data-col="state"></td></tr>
<tr data-flight="JL5" data-begins="Saturday 23 December"><td data-col="origin" data-begins="Saturday 23 December">Tokyo</td><td data-col="flight">JL5</td><td data-col="arrival" data-value="2023-12-23T10:10:00-05:00">10:10</td><td data-col="state"></td></tr>
`,
		},
		{
			"what there is to know beside the cells is the title of the state, which the keyboard reaches",
			[]timetable.Flight{
				{Number: "A123", Origin: "London", Arrival: "08:15", State: "landed", Gate: "B7", Word: "Gelandet & \"fertig\"",
					Feed: "jfk", Overridden: "gate\nstate"},
			}, Airport, `
<tr data-flight="A123" data-state="landed" data-by-hand="gate state" data-word="Gelandet &amp; &#34;fertig&#34;" data-feed="jfk"><td data-col="origin">London</td><td data-col="flight">A123</td><td data-col="arrival">08:15</td><td data-col="state" title="in the feed “Gelandet &amp; &#34;fertig&#34;”, from jfk, by hand: Gate, State" tabindex="0">landed</td><td data-col="gate">B7</td></tr>
`,
		},
	}
	for _, test := range tests {
		var b timetable.Board
		b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: test.flights})
		if diff := cmp.Diff(test.want, string(AppendRows(nil, &b, test.zone))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.reason, diff)
		}
	}
}

// Texts of flights are escaped: a parser of the HTML returns the same flights.
func FuzzAppendRowsEscapes(f *testing.F) {
	f.Add("A123", `</td><script>alert(1)</script>`)
	f.Add(`"><img src=x onerror=alert(1)>`, "a & b 'c' \"d\"")
	f.Add("&amp;", "&lt;&#0;")
	f.Fuzz(func(t *testing.T, number, text string) {
		c := timetable.Change{Kind: timetable.KindAdd,
			Flight: timetable.Flight{Number: number, Origin: text, State: text, Arrival: "10:10"}}
		if c.Validate() != nil {
			return
		}
		var b timetable.Board
		b.Apply(&c)
		var table struct {
			Rows []struct {
				Key   string `xml:"data-flight,attr"`
				Cells []struct {
					Column string     `xml:"data-col,attr"`
					Text   string     `xml:",chardata"`
					Others []struct{} `xml:",any"`
				} `xml:"td"`
				Others []struct{} `xml:",any"`
			} `xml:"tr"`
			Others []struct{} `xml:",any"`
		}
		html := "<tbody>" + string(AppendRows(nil, &b, Airport)) + "</tbody>"
		if err := xml.Unmarshal([]byte(html), &table); err != nil {
			if _, tooStrict := err.(*xml.SyntaxError); tooStrict && !xmlHas(text+number) {
				return
			}
			t.Fatalf("%v in %s", err, html)
		}
		if len(table.Rows) != 1 || len(table.Others) != 0 || len(table.Rows[0].Others) != 0 || len(table.Rows[0].Cells) != 4 {
			t.Fatalf("want one row of four cells: %s", html)
		}
		row := table.Rows[0]
		if row.Key != number {
			t.Errorf("the row is named %q, want %q", row.Key, number)
		}
		for i, want := range []string{text, number, "10:10", text} {
			if got := row.Cells[i].Text; got != want || len(row.Cells[i].Others) != 0 {
				t.Errorf("cell %s is %q, want %q", row.Cells[i].Column, got, want)
			}
		}
	})
}

// xmlHas reports whether XML can contain the text; HTML can contain a few characters more.
func xmlHas(text string) bool {
	for _, r := range text {
		if r == 0xFFFE || r == 0xFFFF || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return false
		}
	}
	return true
}

func TestTextsAreEscapedAsPackageHTMLDoes(t *testing.T) {
	for _, text := range []string{"", "London", `<a href="x">'&'</a>`, "São Paulo & Łódź", "\x00\xff<", "&amp;"} {
		if got, want := string(appendEscaped(nil, text)), html.EscapeString(text); got != want {
			t.Errorf("%q is escaped as %q, want %q", text, got, want)
		}
	}
}
