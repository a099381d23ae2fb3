package main

import (
	"fmt"
	"testing"

	"flightboard/server/eventstream"
)

// Real processes survive some kills. go run ./server/chaos -kills 1000 takes longer.
func TestSomeKills(t *testing.T) {
	result, err := run(t.Context(), 4, 10, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	if result.kills < 4 || result.changes == 0 || result.events == 0 {
		t.Errorf("%v; so this was no test", result)
	}
}

// A viewer notices what must not be: chaos would prove nothing otherwise.
func TestAViewerNoticesWhatIsWrong(t *testing.T) {
	update := func(at, number int) eventstream.Event {
		return eventstream.Event{Type: "flightStateUpdate", ID: fmt.Sprint(at),
			Data: fmt.Appendf(nil, `{"flight":"LH1","state":"%d"}`, number)}
	}
	snapshot := eventstream.Event{Type: "flightSnapshot", ID: "10",
		Data: []byte(`[{"flight":"LH1","origin":"Frankfurt","state":"5"}]`)}
	for _, c := range []struct {
		reason string
		events []eventstream.Event
		wrong  bool
	}{
		{"changes in their order", []eventstream.Event{snapshot, update(11, 6), update(12, 7)}, false},
		{"a publisher posted a change again", []eventstream.Event{snapshot, update(11, 6), update(12, 6)}, false},
		{"a snapshot may be ahead", []eventstream.Event{update(3, 1), snapshot, update(11, 6)}, false},
		{"a gap", []eventstream.Event{snapshot, update(12, 7)}, true},
		{"a double", []eventstream.Event{snapshot, update(11, 6), update(11, 6)}, true},
		{"an older position", []eventstream.Event{snapshot, update(9, 6)}, true},
		{"an older change", []eventstream.Event{snapshot, update(11, 6), update(12, 5)}, true},
		{"no change", []eventstream.Event{snapshot, {Type: "flightStateUpdate", ID: "11", Data: []byte("{")}}, true},
	} {
		v, first := new(viewer), true
		for _, e := range c.events {
			v.take(e, &first)
		}
		if _, wrong := v.state(); (wrong != nil) != c.wrong {
			t.Errorf("%s: %v", c.reason, wrong)
		}
	}
}
