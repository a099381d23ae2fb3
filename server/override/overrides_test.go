package override

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// TestByHand has stories with one step a minute: a publisher's lines, "-" for none, or "restart", each followed by the
// board after it. "@5" stands for the second before minute 5.
func TestByHand(t *testing.T) {
	for _, c := range []struct {
		reason string
		story  []string // by turns a step and the board after it
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
			`{"id":"L1","remark":"late bus","until":@9}`,
			`{"flight":"A1","id":"L1","remark":"late bus","overridden":["remark"]}`,
			`{"id":"L1","belt":"7","until":@4}`, `{"flight":"A1","id":"L1","belt":"7","remark":"late bus",` +
				`"overridden":["belt","remark"]}`,
			`restart`, `{"flight":"A1","id":"L1","belt":"7","remark":"late bus","overridden":["belt","remark"]}`,
			`-`, `{"flight":"A1","id":"L1","remark":"late bus","overridden":["remark"]}`,
			`{"id":"L1","flight":"A1","belt":"8","remark":"late"}`,
			`{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"late bus","overridden":["remark"]}`,
			`-`, `{"flight":"A1","id":"L1","belt":"8","remark":"late"}`}},
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
		{"what an own state does away with is there again when it goes", []string{
			`{"flight":"A1","landed":"18:03","word":"LND","state":"landed"}`,
			`{"flight":"A1","state":"landed","expected":"18:03","word":"LND"}`,
			`{"flight":"A1","state":"ask at the desk","until":@3}`,
			`{"flight":"A1","state":"ask at the desk","expected":"18:03","word":"LND","overridden":["state"]}`,
			`-`, `{"flight":"A1","state":"ask at the desk","expected":"18:03","word":"LND","overridden":["state"]}`,
			`-`, `{"flight":"A1","state":"landed","expected":"18:03","word":"LND"}`}},
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
			`{"flight":"A1","state":"ask at the desk","until":@4}`,
			`{"flight":"A1","state":"ask at the desk","overridden":["state"]}`,
			`{"flight":"A1","landed":"18:03"}`, `{"flight":"A1","state":"ask at the desk","expected":"18:03",` +
				`"overridden":["state"]}`,
			`-`, `{"flight":"A1","state":"ask at the desk","expected":"18:03","overridden":["state"]}`,
			`-`, `{"flight":"A1","state":"landed","expected":"18:03"}`}},
		{"a restart forgets neither what is held nor what is beneath", []string{
			`{"flight":"A1","id":"L1","belt":"3","gate":"B"}`, `{"flight":"A1","id":"L1","gate":"B","belt":"3"}`,
			`{"id":"L1","belt":"7","remark":"","until":@6}`,
			`{"flight":"A1","id":"L1","gate":"B","belt":"7","overridden":["belt","remark"]}`,
			`{"id":"L1","flight":"A1","belt":"4","remark":"late"}`,
			`{"flight":"A1","id":"L1","gate":"B","belt":"7","overridden":["belt","remark"]}`,
			`restart`, `{"flight":"A1","id":"L1","gate":"B","belt":"7","overridden":["belt","remark"]}`,
			`{"id":"L1","flight":"A1","gate":"C","belt":"5"}`,
			`{"flight":"A1","id":"L1","gate":"C","belt":"7","overridden":["belt","remark"]}`,
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
			`{"event":"flightSnapshot","data":[{"flight":"A1","belt":"5","overridden":["gate"]},{"flight":"B2"}]}`,
			`{"flight":"A1","belt":"7","overridden":["belt"]} {"flight":"B2"}`,
			`-`, `{"flight":"A1","belt":"5"} {"flight":"B2"}`}},
		{"only a hand overrides", []string{
			`{"flight":"A1","overridden":["belt"]}`, `{"flight":"A1"}`}},
		{"a flight that nobody knows cannot be held", []string{
			`{"flight":"A9","belt":"7","until":@9}`, `flight "A9" is not on the board`}},
		{"nor is there anything to let go of", []string{
			`{"flight":"A1"}`, `{"flight":"A1"}`,
			`{"flight":"A1","until":@0}`, `until: has passed, and nothing is overridden`}},
		{"a number alone says nothing that could be held", []string{
			`{"flight":"A1"}`, `{"flight":"A1"}`,
			`{"flight":"A1","until":@9}`, `until: missing fields to override, or hidden`}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				dir := t.TempDir()
				var o *Overrides
				var stop func()
				start := func() {
					again, err := Open(log, dir, eventlog.SyncAlways, slog.New(slog.DiscardHandler))
					if err != nil {
						t.Fatal(err)
					}
					o = again
					ctx, cancel := context.WithCancel(t.Context())
					done := make(chan bool)
					go func() { o.Run(ctx); close(done) }()
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
						log = reopen(log)
						start()
					}
					var wrong string
					for entry, err := range timetable.Body(text) {
						if err != nil {
							t.Fatal(err)
						}
						entry.Report.Source = entry.Report.Flight.Feed
						_, _, err := o.publish(t.Context(), *entry.Report)
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

// The board may have names of overridden fields from an earlier run of the server. They are removed if the fields are
// no longer overridden.
func TestNamesOfOverriddenFieldsFromAnEarlierRunAreRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		flight := timetable.Flight{Number: "A1", Belt: "7", Overridden: "belt"}
		before := timetable.Report{Change: timetable.Change{Kind: timetable.KindAdd, Flight: flight}, Published: true}
		if _, _, err := log.Publish(t.Context(), before); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan bool)
		o, err := Open(log, "", eventlog.SyncAlways, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		go func() { o.Run(ctx); close(done) }()
		synctest.Wait()
		if diff := cmp.Diff([]timetable.Flight{{Number: "A1", Belt: "7"}}, logtest.Board(log)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		stop()
		<-done
	})
}

