package timetable

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A board gets an override of another server with the change that shows it, in a form without the fields that are not
// overridden, and is then equal to that server's board.
func TestSetOverride(t *testing.T) {
	const until = 5_000_000
	state := Change{Kind: KindUpdate, Named: FieldState.Bit(), Flight: Flight{Number: "LH1", State: "by hand"}}
	for name, r := range map[string]Report{
		"a value": {Change: state, Until: until},
		"hidden":  {Change: Change{Kind: KindUpdate, Flight: Flight{Number: "LH1"}}, Until: until, Hidden: true},
	} {
		var here, there Board
		add := Change{Kind: KindAdd, Flight: Flight{Number: "LH1", Origin: "Frankfurt", Arrival: "10:00", State: "expected"}}
		publish := func(r *Report) {
			t.Helper()
			b := here.Batch(1_000_000)
			if _, err := b.Merge(r); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			changes, overrides := b.Changes(), b.Overrides()
			b.Commit()
			for i := range changes {
				there.Apply(&changes[i].Change)
			}
			theirs := there.Batch(1_000_000)
			for _, o := range overrides {
				if o.After != nil && o.After.Hidden == 0 {
					short := *o.After
					short.Base = Flight{}.With(&o.After.Base, o.After.Fields())
					o.After = &short
				}
				theirs.SetOverride(o.Key, o.After)
			}
			theirs.Commit()
		}
		equal := func(when string) {
			t.Helper()
			if diff := cmp.Diff(here.Snapshot(), there.Snapshot()); diff != "" {
				t.Errorf("%s, %s: the boards differ (-here +there):\n%s", name, when, diff)
			}
			ours, theirs := make(map[string]OverriddenFlight), make(map[string]OverriddenFlight)
			for key, o := range here.Overrides() {
				ours[key] = *o
			}
			for key, o := range there.Overrides() {
				theirs[key] = *o
			}
			if diff := cmp.Diff(ours, theirs); diff != "" {
				t.Errorf("%s, %s: the overrides differ (-here +there):\n%s", name, when, diff)
			}
		}
		publish(&Report{Change: add})
		publish(&r)
		equal("overridden")
		landed := state
		landed.Flight.State = "landed"
		publish(&Report{Change: landed, Source: "tower"})
		equal("with a report")
		ends := r
		ends.Until = 1
		publish(&ends)
		equal("at its end")
		if f := there.Flight("LH1"); f == nil || f.State != "landed" || f.Overridden != "" {
			t.Errorf("%s: at its end the flight is %v", name, f)
		}
	}
}
