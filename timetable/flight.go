// Package timetable is the model that both ends share: what a flight is, what may change about it, and the
// board that results.
//
// A [Board] is a value: it depends on the changes applied to it and on nothing else. Applying a change twice is
// the same as applying it once; a snapshot followed by the later changes equals all changes in turn; and
// [Board.Apply] cannot fail, because a report is checked once, when it is published ([Batch.Merge]), and never again.
//
// The package is pure Go: no I/O, no clock, no logger, no JavaScript, and no reflection, because every browser that
// shows a board downloads it.
package timetable

import (
	"iter"
	"math/bits"
)

// A Flight is one row of the board. Texts are as displayed; an empty text is unknown.
// Flights can be compared with ==.
type Flight struct {
	Number     string // flight number as displayed; required
	ID         string // identity of this leg, opaque; when empty, Number is the identity
	Origin     string // name of the city or airport it comes from
	Arrival    string // scheduled time of arrival: HH:MM, or RFC 3339 with the airport's offset
	State      string // a word of [States], or any short text
	Expected   string // expected or actual time of arrival, written as Arrival
	Airline    string
	From       string // IATA code of the airport it comes from
	Terminal   string
	Gate       string
	Belt       string
	Codeshares string // further flight numbers of the same aircraft, one a line
	Remark     string
	Word       string // what the feed itself calls the state, where that is not State
	Feed       string // name of the feed that put the flight on the board; empty when there is one feed only
	Overridden string // names of the overridden fields, one a line
	Dated      string // Arrival, or Expected if that is alone, with a date, if publishers gave none: see [Calendar]
}

// Key is the flight's identity on the board: its ID, or its number when it has none.
func (f *Flight) Key() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Number
}

// Text returns one field.
func (f *Flight) Text(k Field) string { return *f.field(k) }

func (f *Flight) field(k Field) *string {
	switch k {
	case FieldNumber:
		return &f.Number
	case FieldID:
		return &f.ID
	case FieldOrigin:
		return &f.Origin
	case FieldArrival:
		return &f.Arrival
	case FieldState:
		return &f.State
	case FieldExpected:
		return &f.Expected
	case FieldAirline:
		return &f.Airline
	case FieldFrom:
		return &f.From
	case FieldTerminal:
		return &f.Terminal
	case FieldGate:
		return &f.Gate
	case FieldBelt:
		return &f.Belt
	case FieldCodeshares:
		return &f.Codeshares
	case FieldRemark:
		return &f.Remark
	case FieldWord:
		return &f.Word
	case FieldFeed:
		return &f.Feed
	case FieldOverridden:
		return &f.Overridden
	}
	return &f.Dated
}

// With returns a copy of the flight with the given fields of other.
func (f Flight) With(other *Flight, fields Fields) Flight {
	for k := range fields.All() {
		*f.field(k) = *other.field(k)
	}
	return f
}

// Filled is the set of fields that are not empty.
func (f *Flight) Filled() Fields { return f.named() }

// named is the set of fields that are not empty.
func (f *Flight) named() Fields {
	var set Fields
	for k := range fieldCount {
		if *f.field(k) != "" {
			set |= k.Bit()
		}
	}
	return set
}

// A Field is one of a flight's texts.
type Field uint8

// The fields, in the order in which they are encoded.
const (
	FieldNumber Field = iota
	FieldID
	FieldOrigin
	FieldArrival
	FieldState
	FieldExpected
	FieldAirline
	FieldFrom
	FieldTerminal
	FieldGate
	FieldBelt
	FieldCodeshares
	FieldRemark
	FieldWord
	FieldFeed
	FieldOverridden
	FieldDated
	fieldCount
)

var fieldNames = [fieldCount]string{"flight", "id", "origin", "arrival", "state", "expected", "airline", "from",
	"terminal", "gate", "belt", "codeshares", "remark", "word", "feed", "overridden", "dated"}

// String is the field's name on the wire.
func (k Field) String() string { return fieldNames[k] }

// list reports whether the field is a list of texts, one a line, which is an array on the wire.
func (k Field) list() bool { return k == FieldCodeshares || k == FieldOverridden }

// Bit is the set that holds this field alone.
func (k Field) Bit() Fields { return 1 << k }

func fieldNamed(name string) (Field, bool) {
	for k, n := range fieldNames {
		if n == name {
			return Field(k), true
		}
	}
	return 0, false
}

// Fields is a set of fields.
type Fields uint32

const allFields = Fields(1<<fieldCount - 1)

// Has reports whether the set contains k.
func (s Fields) Has(k Field) bool { return s&k.Bit() != 0 }

// All yields the fields of the set in their order.
func (s Fields) All() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for s &= allFields; s != 0; s &= s - 1 {
			if !yield(Field(bits.TrailingZeros32(uint32(s)))) {
				return
			}
		}
	}
}
