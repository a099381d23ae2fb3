package timetable

import (
	"errors"
	"strings"
)

// Set sets one field of a report, by the name under which publishers send it, from a text such as a table's cell. It
// returns a [*FieldError] if there is no such field, or if the text cannot be its value; what else a field may not
// hold, Validate finds. The text becomes what it would in [Body]: blanks around it do not count, and times may be spelled
// in other ways. An empty text clears the field, and of a field that is set twice the last counts. The texts of codeshares
// are parted by spaces, commas or semicolons. The report shares the memory of the text.
func (r *Report) Set(name, text string) error {
	text = validUTF8(text)
	if k, ok := fieldNamed(name); ok && k != FieldOverridden {
		if k == FieldCodeshares {
			text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;", r) }), "\n")
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