// A body is accepted or rejected as a whole also if flights are overridden, and its errors have its own line numbers.
func TestABodyIsRejectedAsAWholeAlsoWithOverrides(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	o, _ := Open(log, "", eventlog.SyncAlways, slog.New(slog.DiscardHandler))
	say := func(lines string) error {
		var reports []timetable.Report
		for entry, err := range timetable.Body(lines) {
			if err != nil {
				t.Fatal(err)
			}
			reports = append(reports, *entry.Report)
		}
		_, _, err := o.publish(t.Context(), reports...)
		return err
	}
	later := time.Now().Add(time.Hour).Format(time.RFC3339)
	if err := errors.Join(say(`{"flight":"A1"}`), say(`{"flight":"B2"}`),
		say(`{"flight":"A1","hidden":true,"until":"`+later+`"}`)); err != nil {
		t.Fatal(err)
	}
	err := say(`{"flight":"A1","gate":"1"} {"flight":"B2","gate":"1"} {"event":"flightRemoval","data":{"flight":"C3"}}`)
	refused, ok := errors.AsType[*eventlog.RefusedError](err)
	if !ok || len(refused.Changes) != 1 || refused.Changes[0].Index != 2 {
		t.Errorf("refused %v, want the third change", err)
	}
	if f := overrides(log)["A1"]; f == nil || f.Base.Gate != "" ||
		logtest.Board(log)[0] != (timetable.Flight{Number: "B2"}) {
		t.Errorf("half of it was taken: %+v, %+v", f, logtest.Board(log))
	}
}

