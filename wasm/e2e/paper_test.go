package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

var printedFlight = regexp.MustCompile(`(?m)^F\d{3}$`)

// Each sheet of a printed board has the headings and flights: none has the title only. A flight that leaves while the
// board is printed is on none.
func TestEverySheetHasHeadingsAndFlights(t *testing.T) {
	for _, flights := range []int{1, 25, 59, 220} {
		t.Run(fmt.Sprint(flights), func(t *testing.T) {
			t.Parallel()
			byEveryBrowser(t, func(t *testing.T, r reader) { everySheet(t, r, flights) })
		})
	}
}

func everySheet(t *testing.T, r reader, flights int) {
	s := startServer(t, "-feed", "none", "-rate", "-1")
	s.publishWithTooltips(t, flights)
	s.publish(t, object{"flight": "F999", "origin": "Oslo", "arrival": "09:00", "state": "landed"}.String())
	b := r.open(t, s.url, browser.PageOptions{})
	b.waitForStatus(t, "live")
	b.waitForState(t, "F999", "landed")
	s.publish(t, leaves("F999"))
	b.waitForState(t, "F999", "")
	var fades bool
	must(t, b.Eval(soon(t), `document.querySelector('tr.left') !== null`, &fades))
	pdf, err := b.Print(soon(t))
	must(t, err)
	sheets := pdfTexts(t, pdf)
	t.Logf("%d sheets; a row fades: %v", len(sheets), fades)
	var printed []string
	for i, sheet := range sheets {
		// The pieces are in the order in which they are painted: the headings come last.
		if !strings.Contains(sheet, "\nOrigin\nFlight\nArrival\nState") || !printedFlight.MatchString(sheet) {
			t.Errorf("sheet %d has no headings or no flights:\n%s", i+1, sheet)
		}
		if strings.Contains(sheet, "\nArrivals\n") != (i == 0) {
			t.Errorf("the title is not on the first sheet alone: sheet %d has\n%s", i+1, sheet)
		}
		printed = append(printed, printedFlight.FindAllString(sheet, -1)...)
	}
	var want []string
	for _, r := range s.rows(t) {
		want = append(want, r.Flight)
	}
	if !slices.Equal(printed, want) {
		t.Errorf("the sheets have the flights %q, want %q", printed, want)
	}
	if most := flights/25 + 1; len(sheets) > most {
		t.Errorf("%d flights are on %d sheets, want %d at most", flights, len(sheets), most)
	}
}
