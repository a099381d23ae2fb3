package timetable

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Overridable are the fields that can be overridden: not those that identify a flight.
const Overridable = allFields &^ (identity | 1<<FieldFeed | 1<<FieldOverridden | 1<<FieldDated)

// An Override holds the values that were set by hand for some fields of a flight, each until its time, and whether the
// flight is hidden. It is a value: methods return changed copies.
type Override struct {
	Values Flight
	Until  map[Field]int64 // Unix microseconds
	Hidden int64           // the flight is not shown until then, in Unix microseconds; 0: it is shown
}

// IsZero reports whether nothing is overridden.
func (o Override) IsZero() bool { return len(o.Until) == 0 && o.Hidden == 0 }

// Fields returns the fields that are overridden.
func (o Override) Fields() (set Fields) {
	for k := range o.Until {
		set |= k.Bit()
	}
	return set
}

// With returns the override with the given fields of f added, and hidden if hide is set, until the given time in Unix
// microseconds.
func (o Override) With(f *Flight, fields Fields, hide bool, until int64) Override {
	fields &= Overridable
	next := Override{Values: o.Values.With(f, fields), Until: make(map[Field]int64), Hidden: o.Hidden}
	maps.Copy(next.Until, o.Until)
	for k := range fields.All() {
		next.Until[k] = until
	}
	if hide {
		next.Hidden = until
	}
	return next
}

// Or returns the override with the fields that only the other one overrides added.
func (o Override) Or(other Override) Override {
	fields := o.Fields()
	next := Override{Values: other.Values.With(&o.Values, fields), Until: make(map[Field]int64), Hidden: o.Hidden}
	maps.Copy(next.Until, other.Until)
	maps.Copy(next.Until, o.Until)
	if next.Hidden == 0 {
		next.Hidden = other.Hidden
	}
	return next
}

// At returns the override without the parts that have expired at now, in Unix microseconds.
func (o Override) At(now int64) Override {
	left := o.filter(func(_ Field, until int64) bool { return until > now })
	if o.Hidden > now {
		left.Hidden = o.Hidden
	}
	return left
}

// Only returns the part of the override for the given fields. The result does not hide the flight.
func (o Override) Only(fields Fields) Override {
	return o.filter(func(k Field, _ int64) bool { return fields.Has(k) })
}

func (o Override) filter(stays func(k Field, until int64) bool) Override {
	left := Override{Until: maps.Clone(o.Until)}
	maps.DeleteFunc(left.Until, func(k Field, until int64) bool { return !stays(k, until) })
	left.Values = left.Values.With(&o.Values, left.Fields())
	return left
}

// End returns when the next part of the override expires, in Unix microseconds; 0: nothing is overridden.
func (o Override) End() int64 {
	end := o.Hidden
	for _, until := range o.Until {
		if end == 0 || until < end {
			end = until
		}
	}
	return end
}

// Apply returns the flight with the override's values in place of its own, and with the fields' names in Overridden.
func (o Override) Apply(base *Flight) Flight {
	f := base.With(&o.Values, o.Fields())
	f.Overridden = o.names()
	return f
}

func (o Override) names() string {
	var names []string
	for k := range o.Until {
		names = append(names, k.String())
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

// override returns the change of the base as viewers get it.
func (o Override) override(c Change) Change {
	switch c.Kind {
	case KindAdd:
		c.Flight = o.Apply(&c.Flight)
	case KindUpdate:
		c.Flight = c.Flight.With(&Flight{}, o.Fields())
		c.Named &^= o.Fields()
	}
	return c
}

// An OverriddenFlight is a flight with its override.
type OverriddenFlight struct {
	Override
	Base    Flight // as publishers report it
	Removed bool   // publishers have removed it; the override applies again if they add it again
}

// override is a board's entry for an overridden flight.
type override struct {
	*OverriddenFlight // is not changed, but replaced
	provenance        provenance
}

// Overrides yields the flights that are overridden, in no particular order.
func (b *Board) Overrides() iter.Seq2[string, *OverriddenFlight] {
	return func(yield func(string, *OverriddenFlight) bool) {
		for key, o := range b.overrides {
			if !yield(key, o.OverriddenFlight) {
				return
			}
		}
	}
}
