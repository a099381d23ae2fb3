package timetable

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzBatch holds batches to their laws under any sequence of reports: of several sources, with and without stamps and
// times, manual ones, overrides, and removals.
func FuzzBatch(f *testing.F) {
	random := rand.NewChaCha8([32]byte{}) // the same at every run
	for n := range 400 {
		data := make([]byte, 2*n)
		random.Read(data)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		script := &script{data}
		manual, small := newPublisher(0), newPublisher(2)
		each, grouped := newPublisher(0), newPublisher(0)
		group := grouped.server.Batch(0)
		for now := int64(1); len(script.rest) > 0 && now < 64; now++ {
			r := script.report(now)
			if script.chance() {
				key := script.of(identities)
				each.expire(key, now)
				grouped.expireIn(group, key, now)
			}
			each.publish(t, &r, now)
			small.publish(t, &r, now)
			manual.publishManually(t, &r, now)

			// The published changes do not depend on which reports are written together.
			part := group.Batch(now)
			if _, err := part.Merge(&r); err == nil {
				part.Commit()
				grouped.apply(t, part)
			}
			if script.chance() {
				group.Commit()
				group = grouped.server.Batch(0)
			}
		}
		group.Commit()
		for _, p := range []*publisher{manual, small, each, grouped} {
			p.check(t)
		}
		manual.checkModel(t)
		if diff := cmp.Diff(stateOf(each.server), stateOf(grouped.server)); diff != "" {
			t.Errorf("the board (-each report alone +in groups):\n%s", diff)
		}
	})
}

// A publisher's reports reach the server's board in batches, and a browser's board as the JSON of published changes.
type publisher struct {
	server, browser *Board
	model           model
}

func newPublisher(most int) *publisher {
	return &publisher{&Board{MaxFlights: most}, &Board{}, model{}}
}

func (p *publisher) publish(t *testing.T, r *Report, now int64) {
	t.Helper()
	batch := p.server.Batch(now)
	before := p.server.Snapshot()
	outcome, err := batch.Merge(r)
	_, known := batch.Flight(r.Flight.Key())
	if most := p.server.MaxFlights; err != nil && err.Error() == errFull(most).Error() &&
		(r.Kind != KindReplace && p.server.Len() < most || r.Kind == KindReplace && len(r.Board) <= most) {
		t.Fatalf("%+v was rejected: %v; the board holds %d flights", r, err, p.server.Len())
	}
	if err != nil {
		if !batch.IsEmpty() || len(batch.Changes()) > 0 {
			t.Fatalf("%+v was rejected: %v; and it published %+v", r, err, batch.Changes())
		}
		return
	}
	c := outcome.Change
	if c.Kind > KindReplace || !outcome.Idle && c.Flight.Key() != r.Flight.Key() ||
		known && c.Kind != KindReplace && c.Flight.Number == "" && !outcome.Idle {
		t.Fatalf("%+v was completed to %+v", r, c)
	}
	if outcome.Idle && len(batch.Changes()) > 0 {
		t.Fatalf("%+v is idle, and published %+v", r, batch.Changes())
	}
	batch.Commit()
	p.apply(t, batch)
	if n := p.server.Len(); n != batch.flights || n > p.server.MaxFlights && p.server.MaxFlights > 0 {
		t.Fatalf("%+v: the board holds %d flights, the batch counts %d, at most %d fit", r, n, batch.flights,
			p.server.MaxFlights)
	}
	if outcome.Idle {
		if diff := cmp.Diff(before, p.server.Snapshot()); diff != "" {
			t.Fatalf("%+v is idle, and alters the board (-before +after):\n%s", r, diff)
		}
	}
}

// publishManually publishes the report without what makes it other than manual.
func (p *publisher) publishManually(t *testing.T, r *Report, now int64) {
	t.Helper()
	plain := Report{Change: r.Change}
	if _, err := p.server.Batch(now).Merge(&plain); err != nil {
		return
	}
	p.publish(t, &plain, now)
	c := plain.Change
	c.Named &^= FieldOverridden.Bit() | FieldDated.Bit()
	c.Flight.Overridden, c.Flight.Dated = "", ""
	c.Board = nil
	for _, f := range plain.Board {
		f.Overridden, f.Dated = "", ""
		c.Board = append(c.Board, f)
	}
	p.model.apply(&c)
}

