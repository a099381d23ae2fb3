package timetable

func (r *batchRow) isHidden() bool { return r.override != nil && r.override.Hidden != 0 }

// setByHand merges a report with Until: it adds the report's fields to the flight's overrides until that time. A time
// that has passed ends all overrides of the flight.
func (b *Batch) setByHand(key string, row *batchRow, r *Report) (Outcome, error) {
	base, known := row.base()
	over := r.Until <= b.now
	switch {
	case !over && !r.Hidden && r.Named&Overridable == 0:
		return Outcome{}, errUntil("missing fields to override, or hidden")
	case over && row.override != nil:
		before := len(b.changes)
		if err := b.release(key, row, Override{}); err != nil {
			return Outcome{}, err
		}
		if len(b.changes) == before {
			return idle(r, &b.idle.Repeated), nil
		}
		return Outcome{Change: b.changes[before].Change}, nil
	case !known:
		return Outcome{}, errUnknownFlight(key)
	case over:
		return Outcome{}, errUntil("has passed, and nothing is overridden")
	}
	next := OverriddenFlight{Base: *base}
	if row.override != nil {
		next = *row.override
	}
	next.Override = next.With(&r.Flight, r.Named, r.Hidden, r.Until)
	row.override, row.overridden = &next, true
	c := Change{Kind: KindAdd, Flight: next.Apply(&next.Base)}
	switch {
	case next.Hidden != 0:
		c = Change{Kind: KindRemove, Flight: next.Base}
	case row.isShown:
		c.Kind, c.Named = KindUpdate, next.Fields()|FieldOverridden.Bit()
	}
	if next.Hidden == 0 || row.isShown {
		b.publish(row, c)
	}
	b.put(key, *row)
	return Outcome{Change: c}, nil
}

// Expire ends the overrides of a flight that have expired, and publishes the values of their base.
func (b *Batch) Expire(key string) error {
	row := b.row(key)
	if row.override == nil {
		return nil
	}
	left := row.override.At(b.now)
	if len(left.Until) == len(row.override.Until) && left.Hidden == row.override.Hidden {
		return nil
	}
	return b.release(key, &row, left)
}

// release ends the overrides of a flight that are not in left, and publishes the base's values of their fields.
func (b *Batch) release(key string, row *batchRow, left Override) error {
	was := row.override
	switch {
	case was.Removed || left.Hidden != 0:
	case row.isShown:
		c := Change{Kind: KindUpdate, Flight: left.Apply(&was.Base)}
		c.Named = was.Fields()&^left.Fields() | FieldOverridden.Bit()
		b.publish(row, c)
	case was.Hidden != 0:
		if err := b.checkRoom(); err != nil {
			return err
		}
		b.publish(row, Change{Kind: KindAdd, Flight: left.Apply(&was.Base)})
	}
	row.override, row.overridden = nil, true
	if !left.IsZero() {
		row.override = &OverriddenFlight{Override: left, Base: was.Base, Removed: was.Removed}
	}
	b.put(key, *row)
	return nil
}

// Restore gives a flight an override that an earlier run of the server stored, and publishes nothing. Until
// [Batch.Align] the board may show the flight without this override, or with another one.
func (b *Batch) Restore(key string, o OverriddenFlight) {
	row := b.row(key)
	row.override, row.overridden = &o, true
	b.put(key, row)
}

// SetOverride gives a flight an override that another server has published, and publishes nothing; nil: it has ended.
// Of a flight that is shown, o.Base needs only the overridden fields.
func (b *Batch) SetOverride(key string, o *OverriddenFlight) {
	row := b.row(key)
	if o != nil && o.Hidden == 0 && row.isShown {
		next := *o
		next.Base = row.shown.With(&o.Base, o.Fields())
		next.Base.Overridden = ""
		o = &next
	}
	row.override, row.overridden = o, true
	b.put(key, row)
}

// Align publishes the changes after which viewers see a flight with the values of its override and with the names of
// the overridden fields, or without such names if it has no override.
func (b *Batch) Align(key string) {
	row := b.row(key)
	var o Override
	if row.override != nil {
		o = row.override.Override
	}
	if want := o.Apply(&row.shown); row.isShown && want != row.shown {
		b.publish(&row, Change{Kind: KindUpdate, Flight: want, Named: o.Fields() | FieldOverridden.Bit()})
		b.put(key, row)
	}
}

// Misaligned returns the keys of the flights for which [Batch.Align] has something to publish.
func (b *Board) Misaligned() (keys []string) {
	for f := range b.Flights() {
		var o Override
		if have, ok := b.overrides[f.Key()]; ok {
			o = have.Override
		}
		if o.Apply(f) != *f {
			keys = append(keys, f.Key())
		}
	}
	return keys
}
