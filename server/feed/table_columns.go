package feed

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

// A layout is the columns of a table, and what separates its cells.
type layout struct {
	fields    []string // the field of each column; empty: none. nil: the line that names them has not come
	separator rune     // 0: not known yet
	mixed     bool     // the column from holds cities as well: no other column has them
}

// separators of cells, as spreadsheets write them in one country or another.
var separators = []rune{',', ';', '\t', '|'}

// maxTitles is how many lines may stand above the columns' names.
const maxTitles = 20

// heading reads a line above the rows: the columns' names, the separator as in sep=;, or a title. With only it reads
// nothing but columns' names, and reports whether it has.
func (t *table) heading(line tableLine, only bool) bool {
	if separator, ok := strings.CutPrefix(strings.ToLower(strings.Trim(line.text, `" `)), "sep="); ok {
		if r := []rune(separator); len(r) == 1 && slices.Contains(separators, r[0]) {
			t.separator = r[0]
			return true
		}
	}
	var ignored []string
	t.layout, ignored = columnsOf(line.text, t.separator)
	if t.fields != nil {
		if len(ignored) > 0 && t.version == 1 {
			t.lines.logger.Info("columns ignored", "columns", strings.Join(ignored, ", "))
		}
		return true
	}
	if only { // a title may have any quotation marks
		return false
	}
	if t.titles++; t.titles == 1 {
		t.first = line
	}
	if t.titles == maxTitles {
		t.noHeading()
	}
	return true
}

// noHeading rejects the table, with the remedy.
func (t *table) noHeading() {
	t.useless = true
	if start := strings.TrimLeft(t.first.text, " \ufeff"); start != "" && (start[0] == '{' || start[0] == '[') {
		t.reject(t.first, "", errors.New("this is JSON, not a table: give the file another name than .csv or .tsv, and "+
			"write one change a line"))
		return
	}
	t.reject(t.first, "", fmt.Errorf("no line names the columns: want one with flight or id, such as "+
		"flight,origin,arrival, above the rows, not %q", t.first.text[:min(len(t.first.text), timetable.MaxIdentity)]))
}

// columnsOf returns the columns that a line names; none if no column names a flight. The separator is the one with
// which the line names most fields, if it is not given.
func columnsOf(line string, given rune) (best layout, ignored []string) {
	most := 0
	best.separator = given
	for _, separator := range separators {
		if given != 0 && given != separator {
			continue
		}
		cells, err := splitAt(line, separator)
		if err != nil {
			continue
		}
		fields, others := fieldsOf(cells)
		known := len(cells) - len(others)
		if known > most && (slices.Contains(fields, "flight") || slices.Contains(fields, "id")) {
			best.fields, best.separator, ignored, most = fields, separator, others, known
		}
	}
	best.mixed = slices.Contains(best.fields, "from") && !slices.Contains(best.fields, "origin")
	return best, ignored
}

var errTable = errors.New("this is a table, and its file's name is not that of one: want a name that ends in .csv " +
	"or .tsv")

// namesColumns reports whether the first line of a file that is not a table by its name has a table's headings.
func namesColumns(line string) bool {
	if strings.HasPrefix(strings.ToLower(line), "sep=") {
		return true
	}
	columns, _ := columnsOf(line, 0)
	return named(columns.fields) > 1
}

// fieldsOf returns the field that each cell names, and the cells that name none. Of two columns of one field the one
// that names it more exactly counts, of two alike the last.
func fieldsOf(cells []string) (fields, ignored []string) {
	fields = make([]string, len(cells))
	rank := make([]int, len(cells))
	for i, cell := range cells {
		fields[i], rank[i] = fieldOf(clean(cell))
		if j := slices.Index(fields[:i], fields[i]); fields[i] != "" && j >= 0 {
			if rank[i] < rank[j] {
				j = i
			}
			fields[j] = ""
		}
	}
	for i, field := range fields {
		if field == "" {
			ignored = append(ignored, strings.Clone(strings.ToValidUTF8(cells[i], "?")))
		}
	}
	return fields, ignored
}