func (p *publisher) expire(key string, now int64) {
	batch := p.server.Batch(now)
	p.expireIn(batch, key, now)
	batch.Commit()
}

func (p *publisher) expireIn(group *Batch, key string, now int64) {
	part := group.Batch(now)
	if part.Expire(key) == nil {
		part.Commit()
		p.apply(nil, part)
	}
}

// apply applies the published changes to the browser's board.
func (p *publisher) apply(t *testing.T, batch *Batch) {
	for _, c := range batch.Changes() {
		var received Change
		text := c.AppendJSON(nil)
		if err := received.Decode(c.Kind, string(text)); err != nil {
			t.Fatalf("%+v is sent as %s: %v", c, text, err)
		}
		p.browser.Apply(&received)
	}
}

func (p *publisher) check(t *testing.T) {
	t.Helper()
	if diff := cmp.Diff(p.server.Snapshot(), p.browser.Snapshot()); diff != "" {
		t.Errorf("the browser's board (-server +browser):\n%s", diff)
	}
	for key, o := range p.server.Overrides() {
		got, want := p.server.Flight(key), o.Apply(&o.Base)
		switch hidden := o.Removed || o.Hidden != 0; {
		case hidden != (got == nil):
			t.Errorf("the board has %+v of the overridden flight %+v", got, o)
		case !hidden && *got != want:
			t.Errorf("the board has %+v of an overridden flight, want %+v", *got, want)
		}
	}
	for f := range p.server.Flights() {
		if _, ok := p.server.overrides[f.Key()]; !ok && f.Overridden != "" {
			t.Errorf("%+v has names of overridden fields and no override", *f)
		}
	}
}

// checkModel compares the server's board with what manual reports name.
func (p *publisher) checkModel(t *testing.T) {
	t.Helper()
	for key, f := range p.model { // the model applied the reports as they were sent
		got := p.server.Flight(key)
		if got != nil && got.State == "expected" && stages[f.State] < expected {
			f.State = "expected" // an estimate has made it so
		}
		if got == nil || *got != f {
			t.Errorf("the publisher's flight %+v is on the server's board as %+v", f, got)
		}
	}
	if p.server.Len() != len(p.model) {
		t.Errorf("the server has %d flights, the publisher %d", p.server.Len(), len(p.model))
	}
}

// stateOf returns all that a board keeps which may alter what later batches publish.
func stateOf(b *Board) map[string]any {
	all := map[string]any{"flights": b.Snapshot().Board}
	for key, r := range b.rows {
		if r.from != nil {
			all["provenance of "+key] = flat(*r.from)
		}
	}
	for key, o := range b.overrides {
		all["override of "+key], all["provenance of "+key] = *o.OverriddenFlight, flat(o.provenance)
	}
	for _, generation := range b.over {
		for key, o := range generation {
			all["over: "+key] = []any{o.base, o.since, flat(o.provenance)}
		}
	}
	for _, generation := range b.tombstones {
		for key, at := range generation {
			if _, there := b.rows[key]; !there {
				all["removal of "+key] = at
			}
		}
	}
	return all
}

func flat(p provenance) []any {
	all := []any{p.source, p.stamps, p.derived, p.actual, p.follows}
	if p.proofs != nil {
		all = append(all, fmt.Sprint(*p.proofs))
	}
	return all
}

// report returns a report that comes at the given moment.
func (s *script) report(now int64) (r Report) {
	r.Change = s.change()
	r.Source = s.of([]string{"", "a", "b", "b"})
	if s.byte()%2 == 1 {
		r.Stamp = max(now-int64(s.byte()%8), 1)
	}
	if r.Kind == KindReplace {
		return r
	}
	if s.chance() {
		r.Times[s.byte()%byte(MilestoneCount)] = "18:00"
	}
	if s.chance() && (r.Kind == KindPut || r.Kind == KindUpdate) {
		r.Until = now + int64(s.byte()%16) - 2
		r.Hidden = s.chance()
	}
	if s.chance() {
		r.Withdrawn = Milestones(s.byte())
	}
	r.Over = r.Kind == KindRemove && s.chance()
	if s.byte()%2 == 1 { // of an ordinary flight
		r.Flight = fly(s.of([]string{"A1", "A1 state=landed", "A1 gate=7", "A1 gate=8 expected=16:00",
			"A1 id=B2 state=landing"}))
		r.Named |= r.Flight.named()
	}
	return r
}
