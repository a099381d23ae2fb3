// Package check writes what a board would make of a source's answer, for people who make a mapping or look for what is
// wrong with one.
package check

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// A Report is what is known about an answer.
type Report struct {
	About      source.About
	Now        time.Time // when the answer came
	Answer     source.Answer
	Flights    []timetable.Flight // the board that the answer makes
	Complaints []source.Complaint // about it
}

// Stands reports whether a board would stand on the answer: it has flights, and of ten rows at most one is left out.
func (r *Report) Stands() bool {
	rejected := r.rejected()
	return len(r.Flights) > 0 && 10*rejected <= len(r.Flights)+rejected
}

func (r *Report) rejected() (n int) {
	for _, one := range r.Complaints {
		if one.Row {
			n++
		}
	}
	return n
}

// Write writes the report: the rows as the board shows them with the times as the source wrote them, all complaints,
// and all words for states that the mapping lacks.
func (r *Report) Write(w io.Writer) error {
	out := &strings.Builder{}
	r.writeHead(out)
	if len(r.Flights) > 0 {
		fmt.Fprintln(out)
		r.writeFlights(out)
	}
	r.writeComplaints(out)
	r.writeWords(out)
	fmt.Fprintln(out)
	if r.Stands() {
		fmt.Fprintln(out, "A board would stand on this answer.")
	} else {
		fmt.Fprintln(out, "No board would stand on this answer.")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (r *Report) writeHead(out *strings.Builder) {
	a := r.About
	fmt.Fprintf(out, "%s: arrivals at %s, in the zone %s, as of %s\n", a.Name,
		cmp.Or(a.Airport, "an airport without a code"), a.Zone, r.Now.In(a.Zone).Format("Mon 2 Jan 2006 15:04:05 -07:00"))
	flights := count(len(r.Flights), "flight")
	fmt.Fprintf(out, "%s; %d left out on purpose, %d rejected\n", flights, r.Answer.Left, r.rejected())
	if at := r.Answer.Updated; !at.IsZero() {
		age := r.Now.Sub(at).Round(time.Second)
		fmt.Fprintf(out, "the source's own time: %s, %v before the answer\n", at.Format(time.RFC3339), age)
	}
	fmt.Fprintf(out, "asked every %v", a.Every)
	if q := a.Quota; q.Requests > 0 {
		fmt.Fprintf(out, ", at most %d times in %v", q.Requests, q.Per)
	}
	fmt.Fprintln(out)
	for _, line := range [...]struct{ name, text string }{{"credit", a.Credit}, {"terms", a.Terms}} {
		if line.text != "" {
			fmt.Fprintf(out, "%s: %s\n", line.name, line.text)
		}
	}
	if len(a.Keys) > 0 {
		fmt.Fprintf(out, "keys: $%s\n", strings.Join(a.Keys, ", $"))
	}
}

var columns = []timetable.Field{timetable.FieldNumber, timetable.FieldOrigin, timetable.FieldArrival,
	timetable.FieldExpected, timetable.FieldState, timetable.FieldWord, timetable.FieldAirline, timetable.FieldFrom,
	timetable.FieldTerminal, timetable.FieldGate, timetable.FieldBelt, timetable.FieldCodeshares, timetable.FieldRemark}

// writeFlights writes the flights, with the columns that are not empty, and how their times were written.
func (r *Report) writeFlights(out *strings.Builder) {
	var filled timetable.Fields
	for i := range r.Flights {
		filled |= r.Flights[i].Filled()
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(cell func(timetable.Field) string, last string) {
		var cells []string
		for _, k := range columns {
			if filled.Has(k) {
				cells = append(cells, cell(k))
			}
		}
		fmt.Fprintln(table, strings.Join(append(cells, last), "\t"))
	}
	line(func(k timetable.Field) string { return strings.ToUpper(k.String()) }, "AS WRITTEN")
	rows := r.rowsByLeg()
	for i := range r.Flights {
		f := &r.Flights[i]
		written := ""
		if row := rows[legOf(f.Number, f.Arrival)]; row != nil {
			written = asWritten(row)
		}
		line(func(k timetable.Field) string { return cellOf(f.Text(k), k) }, written)
	}
	table.Flush()
}

// cellOf returns a text in one cell of the table. Times have their date, because a wrong one is what people look for.
func cellOf(text string, k timetable.Field) string {
	if k == timetable.FieldArrival || k == timetable.FieldExpected {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return at.Format("Mon 2 Jan 15:04 -07:00")
		}
	}
	return strings.ReplaceAll(text, "\n", ", ")
}

func legOf(number, arrival string) string {
	t, _ := timetable.ParseTime(arrival)
	return fmt.Sprint(number, t.Seconds, t.Dated)
}

func (r *Report) rowsByLeg() map[string]*source.Row {
	rows := make(map[string]*source.Row, len(r.Answer.Rows))
	for i := range r.Answer.Rows {
		row := &r.Answer.Rows[i]
		arrival := ""
		if !row.Arrival.At.IsZero() {
			arrival = row.Arrival.At.Format(time.RFC3339)
		}
		rows[legOf(row.Flight.Number, arrival)] = row
	}
	return rows
}

// asWritten returns a row's times as the source wrote them.
func asWritten(row *source.Row) string {
	var parts []string
	add := func(name string, t source.Time) {
		switch {
		case t.At.IsZero():
		case t.Undated:
			parts = append(parts, fmt.Sprintf("%s %q (has no date)", name, t.Text))
		default:
			parts = append(parts, fmt.Sprintf("%s %q", name, t.Text))
		}
	}
	add("arrival", row.Arrival)
	add("expected", row.Expected)
	for m, t := range row.Actual {
		add(timetable.Milestone(m).String(), t)
	}
	return strings.Join(parts, ", ")
}

func (r *Report) writeComplaints(out *strings.Builder) {
	if len(r.Complaints) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", count(len(r.Complaints), "complaint"))
	for _, one := range r.Complaints {
		fmt.Fprintf(out, "  %s: %v", one.Place, one.Err)
		if one.Row {
			fmt.Fprint(out, " (the row is left out)")
		}
		fmt.Fprintln(out)
	}
}

func (r *Report) writeWords(out *strings.Builder) {
	if len(r.Answer.Unmapped) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s that the table of words lacks, shown as it is:\n", count(len(r.Answer.Unmapped), "word"))
	for _, word := range slices.Sorted(maps.Keys(r.Answer.Unmapped)) {
		fmt.Fprintf(out, "  %q, %s\n", word, count(r.Answer.Unmapped[word], "time"))
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
