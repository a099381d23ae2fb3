package timetable

import (
	"errors"
	"strings"
)

// Set sets one field of a report, by the name that publishers use, from a text such as a table's cell. The text becomes
// what it would in [Body]. An empty text clears the field; of a field that is set twice the last counts. Codeshares are
// separated by spaces, commas, semicolons, line feeds, or one of /|&+(); there may be a space in each, as in AC 9123,
// UA 8841. The report shares the memory of the text.
//
// Set returns a [*FieldError] if there is no such field, or if the text cannot be parsed as its value. It does not do
// what [Report.Validate] does.
func (r *Report) Set(name, text string) error {
	text = validUTF8(text)
	if k, ok := fieldNamed(name); ok && k != FieldOverridden && k != FieldDated {
		if k == FieldCodeshares {
			text = strings.Join(codeshares(orNothing(strings.TrimFunc(text, isBlank))), "\n")
		}
		r.set(k, text)
		one := Flight{}.With(&r.Flight, k.Bit())
		var wrong Errors
		one.tidy(&wrong)
		r.set(k, one.Text(k))
		return wrong.join()
	}
	text = tidyText(text)
	for m, milestone := range milestoneNames {
		if name == milestone {
			text, err := spellTime(text)
			if r.tell(Milestone(m), text); err != nil {
				return inField(name, err)
			}
			return nil
		}
	}
	var moment *int64
	switch name {
	case "stamp":
		moment = &r.Stamp
	case "until":
		moment = &r.Until
	default:
		return &FieldError{cut(MaxIdentity, name), errors.New("unknown field " + quote(name))}
	}
	if *moment = 0; text == "" {
		return nil
	}
	t, ok := spelledTime(text)
	if !ok || !t.Dated {
		return inField(name, errors.New(quote(text)+" is not RFC 3339 with an offset"))
	}
	*moment = t.moment()
	return nil
}

// codeshares splits a list of flight numbers. Digits after an airline's code are its flight's.
func codeshares(text string) (numbers []string) {
	separates := func(r rune) bool { return strings.ContainsRune(",;\n/|&+()·•", r) }
	for part := range strings.FieldsFuncSeq(text, separates) {
		before := ""
		for word := range strings.FieldsSeq(part) {
			if word == "and" {
				before = ""
				continue
			}
			if digit := '0' <= word[0] && word[0] <= '9'; digit && before != "" && len(before) <= len("DLH") {
				before += " " + word
				numbers[len(numbers)-1] = before
				continue
			}
			before = word
			numbers = append(numbers, word)
		}
	}
	return numbers
}
