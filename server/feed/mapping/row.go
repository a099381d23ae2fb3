package mapping

import (
	"errors"
	"strings"

	"flightboard/server/airports"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// A more is what the folding of rows needs to know about a row.
type more struct {
	operating string // of a codeshare: the number under which the flight operates, or a text without digits
	fold      string // rows with the same text, if there is one, are one aircraft
}

// row reads a row, unless the mapping leaves it out.
func (r *reader) row(n uint32) {
	m := r.mapping
	if !r.holds(m.keep, n) {
		r.answer.Left++
		return
	}
	for i := range m.drop {
		if r.holdsOne(&m.drop[i], n) {
			r.answer.Left++
			return
		}
	}
	row := source.Row{Place: r.at}
	r.times(&row, n)
	if m.from != m.to && r.isOutside(&row) {
		r.answer.Left++
		return
	}
	numbers := r.numbers(m.flight, n)
	if len(numbers) == 0 {
		r.complain(r.at, errors.New("flight: the row has no flight number"), true)
		return
	}
	f := &row.Flight
	f.Number = numbers[0]
	f.Codeshares = joinNumbers(f.Number, numbers[1:], r.codeshares(n))
	f.ID, f.Airline = r.one(m.id, n), r.one(m.airline, n)
	f.Terminal = r.one(m.terminal, n)
	f.Gate, f.Belt = strings.Join(r.all(m.gate, n), ", "), strings.Join(r.all(m.belt, n), ", ")
	f.Remark = strings.Join(r.all(m.remark, n), ", ")
	f.Origin = r.one(m.origin, n)
	r.origins(f, n)
	f.State, f.Word = r.state(n)
	if !r.validate(f) {
		return
	}
	extra := more{fold: r.foldKey(n)}
	if operating := r.one(m.operating, n); operating != "" && number(operating) != number(f.Number) {
		extra.operating = operating
	}
	r.answer.Rows = append(r.answer.Rows, row)
	r.more = append(r.more, extra)
}

// numbers returns the flight numbers that values yield, also those that stand in one text.
func (r *reader) numbers(values values, n uint32) []string {
	var numbers []string
	for _, text := range r.all(values, n) {
		numbers = append(numbers, cutNumbers(text)...)
	}
	return numbers
}

// codeshares returns the numbers that all values yield, because some sources have a field for each.
func (r *reader) codeshares(n uint32) []string {
	var numbers []string
	for i := range r.mapping.codeshares {
		numbers = append(numbers, r.numbers(r.mapping.codeshares[i:i+1], n)...)
	}
	return numbers
}

// cutNumbers parts a text such as BA 31, IB 7371. A part without a digit is not a number: the text stays whole.
func cutNumbers(text string) []string {
	if !strings.ContainsAny(text, ",;/") {
		return []string{text}
	}
	var numbers []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == '/' }) {
		if part = strings.TrimSpace(part); !strings.ContainsAny(part, "0123456789") {
			return []string{text}
		}
		numbers = append(numbers, part)
	}
	return numbers
}

// joinNumbers returns the codeshares of a flight, one a line, without its own number and without any twice.
func joinNumbers(own string, lists ...[]string) string {
	var joined []string
	seen := map[string]bool{number(own): true}
	for _, list := range lists {
		for _, one := range list {
			if one != "" && !seen[number(one)] && len(joined) < timetable.MaxCodeshares {
				seen[number(one)] = true
				joined = append(joined, one)
			}
		}
	}
	return strings.Join(joined, "\n")
}

// number returns a flight number as numbers are compared: without blanks and without zeros before the digits.
func number(text string) string {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	carrier := min(2, len(text))
	if len(text) > 3 && text[2] >= 'A' && text[0] >= 'A' && text[1] >= 'A' {
		carrier = 3
	}
	return text[:carrier] + strings.TrimLeft(text[carrier:], "0")
}

// origins sets where a flight comes from: the first code, and the others as what it came by.
func (r *reader) origins(f *timetable.Flight, n uint32) {
	codes := r.all(r.mapping.origins, n)
	var by []string
	for i := range r.mapping.via {
		for _, text := range r.all(r.mapping.via[i:i+1], n) {
			by = append(by, strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ';' || c == '/' })...)
		}
	}
	if len(codes) > 0 {
		by = append(codes[1:len(codes):len(codes)], by...)
		code := strings.ToUpper(codes[0])
		switch a, ok := airports.Lookup(code); {
		case ok:
			f.From = a.IATA
		case len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
			f.From = code
		case f.Origin == "":
			f.Origin = codes[0] // not a code: better than nothing
		}
	}
	if f.Remark != "" || len(by) == 0 {
		return
	}
	for i, code := range by {
		by[i] = strings.TrimSpace(code)
		if a, ok := airports.Lookup(by[i]); ok {
			by[i] = a.City
		}
	}
	f.Remark = "via " + strings.Join(by, ", ")
}

// validate complains about fields that a board cannot show, and empties them. It returns false if the row is left out.
func (r *reader) validate(f *timetable.Flight) bool {
	for range 20 {
		err := (&timetable.Change{Kind: timetable.KindPut, Flight: *f}).Validate()
		if err == nil {
			return true
		}
		wrong, ok := errors.AsType[*timetable.FieldError](err)
		if !ok || wrong.Field == timetable.FieldNumber.String() || !empty(f, wrong.Field) {
			r.complain(r.at, err, true)
			return false
		}
		r.complain(r.at, wrong, false)
	}
	return false
}

func empty(f *timetable.Flight, field string) bool {
	for k := range f.Filled().All() {
		if k.String() == field {
			*f = f.With(&timetable.Flight{}, k.Bit())
			return true
		}
	}
	return false
}
