// Package sourcetest compares the rows that a source reads from a recorded answer with those that are expected.
//
// A case is a text file: lines such as "airport: OSL" and "now: 2026-11-20T08:05:00Z", and then sections, each after a
// line with its name, as in "-- answer.xml --". The sections whose name begins with answer are the responses, those
// called .feed.json the mapping, and want has what [Format] returns.
package sourcetest

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// A Case is a recorded answer and what is expected of it.
type Case struct {
	Head     map[string]string
	Sections []Section
}

// A Section is a part of a case's file.
type Section struct{ Name, Text string }

// Parse reads the file of a case.
func Parse(text string) *Case {
	c := &Case{Head: map[string]string{}}
	for line := range strings.Lines(text) {
		name, isName := strings.CutPrefix(strings.TrimSuffix(line, " --\n"), "-- ")
		switch {
		case isName && strings.HasSuffix(line, " --\n"):
			c.Sections = append(c.Sections, Section{Name: name})
		case len(c.Sections) > 0:
			c.Sections[len(c.Sections)-1].Text += line
		default:
			if key, value, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
				c.Head[key] = strings.TrimSpace(value)
			}
		}
	}
	return c
}

// Compare compares what was read from a case, which is in a file, with the section want. With update it writes that
// section instead.
func (c *Case) Compare(t *testing.T, file, got string, update bool) {
	t.Helper()
	if !update {
		if diff := cmp.Diff(c.Section("want"), got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "-- want --\n"
	before, _, _ := strings.Cut(string(text), mark)
	if err := os.WriteFile(file, []byte(before+mark+got), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Section returns the text of the section with a name, or of the first one whose name ends with it.
func (c *Case) Section(name string) string {
	for _, s := range c.Sections {
		if strings.HasSuffix(s.Name, name) {
			return s.Text
		}
	}
	return ""
}

// Responses returns the sections whose name begins with answer.
func (c *Case) Responses() []*source.Response {
	var all []*source.Response
	for _, s := range c.Sections {
		if strings.HasPrefix(s.Name, "answer") {
			all = append(all, &source.Response{Request: &source.Request{Page: len(all)}, Header: http.Header{},
				Body: []byte(s.Text)})
		}
	}
	return all
}

// Read reads the case's answer and returns what Format returns, or the error.
func (c *Case) Read(s source.Source) string {
	now, err := time.Parse(time.RFC3339, c.Head["now"])
	if err != nil {
		return "now: " + err.Error() + "\n"
	}
	answer, err := s.Read(now, c.Responses())
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return Format(answer)
}

// Format returns an answer as a text: a paragraph for each row.
func Format(a source.Answer) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if !a.Updated.IsZero() {
		line("updated %s", a.Updated.UTC().Format(time.RFC3339))
	}
	for i := range a.Rows {
		formatRow(&b, &a.Rows[i])
	}
	for _, c := range a.Complaints {
		left := ""
		if c.Row {
			left = " (left out)"
		}
		line("complaint%s: %s: %v", left, c.Place, c.Err)
	}
	for _, word := range slices.Sorted(maps.Keys(a.Unmapped)) {
		line("not in the table: %q, %d times", word, a.Unmapped[word])
	}
	if a.Left > 0 {
		line("left out: %d", a.Left)
	}
	if a.Partial {
		line("partial")
	}
	return b.String()
}

func formatRow(b *strings.Builder, row *source.Row) {
	f := &row.Flight
	fmt.Fprintf(b, "%s", f.Number)
	for _, part := range [...]struct{ name, text string }{
		{"= ", strings.ReplaceAll(f.Codeshares, "\n", " ")}, {"from ", f.From}, {"", f.Origin}, {"by ", f.Airline},
		{"terminal ", f.Terminal}, {"gate ", f.Gate}, {"belt ", f.Belt}, {"", f.Remark}, {"id ", f.ID},
		{"state ", f.State}, {"word ", f.Word},
	} {
		if part.text != "" {
			fmt.Fprintf(b, ", %s%s", part.name, part.text)
		}
	}
	b.WriteString("\n")
	formatTime(b, "arrival", row.Arrival)
	formatTime(b, "expected", row.Expected)
	for m, t := range row.Actual {
		formatTime(b, timetable.Milestone(m).String(), t)
	}
	if !row.Stamp.IsZero() {
		fmt.Fprintf(b, "\tstamp %s\n", row.Stamp.UTC().Format(time.RFC3339))
	}
}

func formatTime(b *strings.Builder, name string, t source.Time) {
	if t.At.IsZero() {
		return
	}
	fmt.Fprintf(b, "\t%s %s", name, t.At.Format("2006-01-02T15:04:05Z07:00"))
	if t.Undated {
		b.WriteString(", without a date")
	}
	b.WriteString("\n")
}
