package mapping

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"flightboard/server/feed/source"
)

func TestOneRowALeg(t *testing.T) {
	const at, later = `"2026-11-20T12:00Z"`, `"2026-11-20T13:00Z"`
	row := func(n, at, more string) string { return fmt.Sprintf(`{"n": %q, "at": %s%s}`, n, at, more) }
	for _, test := range []struct {
		reason, keys string
		rows         []string
		want         string
	}{
		{"exact duplicates", ``, []string{row("A1", at, ""), row("A1", at, ""), row("A1", at, "")}, "A1"},
		{"a number twice a day", ``, []string{row("A1", at, ""), row("A1", later, "")}, "A1, A1"},
		{"a number from two places at once", ``,
			[]string{row("A1", at, `, "from": "OSL"`), row("A1", at, `, "from": "BGO"`)}, "A1 OSL, A1 BGO"},
		{"two identities", ``, []string{row("A1", at, `, "id": "1"`), row("A1", at, `, "id": "2"`)}, "A1, A1"},
		{"the same with blanks and zeros", ``, []string{row("BA 031", at, ""), row("BA31", at, "")}, "BA31"},
		{"digits in a carrier", ``,
			[]string{row("U2 12", at, ""), row("U212", at, ""), row("9W 1", at, "")}, "U212, 9W 1"},
		{"a later page has news", ``,
			[]string{row("A1", at, `, "gate": "1", "belt": "4"`), row("A1", at, `, "gate": "2"`)}, "A1 2 4"},
		{"an older stamp loses", ``, []string{row("A1", at, `, "gate": "1", "st": "2026-11-20T11:50Z"`),
			row("A1", at, `, "gate": "2", "st": "2026-11-20T11:40Z"`)}, "A1 1"},
		{"numbers in one text", ``, []string{row("BA 31, IB 7371/AA 6", at, "")}, "BA 31=IB 7371 AA 6"},
		{"a slash that parts no numbers", ``, []string{row("OS/LH 5", at, "")}, "OS/LH 5"},
		{"without times only equal rows", ``,
			[]string{row("A1", "null", ""), row("A1", "null", ""), row("A1", "null", `, "gate": "2"`)}, "A1, A1 2"},

		{"codeshares", `, "operating": "op"`,
			[]string{row("A1", at, ""), row("B2", at, `, "op": "a1"`), row("C3", at, `, "op": "A 1"`)}, "A1=B2 C3"},
		{"a codeshare before its flight", `, "operating": "op"`,
			[]string{row("B2", at, `, "op": "A1"`), row("A1", at, `, "op": "A1"`)}, "A1=B2"},
		{"a codeshare of another leg", `, "operating": "op"`,
			[]string{row("A1", at, ""), row("B2", later, `, "op": "A1"`)}, "A1, A1=B2"},
		{"without its flight", `, "operating": "op"`,
			[]string{row("B2", at, `, "op": "a1"`), row("C3", at, `, "op": "a1"`)}, "A1=B2 C3"},
		{"what the flight lacks", `, "operating": "op"`,
			[]string{row("A1", at, ""), row("B2", at, `, "op": "A1", "gate": "7"`)}, "A1=B2 7"},

		{"one aircraft", `, "fold": ["reg", "at"]`,
			[]string{row("A1", at, `, "reg": "X"`), row("B2", at, `, "reg": "x "`), row("C3", at, "")}, "A1=B2, C3"},
		{"one aircraft, two legs", `, "fold": ["reg", "at"]`,
			[]string{row("A1", at, `, "reg": "X"`), row("A3", later, `, "reg": "X"`)}, "A1, A3"},
		{"the one that operates", `, "fold": ["reg"], "operating": "op"`,
			[]string{row("B2", at, `, "reg": "X", "op": "unknown"`),
				row("A1", at, `, "reg": "X"`), row("C3", at, `, "reg": "X", "op": "unknown"`)}, "A1=B2 C3"},
		{"two that operate", `, "fold": ["reg"], "operating": "op"`,
			[]string{row("A1", at, `, "reg": "X"`), row("B2", at, `, "reg": "X"`)}, "A1, B2"},
		{"an unknown one alone", `, "fold": ["reg"], "operating": "op"`,
			[]string{row("B2", at, `, "reg": "X", "op": "unknown"`)}, "B2"},
	} {
		m := parse(t, `"list": "data", "flight": "n", "id": "id", "from": "from", "gate": "gate", "belt": "belt",
			"arrival": "at", "stamp": "st"`+test.keys)
		body := `{"data": [` + strings.Join(test.rows, ",") + `]}`
		answer, err := m.Read(noon, []*source.Response{{Body: []byte(body)}})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, row := range answer.Rows {
			f := row.Flight
			texts := []string{f.Number, f.From, f.Gate, f.Belt}
			if f.Codeshares != "" {
				texts[0] += "=" + strings.ReplaceAll(f.Codeshares, "\n", " ")
			}
			texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
			rows = append(rows, strings.Join(texts, " "))
		}
		if got := strings.Join(rows, ", "); got != test.want {
			t.Errorf("%s: %s, want %s", test.reason, got, test.want)
		}
	}
}