// fieldOf returns the field that a heading names, and how exactly: 2 by its very name, 1 in other letters, 0 by a word
// that means nothing else on a board of arrivals.
func fieldOf(heading string) (field string, rank int) {
	if new(timetable.Report).Set(heading, "") == nil {
		return strings.Clone(heading), 2
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '#' {
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
	switch {
	case plain == "onbelt":
		return "onBelt", 1
	case plain != "" && plain != "until" && plain != "feed" && plain != "word" &&
		new(timetable.Report).Set(plain, "") == nil:
		return plain, 1
	}
	return synonyms[plain], 0
}

// synonyms are headings of spreadsheets that name a field beyond doubt, without blanks and in small letters. A word
// that may be a scheduled or an actual time, such as time, is none.
var synonyms = map[string]string{
	"flightno": "flight", "flightnr": "flight", "flightnumber": "flight", "flightnum": "flight", "flight#": "flight",
	"arrivingfrom": "origin", "comingfrom": "origin", "origincity": "origin",
	"scheduled": "arrival", "scheduledarrival": "arrival", "scheduledtime": "arrival", "sta": "arrival",
	"scheduledtimeofarrival": "arrival", "arrivaltime": "arrival",
	"estimated": "expected", "estimatedarrival": "expected", "estimatedtime": "expected", "eta": "expected",
	"estimatedtimeofarrival": "expected", "expectedarrival": "expected", "expectedtime": "expected",
	"status": "state", "flightstatus": "state",
	"carrier": "airline", "airlinename": "airline",
	"gateno": "gate", "gatenumber": "gate", "terminalno": "terminal", "terminalnumber": "terminal",
	"beltno": "belt", "beltnumber": "belt", "baggagebelt": "belt", "carousel": "belt", "baggageclaim": "belt",
	"codeshare": "codeshares", "remarks": "remark", "note": "remark", "notes": "remark", "comment": "remark",
	"comments": "remark",
}

// headedAgain reports whether a row repeats the headings, as each sheet of a print does. If the line that was taken for
// them has no other field than the flight, and this one has, that one was a title.
func (t *table) headedAgain(cells []string) bool {
	fields, ignored := fieldsOf(cells)
	if slices.Equal(fields, t.fields) {
		return len(ignored) < len(cells)
	}
	flight := func(field string) bool { return field == "flight" || field == "id" }
	if named(t.fields) > 1 || named(fields) < 2 || !slices.ContainsFunc(fields, flight) || t.last > maxTitles {
		return false
	}
	t.fields = fields
	t.mixed = slices.Contains(fields, "from") && !slices.Contains(fields, "origin")
	t.rows = nil
	return true
}

// named returns how many columns have a field.
func named(fields []string) (n int) {
	for _, field := range fields {
		if field != "" {
			n++
		}
	}
	return n
}

// fit returns a row with as many cells as there are columns, if it ends in empty cells too many, or lacks cells of
// columns that are ignored. Where commas separate cells, a cell too many may come from a comma inside another one.
func (c *layout) fit(cells []string) []string {
	for c.separator != ',' && len(cells) > len(c.fields) && clean(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	for len(cells) < len(c.fields) && named(c.fields[len(cells):]) == 0 {
		cells = append(cells, "")
	}
	return cells
}

// split splits a row into its cells.
func (c *layout) split(line string) ([]string, error) { return splitAt(line, cmp.Or(c.separator, ',')) }

// splitAt splits one line at a separator. Lines are parsed one by one, so that a stray quotation mark spoils its own
// row and not the file. If no cell begins with a quotation mark, the marks belong to the texts, as in 5" late.
func splitAt(line string, separator rune) ([]string, error) {
	if !quotes(line, separator) {
		return strings.Split(line, string(separator)), nil
	}
	r := csv.NewReader(strings.NewReader(line))
	r.Comma = separator
	cells, err := r.Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, fmt.Errorf("byte %d: a quotation mark inside a quoted cell is written twice", wrong.Column)
	}
	return cells, err
}

// quotes reports whether a cell of a line begins with a quotation mark.
func quotes(line string, separator rune) bool {
	for cell := range strings.SplitSeq(line, string(separator)) {
		if strings.HasPrefix(strings.TrimLeft(cell, "\ufeff"), `"`) {
			return true
		}
	}
	return false
}

// quotes reports whether a cell of a line begins with a quotation mark, at whatever separates cells.
func (t *table) quotes(line string) bool {
	for _, separator := range separators {
		if (t.fields == nil || separator == cmp.Or(t.separator, ',')) && quotes(line, separator) {
			return true
		}
	}
	return false
}

// clean returns what a cell says: without blanks and marks around it, and without the apostrophe that our own CSV has
// before a text that a spreadsheet would take for a formula. ="0042" is how programs keep a spreadsheet from reading a
// number.
func clean(cell string) string {
	cell = strings.TrimFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
	if text, ok := strings.CutPrefix(cell, `="`); ok && strings.Count(text, `"`) == 1 && strings.HasSuffix(text, `"`) {
		return text[:len(text)-1]
	}
	return view.FromCell(cell)
}

// key returns the key of the row's flight: its id or else its number.
func (c *layout) key(cells []string) string {
	var id, flight string
	for i, cell := range cells[:min(len(cells), len(c.fields))] {
		switch cell = clean(cell); c.fields[i] {
		case "id":
			id = cmp.Or(cell, id)
		case "flight":
			flight = cell
		}
	}
	return cmp.Or(id, flight)
}

// report returns what a row reports, or all that is wrong with it.
func (c *layout) report(cells []string) (_ *timetable.Report, wrong error) {
	report := &timetable.Report{Change: timetable.Change{Kind: timetable.KindPut}}
	for i, field := range c.fields {
		cell := clean(cells[i])
		if field == "" || cell == "" && field == "id" { // no identity is not an empty one
			continue
		}
		if field == "from" && c.mixed && cell != "" && !isAirport(cell) {
			field = "origin"
		}
		wrong = timetable.Join(wrong, report.Set(field, cell))
	}
	if wrong != nil {
		return nil, timetable.Join(wrong, report.Validate())
	}
	return report, report.Validate()
}

// isAirport reports whether a text is an IATA code.
func isAirport(text string) bool {
	return len(text) == 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
