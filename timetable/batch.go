package timetable

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// A Batch collects the rows that reports alter, on top of a board that it does not touch until [Batch.Commit]. The
// reports of one request are thus published together or not at all, and each is merged with the board that the
// reports before it result in. A batch can be on top of another batch.
//
// It is not safe for concurrent use. While it is in use nothing else may alter the board, except the batches below it.
type Batch struct {
	Calendar Calendar // dates the reports' times; nil: they stay as they are

	board   *Board
	below   *Batch // nil: the board itself
	now     int64  // when the reports came, in Unix microseconds; 0: unknown
	rows    map[string]batchRow
	flights int // how many flights viewers see
	merged  int // how many reports were merged
	changes []PublishedChange
	idle    Idle
	numbers map[string][]string // IDs of rows, by number
}

// A PublishedChange is a change of a batch and the number of its report, which counts calls of [Batch.Merge] from 0.
type PublishedChange struct {
	Change
	Report int
}

// A batchRow is one row of a batch. Its provenance is that of the base.
type batchRow struct {
	shown   Flight // as viewers see it
	isShown bool
	provenance
	over       *overFlight       // is not changed, but replaced; nil unless the flight was removed because it is over
	override   *OverriddenFlight // is not changed, but replaced; nil: the flight is not overridden
	overridden bool              // this batch has replaced it
}

// Batch returns a batch on top of the board, for reports that come at now, in Unix microseconds; 0: unknown.
func (b *Board) Batch(now int64) *Batch { return &Batch{board: b, now: now, flights: b.Len()} }

// Batch returns a batch on top of this one.
func (b *Batch) Batch(now int64) *Batch {
	return &Batch{board: b.board, below: b, now: now, flights: b.flights}
}

// Changes returns the changes to publish, in the order in which they were merged. The slice belongs to the batch.
func (b *Batch) Changes() []PublishedChange { return b.changes }

// IsEmpty reports whether the batch alters nothing, not even provenance.
func (b *Batch) IsEmpty() bool { return len(b.rows) == 0 }

// base returns the row's flight as publishers report it, and whether it is on their board.
func (r *batchRow) base() (f *Flight, there bool) {
	if r.override != nil {
		return &r.override.Base, !r.override.Removed
	}
	return &r.shown, r.isShown
}

// row returns a copy of a row.
func (b *Batch) row(key string) batchRow {
	for ; ; b = b.below {
		if r, ok := b.rows[key]; ok {
			r.overridden = false
			return r
		}
		if b.below == nil {
			return b.board.batchRow(key)
		}
	}
}

func (b *Board) batchRow(key string) (r batchRow) {
	if have := b.rows[key]; have != nil {
		r.shown, r.isShown = have.Flight, true
		if have.from != nil {
			r.provenance = *have.from
		}
	}
	if o, ok := b.overrides[key]; ok {
		r.override, r.provenance = o.OverriddenFlight, o.provenance
	} else if !r.isShown {
		r.derived = b.tombstones.removedAt(key)
	}
	if _, there := r.base(); !there {
		r.over = b.over.get(key)
	}
	return r
}

// put stores a row in the batch, in the place of the row that b.row returned for the key.
func (b *Batch) put(key string, r batchRow) {
	if b.rows == nil {
		b.rows = make(map[string]batchRow, 1)
	}
	if _, there := r.base(); there {
		r.over = nil
	}
	have, ok := b.rows[key]
	r.overridden = r.overridden || ok && have.overridden
	b.rows[key] = r
	b.addNumber(&r)
}

// publish adds a change and applies it to its row.
func (b *Batch) publish(r *batchRow, c Change) {
	b.changes = append(b.changes, PublishedChange{c, max(b.merged-1, 0)})
	switch was := r.isShown; c.Kind {
	case KindRemove:
		r.shown, r.isShown = Flight{}, false
		b.flights--
	case KindAdd:
		r.shown, r.isShown = c.Flight, true
		if !was {
			b.flights++
		}
	default:
		r.shown = r.shown.With(&c.Flight, c.news())
	}
}