// TestAnswersToPublishers tests the outcomes of the reports, and their position in the log.
func TestAnswersToPublishers(t *testing.T) {
	const later, before = "2099-01-01T00:00:00Z", "1999-01-01T00:00:00Z"
	soon := time.Now().Add(30 * time.Second).UTC().Format(time.RFC3339) // clocks differ
	log := eventlog.New(eventlog.Options{})
	o, _ := Open(log, "", eventlog.SyncAlways, slog.New(slog.DiscardHandler))
	for _, c := range []struct{ reason, said, want string }{
		{"what is held has a number as well as an ID", `{"id":"L1","flight":"A1","belt":"3"}`,
			`flightAddition {"flight":"A1","id":"L1","belt":"3"}`},
		{"a hold is the update that went out", `{"id":"L1","belt":"7","until":"` + later + `"}`,
			`flightStateUpdate {"flight":"A1","id":"L1","belt":"7","overridden":["belt"]}`},
		{"what the base has already is idle", `{"id":"L1","flight":"A1","belt":"3","stamp":"` + soon + `"}`,
			`idle {"flight":"A1","id":"L1","belt":"3"}`},
		{"and so is what is older than the base", `{"id":"L1","flight":"A1","belt":"4","stamp":"2000-01-01T00:00:00Z"}`,
			`idle {"flight":"A1","id":"L1"}`},
		{"letting go is the update that went out", `{"id":"L1","until":"` + before + `"}`,
			`flightStateUpdate {"flight":"A1","id":"L1","belt":"3","overridden":[]}`},
		{"hiding is a removal", `{"id":"L1","hidden":true,"until":"` + later + `"}`,
			`flightRemoval {"flight":"A1","id":"L1"}`},
		{"the row has left already", `{"id":"L1","belt":"8","until":"` + later + `"}`,
			`flightRemoval {"flight":"A1","id":"L1"}`},
		{"a row that comes back enters", `{"id":"L1","until":"` + before + `"}`,
			`flightAddition {"flight":"A1","id":"L1","belt":"3"}`},
		{"hidden again", `{"id":"L1","hidden":true,"until":"` + later + `"}`,
			`flightRemoval {"flight":"A1","id":"L1"}`},
		{"and removed by its publisher, beneath", `{"event":"flightRemoval","data":{"id":"L1","flight":"A1"}}`,
			`flightRemoval {"flight":"A1","id":"L1"}`},
		{"of which a hold is not news", `{"id":"L1","belt":"8","until":"` + later + `"}`,
			`flight "L1" is not on the board`},
	} {
		var reports []timetable.Report
		for entry, err := range timetable.Body(c.said) {
			if err != nil {
				t.Fatal(err)
			}
			reports = append(reports, *entry.Report)
		}
		outcomes, at, err := o.publish(t.Context(), reports...)
		var head eventlog.Position
		log.Read(func(_ *timetable.Board, last eventlog.Position) { head = last })
		got := ""
		for _, one := range outcomes {
			if got = one.Change.Kind.EventType(); one.Idle {
				got = "idle"
			}
			got += " " + string(one.Change.AppendJSON(nil))
		}
		if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
			got = refused.Changes[0].Err.Error()
		} else if err != nil {
			t.Fatal(err)
		} else if at != head {
			t.Errorf("%s: position %v, want the head's, %v", c.reason, at, head)
		}
		if got != c.want {
			t.Errorf("%s, %s:\n got %s\nwant %s", c.reason, c.said, got, c.want)
		}
	}
}

func TestAnOverrideThatTheLogRejectsLeavesTheOldOne(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	o, _ := Open(log, "", eventlog.SyncAlways, slog.New(slog.DiscardHandler))
	logtest.Append(t, log, timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "A1"}})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	say := func(ctx context.Context, belt string, until time.Time) error {
		_, _, err := o.publish(ctx, timetable.Report{Change: timetable.Change{Named: timetable.FieldBelt.Bit(),
			Flight: timetable.Flight{Number: "A1", Belt: belt}}, Until: until.UnixMicro()})
		return err
	}
	long := time.UnixMicro(4e15)
	if err := say(gone, "7", long); err == nil || len(overrides(log)) != 0 {
		t.Errorf("the first: %v, overridden %v", err, overrides(log))
	}
	if err := say(t.Context(), "7", long); err != nil {
		t.Fatal(err)
	}
	for _, until := range []time.Time{long.Add(time.Hour), {}} {
		if err := say(gone, "8", until); err == nil {
			t.Error("the log has accepted an update after its context")
		}
		if one := overrides(log)["A1"]; one.Values.Belt != "7" || one.Until[timetable.FieldBelt] != long.UnixMicro() {
			t.Errorf("overridden is %+v, want belt 7 until %v", one, long)
		}
	}
}
