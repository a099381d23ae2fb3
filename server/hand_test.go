package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// TestByHand tells a story a minute a line: lines of a publisher, "-" for one in which nothing is said, "restart", and what the
// board shows after each. "@5" stands for the second before minute 5.
func TestByHand(t *testing.T) {
	for _, c := range []struct {
		reason string
		story  []string // what is said, and what the board shows then, in turns
	}{
		{"a belt that somebody corrects stays corrected, for a while", []string{
			`{"flight":"A1","belt":"3","gate":"B"}`, `{"flight":"A1","gate":"B","belt":"3"}`,
			`{"flight":"A1","belt":"7","until":@5}`, `{"flight":"A1","gate":"B","belt":"7","overridden":["belt"]}`,
			`{"flight":"A1","belt":"4","gate":"C"}`, `{"flight":"A1","gate":"C","belt":"7","overridden":["belt"]}`,
			`-`, `{"flight":"A1","gate":"C","belt":"7","overridden":["belt"]}`,
			`-`, `{"flight":"A1","gate":"C","belt":"7","overridden":["belt"]}`,
			`-`, `{"flight":"A1","gate":"C","belt":"4"}`}},
		{"several fields, each for its while", []string{
			`{"flight":"A1","id":"L1"}`, `{"flight":"A1","id":"L1"}`,
			`{"id":"L1","remark":"late bus","until":@9}`, `{"flight":"A1","id":"L1","remark":"late bus","overridden":["remark"]}`,
			`{"id":"L1","belt":"7","until":@4}`, `{"flight":"A1","id":"L1","belt":"7","remark":"late bus","overridden":["belt","remark"]}`,
			`restart`, `{"flight":"A1","id":"L1","belt":"7","remark":"late bus","overridden":["belt","remark"]}`,
			`-`, `{"flight":"A1","id":"L1","remark":"late bus","overridden":["remark"]}`,
			`{"id":"L1","flight":"A1","belt":"8","remark":"none"}`, `{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"none"}`}},
		{"a field of a hidden row does not show it, and is held when the row comes back", []string{
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","hidden":true,"until":@4}`, ``,
			`{"flight":"A1","belt":"8","until":@6}`, ``,
			`restart`, ``,
			`-`, `{"flight":"A1","belt":"8","overridden":["belt"]}`,
			`-`, `{"flight":"A1","belt":"8","overridden":["belt"]}`,
			`-`, `{"flight":"A1","belt":"3"}`}},
		{"a row that is hidden later than one of its fields was held", []string{
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","belt":"8","until":@3}`, `{"flight":"A1","belt":"8","overridden":["belt"]}`,
			`{"flight":"A1","hidden":true,"until":@4}`, ``,
			`-`, ``,
			`-`, `{"flight":"A1","belt":"3"}`}},
		{"a publisher who says the same again", []string{
			`{"flight":"A1","belt":"3","stamp":"2000-01-01T00:00:00Z"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","belt":"7","until":@9}`, `{"flight":"A1","belt":"7","overridden":["belt"]}`,
			`{"flight":"A1","belt":"3","stamp":"2000-01-01T00:00:00Z"}`, `{"flight":"A1","belt":"7","overridden":["belt"]}`,
			`{"flight":"A1","belt":"3","feed":"x"}`, `{"flight":"A1","belt":"7","feed":"x","overridden":["belt"]}`,
			`{"flight":"A1","belt":"3","feed":"x"}`, `{"flight":"A1","belt":"7","feed":"x","overridden":["belt"]}`}},
		{"a time that has passed lets go", []string{
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","belt":"7","until":@9}`, `{"flight":"A1","belt":"7","overridden":["belt"]}`,
			`{"flight":"A1","until":@0}`, `{"flight":"A1","belt":"3"}`}},
		{"a hidden row comes back as publishers have it by then", []string{
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","hidden":true,"until":@4}`, ``,
			`{"flight":"A1","landed":"18:03"}`, ``,
			`{"event":"flightAddition","data":{"flight":"B2"}}`, `{"flight":"B2"}`,
			`-`, `{"flight":"A1","state":"landed","expected":"18:03","belt":"3"} {"flight":"B2"}`}},
		{"a hidden row that its publisher removes does not come back", []string{
			`{"flight":"A1"}`, `{"flight":"A1"}`,
			`{"flight":"A1","hidden":true,"until":@3}`, ``,
			`{"event":"flightRemoval","data":{"flight":"A1"}}`, ``,
			`-`, ``}},
		{"a state that is held does not move, and what it would be comes up afterwards", []string{
			`{"flight":"A1","state":"landing"}`, `{"flight":"A1","state":"landing"}`,
			`{"flight":"A1","state":"ask at the desk","until":@4}`, `{"flight":"A1","state":"ask at the desk","overridden":["state"]}`,
			`{"flight":"A1","landed":"18:03"}`, `{"flight":"A1","state":"ask at the desk","expected":"18:03","overridden":["state"]}`,
			`-`, `{"flight":"A1","state":"ask at the desk","expected":"18:03","overridden":["state"]}`,
			`-`, `{"flight":"A1","state":"landed","expected":"18:03"}`}},
		{"a restart forgets neither what is held nor what is beneath", []string{
			`{"flight":"A1","id":"L1","belt":"3","gate":"B"}`, `{"flight":"A1","id":"L1","gate":"B","belt":"3"}`,
			`{"id":"L1","belt":"7","remark":"","until":@6}`, `{"flight":"A1","id":"L1","gate":"B","belt":"7","overridden":["belt","remark"]}`,
			`{"id":"L1","flight":"A1","belt":"4","remark":"late"}`, `{"flight":"A1","id":"L1","gate":"B","belt":"7","overridden":["belt","remark"]}`,
			`restart`, `{"flight":"A1","id":"L1","gate":"B","belt":"7","overridden":["belt","remark"]}`,
			`{"id":"L1","flight":"A1","gate":"C","belt":"5"}`, `{"flight":"A1","id":"L1","gate":"C","belt":"7","overridden":["belt","remark"]}`,
			`-`, `{"flight":"A1","id":"L1","gate":"C","belt":"7","overridden":["belt","remark"]}`,
			`-`, `{"flight":"A1","id":"L1","gate":"C","belt":"5","remark":"late"}`,
			`restart`, `{"flight":"A1","id":"L1","gate":"C","belt":"5","remark":"late"}`}},
		{"nor a row that is hidden, and comes back though its time was over meanwhile", []string{
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","hidden":true,"until":@4}`, ``,
			`restart`, ``,
			`{"flight":"A1","belt":"4"}`, ``,
			`restart`, `{"flight":"A1","belt":"4"}`}},
		{"a row that leaves and comes again within the time is held again", []string{
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","belt":"7","until":@9}`, `{"flight":"A1","belt":"7","overridden":["belt"]}`,
			`{"event":"flightRemoval","data":{"flight":"A1"}}`, ``,
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"7","overridden":["belt"]}`}},
		{"a whole board goes beneath too", []string{
			`{"flight":"A1","belt":"3"}`, `{"flight":"A1","belt":"3"}`,
			`{"flight":"A1","belt":"7","until":@3}`, `{"flight":"A1","belt":"7","overridden":["belt"]}`,
			`{"event":"flightSnapshot","data":[{"flight":"A1","belt":"5","overridden":["gate"]},{"flight":"B2"}]}`, `{"flight":"A1","belt":"7","overridden":["belt"]} {"flight":"B2"}`,
			`-`, `{"flight":"A1","belt":"5"} {"flight":"B2"}`}},
		{"only a hand overrides", []string{
			`{"flight":"A1","overridden":["belt"]}`, `{"flight":"A1"}`}},
		{"a flight that nobody knows cannot be held", []string{
			`{"flight":"A9","belt":"7","until":@9}`, `flight "A9" is not on the board`}},
		{"nor is there anything to let go of", []string{
			`{"flight":"A1"}`, `{"flight":"A1"}`,
			`{"flight":"A1","until":@0}`, `until: has passed, and nothing is held`}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				dir := t.TempDir()
				var m *monitor
				var stop func()
				start := func() {
					h, err := newHand(log, dir, slog.New(slog.DiscardHandler))
					if err != nil {
						t.Fatal(err)
					}
					m = &monitor{Log: log, hand: h}
					ctx, cancel := context.WithCancel(t.Context())
					done := make(chan bool)
					go func() { h.run(ctx); close(done) }()
					stop = func() { cancel(); <-done }
				}
				start()
				began := time.Now()
				for i := 0; i < len(c.story); i += 2 {
					text := c.story[i]
					for n := range 10 {
						stamp := began.Add(time.Duration(n)*time.Minute - time.Second)
						text = strings.ReplaceAll(text, fmt.Sprintf("@%d", n), `"`+stamp.Format(time.RFC3339)+`"`)
					}
					switch text {
					case "-":
						text = ""
					case "restart":
						text = ""
						stop()
						start()
					}
					var wrong string
					for entry, err := range timetable.Body(text) {
						if err != nil {
							t.Fatal(err)
						}
						_, err := m.Append(t.Context(), *entry.Change)
						if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
							wrong = refused.Changes[0].Err.Error()
						}
					}
					synctest.Wait()
					got := wrong
					if got == "" {
						var rows []string
						for _, f := range logtest.Board(log) {
							rows = append(rows, string(f.AppendJSON(nil)))
						}
						got = strings.Join(rows, " ")
					}
					if got != c.story[i+1] {
						t.Errorf("minute %d, %s:\n got %s\nwant %s", i/2, c.story[i], got, c.story[i+1])
					}
					time.Sleep(time.Minute)
				}
				stop()
			})
		})
	}
}

// Marks that an earlier life of the server has left are taken off: nobody holds those fields any more.
func TestMarksOfAnEarlierLifeGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		logtest.Append(t, log, timetable.Change{Kind: timetable.Add, Flight: timetable.Flight{Number: "A1", Belt: "7", Overridden: "belt"}})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan bool)
		go func() { (&hand{log: log, logger: slog.New(slog.DiscardHandler)}).run(ctx); close(done) }()
		synctest.Wait()
		if diff := cmp.Diff([]timetable.Flight{{Number: "A1", Belt: "7"}}, logtest.Board(log)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		stop()
		<-done
	})
}

// One body is all or nothing also while something is held, and its errors bear its own line numbers.
func TestABodyIsRefusedAsAWholeWhileSomethingIsHeld(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	m := &monitor{Log: log, hand: &hand{log: log}}
	say := func(lines string) error {
		var changes []timetable.Change
		for entry, err := range timetable.Body(lines) {
			if err != nil {
				t.Fatal(err)
			}
			changes = append(changes, *entry.Change)
		}
		_, err := m.Append(t.Context(), changes...)
		return err
	}
	later := time.Now().Add(time.Hour).Format(time.RFC3339)
	if err := errors.Join(say(`{"flight":"A1"}`), say(`{"flight":"B2"}`), say(`{"flight":"A1","hidden":true,"until":"`+later+`"}`)); err != nil {
		t.Fatal(err)
	}
	err := say(`{"flight":"A1","gate":"1"} {"flight":"B2","gate":"1"} {"event":"flightRemoval","data":{"flight":"C3"}}`)
	refused, ok := errors.AsType[*eventlog.RefusedError](err)
	if !ok || len(refused.Changes) != 1 || refused.Changes[0].Index != 2 {
		t.Errorf("refused %v, want the third change", err)
	}
	if err := say(`{"flight":"B2","belt":"1","until":"` + later + `"} {"flight":"B2"}`); err == nil || !strings.Contains(err.Error(), "comes alone") {
		t.Errorf("a hold among other changes: %v", err)
	}
	if f := m.hand.beneath.Flight("A1"); f == nil || f.Gate != "" || logtest.Board(log)[0] != (timetable.Flight{Number: "B2"}) {
		t.Errorf("half of it was taken: %+v, %+v", f, logtest.Board(log))
	}
}

func TestAHoldThatCannotBeReadIsSaidAndLeftOut(t *testing.T) {
	dir := t.TempDir()
	text := `{"until":"2099-01-01T00:00:00Z","held":{"flight":"A1","belt":"7"},"beneath":{"flight":"A1"}}
{"until":"2099-01-01T00:00:00Z","held":{"flight":"B2","belt":7},"beneath":{"flight":"B2"}}
`
	if err := os.WriteFile(filepath.Join(dir, heldFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	h, err := newHand(eventlog.New(eventlog.Options{}), dir, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.flights) != 1 || h.flights["A1"].flight.Belt != "7" || h.beneath.Flight("A1") == nil {
		t.Errorf("held: %+v", h.flights)
	}
	if !strings.Contains(said.String(), "line=2") || !strings.Contains(said.String(), "belt: ") {
		t.Errorf("the log says %q, want line 2 and the field", said.String())
	}
}

// TestWhatPublishersHear of a hold: which change is wrong, and what has become of one.
func TestWhatPublishersHear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		h, err := newHand(log, "", slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		says := func(text string) (changes []timetable.Change, err error) {
			for entry, err := range timetable.Body(text) {
				if err != nil {
					t.Fatal(err)
				}
				changes = append(changes, *entry.Change)
			}
			_, err = h.append(t.Context(), changes)
			return changes, err
		}
		if _, err := says(`{"flight":"A1","belt":"3"}`); err != nil {
			t.Fatal(err)
		}
		_, err = says(`{"flight":"A1"} {"flight":"A1","belt":"7","until":"2000-01-01T00:09:00Z"}`)
		refused, ok := errors.AsType[*eventlog.RefusedError](err)
		if !ok || refused.Changes[0].Index != 1 {
			t.Errorf("a hold beside another change: %v, want the second refused", err)
		}
		if _, err := says(`{"flight":"A1","belt":"7","until":"2000-01-01T00:09:00Z"}`); err != nil {
			t.Fatal(err)
		}
		changes, err := says(`{"flight":"A1","belt":"3","stamp":"1999-01-01T00:00:00Z"}`)
		if err != nil || changes[0].Kind != timetable.Idle {
			t.Errorf("what is late: kind %v, %v, want it to be idle", changes[0].Kind, err)
		}
		changes, err = says(`{"flight":"A1","until":"1999-01-01T00:00:00Z"}`)
		if err != nil || changes[0].Kind != timetable.Update || changes[0].Flight.Belt != "3" {
			t.Errorf("letting go: %+v, %v, want the update that went out", changes[0], err)
		}
	})
}