// Flight returns a copy of a flight as publishers report it, without overrides.
func (b *Batch) Flight(key string) (f Flight, ok bool) {
	r := b.row(key)
	base, ok := r.base()
	return *base, ok
}

// Alters reports whether the batch alters a flight, its override or its provenance.
func (b *Batch) Alters(key string) bool {
	_, ok := b.rows[key]
	return ok
}

// An OverrideChange is the effect of a batch on the override of one flight, or on the base of an overridden flight.
type OverrideChange struct {
	Key           string
	Before, After *OverriddenFlight // nil: the flight is not overridden. The caller only reads them
}

// Overrides returns the changes of overrides and of the bases of overridden flights, in no particular order.
func (b *Batch) Overrides() (changes []OverrideChange) {
	for key, r := range b.rows {
		if !r.overridden {
			continue
		}
		c := OverrideChange{Key: key, After: r.override}
		if b.below != nil {
			c.Before = b.below.row(key).override
		} else if o, ok := b.board.overrides[key]; ok {
			c.Before = o.OverriddenFlight
		}
		changes = append(changes, c)
	}
	return changes
}

// Flights yields the flights as publishers report them, without overrides: those of the board in its order, then the
// others sorted by key.
func (b *Batch) Flights() iter.Seq2[string, Flight] {
	return func(yield func(string, Flight) bool) {
		for _, key := range b.keys() {
			if f, ok := b.Flight(key); ok && !yield(key, f) {
				return
			}
		}
	}
}

// keys returns the keys of all rows that the board or a batch has.
func (b *Batch) keys() (keys []string) {
	others := make(map[string]bool)
	for one := b; one != nil; one = one.below {
		for key := range one.rows {
			others[key] = true
		}
	}
	for key := range b.board.overrides {
		others[key] = true
	}
	for f := range b.board.Flights() {
		keys = append(keys, f.Key())
		delete(others, f.Key())
	}
	return append(keys, slices.Sorted(maps.Keys(others))...)
}

// Commit writes the batch to the batch below it, or else to the board, which copies the reports' texts. Afterwards
// only batches on top of this one may use it, until [Batch.Rebase] is called on them.
func (b *Batch) Commit() {
	if b.below == nil {
		for key, r := range b.rows {
			b.board.commit(key, &r)
		}
		return
	}
	for key, r := range b.rows {
		b.below.put(key, r)
	}
	b.below.flights = b.flights
}

// Rebase puts the batch on top of the board itself. Call it when the batches below it were committed to the board.
func (b *Batch) Rebase() { b.below = nil }

// commit writes a row of a batch to the board.
func (b *Board) commit(key string, r *batchRow) {
	have := b.rows[key]
	switch {
	case r.isShown:
		if have == nil {
			b.tombstones.set(key, 0)
		}
		b.put(have, &r.shown, allFields)
		have = b.rows[key]
	case have != nil:
		b.leave(have)
	}
	b.keepOver(key, r)
	r.provenance.source = b.own(r.provenance.source)
	if r.proofs != nil && (have == nil || have.from == nil || have.from.proofs != r.proofs) {
		r.proofs = b.ownProofs(r.proofs)
	}
	if r.override != nil {
		b.tombstones.set(key, 0)
		b.setOverride(strings.Clone(key), r)
		if r.isShown {
			have.from = nil
		}
		return
	}
	delete(b.overrides, key)
	switch {
	case !r.isShown:
		b.tombstones.set(strings.Clone(key), r.newest())
	case have.from == nil:
		have.from = new(r.provenance)
	default:
		*have.from = r.provenance
	}
}

func (b *Board) setOverride(key string, r *batchRow) {
	o := r.override
	if r.overridden {
		o = &OverriddenFlight{Override: o.Override, Removed: o.Removed}
		o.Values, o.Base = b.ownFlight(&r.override.Values), b.ownFlight(&r.override.Base)
	}
	if b.overrides == nil {
		b.overrides = make(map[string]override)
	}
	b.overrides[key] = override{o, r.provenance}
}

// ownFlight returns a copy of the flight whose texts belong to the board.
func (b *Board) ownFlight(f *Flight) (own Flight) {
	for k := range f.named().All() {
		*own.field(k) = b.own(*f.field(k))
	}
	return own
}
