package feed

import (
	"bytes"
	"context"
	"errors"
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

// record starts a recording; the function that it returns ends it.
func record(t *testing.T, log *eventlog.Log, w *bytes.Buffer) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Record(ctx, log, w) }()
	synctest.Wait()
	return func() error {
		cancel()
		return <-done
	}
}

// A recording of a board that was there already, of changes and of an end, played again, shows the same at the same
// times.
func TestARecordingPlaysAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "day.ndjson")
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		logtest.Append(t, log, logtest.Addition(1), logtest.Addition(2))
		var text bytes.Buffer
		stop := record(t, log, &text)
		time.Sleep(time.Minute)
		logtest.Append(t, log, logtest.State(1, "landed"))
		if _, err := log.End(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		logtest.Append(t, log, logtest.Addition(3)) // the log is open again
		time.Sleep(time.Minute)
		logtest.Append(t, log, timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: "LH2"}})
		if err := stop(); err != nil {
			t.Fatalf("Record = %v", err)
		}
		if n := strings.Count(text.String(), "\n"); n != 4 {
			t.Errorf("the recording has %d lines, want 4:\n%s", n, &text)
		}
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}

		var told diary
		p, err := NewPlayback("day", path, 60, told.options())
		if err != nil {
			t.Fatal(err)
		}
		var again recorder
		began := time.Now()
		stopPlaying := start(t, p, &again)
		time.Sleep(time.Hour)
		var got []string
		for _, e := range again.take() {
			what := "end"
			if !e.end {
				what = e.change.Kind.EventType() + " " + strings.ReplaceAll(string(e.change.AppendJSON(nil)), "\n", "")
			}
			got = append(got, e.at.Sub(began).String()+" "+what)
		}
		if err := stopPlaying(); err != nil {
			t.Errorf("Run = %v", err)
		}
		board := `[{"flight":"LH1","origin":"Frankfurt","arrival":"00:01"},{"flight":"LH2","origin":"Frankfurt",` +
			`"arrival":"00:02"}]`
		after := `[{"flight":"LH1","origin":"Frankfurt","arrival":"00:01","state":"landed"},{"flight":"LH2",` +
			`"origin":"Frankfurt","arrival":"00:02"},{"flight":"LH3","origin":"Frankfurt","arrival":"00:03"}]`
		want := []string{"0s flightSnapshot " + board, `1s flightStateUpdate {"flight":"LH1","state":"landed"}`,
			"2s flightSnapshot " + after, `3s flightRemoval {"flight":"LH2"}`, "3s end"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("played at 60 times its speed (-want +got):\n%s\n%s", diff, &told.text)
		}
		var boards [2][]timetable.Flight
		boards[0], boards[1] = logtest.Board(log), again.board.Snapshot().Board
		if diff := cmp.Diff(boards[0], boards[1]); diff != "" {
			t.Errorf("the board in the end (-recorded +played):\n%s", diff)
		}
	})
}

func TestAPlaybackStopsInAPause(t *testing.T) {
	path := filepath.Join(t.TempDir(), "day.ndjson")
	text := `{"stamp":"2026-11-20T15:00:00Z","flight":"A1"}` + "\nnonsense\n" +
		`{"stamp":"2026-11-20T16:00:00Z","flight":"A2"}` + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var told diary
		p, err := NewPlayback("day", path, 1, told.options())
		if err != nil {
			t.Fatal(err)
		}
		var log recorder
		stop := start(t, p, &log)
		time.Sleep(30 * time.Minute)
		if err := stop(); err != nil {
			t.Errorf("Run = %v", err)
		}
		if diff := cmp.Diff([]string{"A1"}, log.rows()); diff != "" || told.refused != 1 {
			t.Errorf("half an hour later, with %d lines refused (-want +got):\n%s", told.refused, diff)
		}
	})
}

// A full disk ends the recording only.
func TestARecordingThatCannotBeWrittenFails(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	logtest.Append(t, log, logtest.Addition(1))
	if err := Record(t.Context(), log, full{}); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("Record = %v, want no space", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }
