package feed

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Exports of other programs, and of operators who know nothing about CSV.
func TestTablesFromTheField(t *testing.T) {
	wien := []string{"flight=OS88 origin=Wien"}
	for _, c := range []struct {
		reason, name, text string
		want               []string
		complaint          string // a part of what is logged; "": nothing is
	}{
		{"empty cells behind the last column", "day.csv", "Flight;Origin\nOS88;Wien;;\n", wien, ""},
		{"and a text there", "day.csv", "Flight;Origin\nOS88;Wien;late\n", nil, "has 3 cells, want 2 as the headings"},
		{"a comma inside a cell moves the others", "day.csv", "flight,origin,gate\nOS88,Wien, Schwechat,\n", nil,
			"has 4 cells, want 3 as the headings: write empty cells too, and quotation marks"},
		{"headings of nothing behind the last cell", "day.csv", "Flight;Origin;;\nOS88;Wien\n", wien, "columns ignored"},
		{"headings on each sheet", "day.csv", "flight,origin\nOS88,Wien\n\nFlight,Origin\nLX2,Bern\n",
			[]string{"flight=LX2 origin=Bern", "flight=OS88 origin=Wien"}, ""},
		{"a title that looks like a heading", "day.csv", "Flight;Liste vom Montag\nFlight;Origin\nOS88;Wien\n", wien,
			"columns ignored"},
		{"all that is wrong with a row", "day.csv", "flight,arrival,expected,gate\nOS88,noon,28/11/2026 18:05,#REF!\n", nil,
			`or 18:05; arrival: \"noon\" is neither HH:MM nor RFC 3339 with an offset; gate: \"#REF!\" is what a spreadsheet`},
		{"an inch", "day.csv", "flight,origin,remark\nOS88,Wien,5\" late\nLX2,Bern,\n",
			[]string{"flight=LX2 origin=Bern", `flight=OS88 origin=Wien remark=5" late`}, ""},
		{"a mark inside a quoted cell", "day.csv", "flight,origin\nOS88,Wien\nLX2,\"Be\"rn\"\n", wien,
			"a quotation mark inside a quoted cell is written twice"},
		{"texts as formulas", "day.csv", "flight;origin\n=\"OS88\";=\"Wien\"\n", wien, ""},
		{"quoted as well", "day.csv", "flight,origin\n\"=\"\"OS88\"\"\",Wien\n", wien, ""},
		{"the end that DOS writes", "day.csv", "flight,origin\nOS88,Wien\n\x1a", wien, ""},
		{"JSON", "day.csv", "[{\"flight\":\"OS88\"}]\n", nil, "this is JSON, not a table"},
		{"a table by another name", "day.txt", "Flight;Origin\nOS88;Wien\n", nil, "this is a table, and its file's name"},
		{"with a separator named", "day.txt", "sep=;\nFlight;Origin\nOS88;Wien\n", nil, "this is a table"},
		{"and one with tabs", "day.tab", "Flight\tOrigin\nOS88\tWien\n", wien, ""},
		{"a row that a data frame writes", "day.csv", ",flight,arrival,gate\n0,OS88,NaT,nan\n", []string{"flight=OS88"},
			"columns ignored"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			watch(t, c.name, c.text, func(w *watched) {
				time.Sleep(whole)
				synctest.Wait()
				if diff := cmp.Diff(c.want, w.log.all()); diff != "" {
					t.Errorf("(-want +got):\n%s%s", diff, &w.told.text)
				}
				told := w.told.text.String()
				if c.complaint == "" && told != "" || !strings.Contains(told, c.complaint) {
					t.Errorf("logged %q, want %q", told, c.complaint)
				}
			})
		})
	}
}
