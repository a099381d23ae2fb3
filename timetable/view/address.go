package view

import (
	"slices"
	"strconv"
	"strings"

	"flightboard/timetable"
)

// A Pair is a parameter of the page's address.
type Pair struct{ Name, Value string }

// Pairs returns the query as parameters: q, sort (arrival,-flight), page from 1, size (a number or all), and a filter
// under its column's name. A parameter that has its default has an empty value.
func (q *Query) Pairs() []Pair {
	var sort strings.Builder
	for i, k := range q.Sort {
		if i > 0 {
			sort.WriteByte(',')
		}
		if k.Descending {
			sort.WriteByte('-')
		}
		sort.WriteString(k.Column.String())
	}
	page, size := "", ""
	if q.Page > 0 {
		page = strconv.Itoa(q.Page + 1)
	}
	switch q.PageSize() {
	case DefaultSize:
	case All:
		size = "all"
	default:
		size = strconv.Itoa(q.Size)
	}
	pairs := []Pair{{"q", q.Search}, {"sort", sort.String()}, {"page", page}, {"size", size}}
	for _, c := range Columns {
		pairs = append(pairs, Pair{c.String(), q.Filters[c]})
	}
	return pairs
}

// Differs returns the name of the first parameter, except page, in which two queries differ, or "".
func (q *Query) Differs(other *Query) string {
	others := other.Pairs()
	for i, pair := range q.Pairs() {
		if pair != others[i] && pair.Name != "page" {
			return pair.Name
		}
	}
	return ""
}

// QueryOf reads a query from an address, of which get returns a parameter or "". It ignores values that are not valid.
func QueryOf(get func(name string) string) Query {
	q := Query{Search: get("q")}
	for name := range strings.SplitSeq(get("sort"), ",") {
		name, descending := strings.CutPrefix(name, "-")
		if c, ok := ColumnNamed(name); ok && !(&Query{Sort: q.Sort}).sorts(c) {
			q.Sort = append(q.Sort, Key{c, descending})
		}
	}
	for _, c := range Columns {
		if words := get(c.String()); words != "" {
			q.Filter(c, words)
		}
	}
	if size := get("size"); size == "all" {
		q.Size = All
	} else if n, err := strconv.Atoi(size); err == nil && n > 0 && slices.Contains(Sizes, n) { // others cannot be chosen
		q.Size = n
	}
	if n, err := strconv.Atoi(get("page")); err == nil && n > 1 {
		q.Page = n - 1
	}
	return q
}

func (q *Query) sorts(c timetable.Field) bool {
	for _, k := range q.Sort {
		if k.Column == c {
			return true
		}
	}
	return false
}

// ColumnNamed returns the column with this name in the page.
func ColumnNamed(name string) (timetable.Field, bool) {
	for _, c := range Columns {
		if c.String() == name {
			return c, true
		}
	}
	return 0, false
}

// ColumnsText writes the columns that are not hidden, as cols has them in the address; "" if none is hidden.
func ColumnsText(hidden timetable.Fields) string {
	if hidden == 0 {
		return ""
	}
	var names []string
	for _, c := range Columns {
		if !hidden.Has(c) {
			names = append(names, c.String())
		}
	}
	return strings.Join(names, ",")
}

// HiddenOf reads what ColumnsText writes.
func HiddenOf(text string) (hidden timetable.Fields) {
	if text == "" {
		return 0
	}
	for _, c := range Columns {
		hidden |= c.Bit()
	}
	for name := range strings.SplitSeq(text, ",") {
		if c, ok := ColumnNamed(name); ok {
			hidden &^= c.Bit()
		}
	}
	return hidden
}

// WidthsText writes columns' widths for a later visit: origin:240 gate:60.
func WidthsText(widths map[timetable.Field]int) string {
	var out []string
	for _, c := range Columns {
		if widths[c] > 0 {
			out = append(out, c.String()+":"+strconv.Itoa(widths[c]))
		}
	}
	return strings.Join(out, " ")
}

// WidthsOf reads what WidthsText writes.
func WidthsOf(text string) map[timetable.Field]int {
	widths := make(map[timetable.Field]int)
	for item := range strings.FieldsSeq(text) {
		name, width, _ := strings.Cut(item, ":")
		c, ok := ColumnNamed(name)
		if n, err := strconv.Atoi(width); ok && err == nil && n > 0 && n < 10000 {
			widths[c] = n
		}
	}
	return widths
}
