package feed

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// A speaker is a log whose reports have one source, as in the server.
type speaker struct {
	*eventlog.Log
	source string
}

func (s speaker) Publish(ctx context.Context, reports ...timetable.Report) (
	[]timetable.Outcome, eventlog.Position, error,
) {
	reports = slices.Clone(reports)
	for i := range reports {
		reports[i].Source = s.source
	}
	return s.Log.Publish(ctx, reports...)
}

// A recording has changes that were merged already. Merged again, they would give another board.
func TestARecordingIsPublishedAsItIs(t *testing.T) {
	for _, test := range []struct{ reason, said string }{
		{"a landing time is corrected, though what has landed is no longer estimated",
			`{"flight":"A1","landed":"18:02"}` + "\n" + `{"flight":"A1","landed":"18:04"}`},
		{"an estimate beside a departure makes nothing of a flight that is en route",
			`{"flight":"A1","state":"en route"}` + "\n" + `{"flight":"A1","departed":"16:00","expected":"18:00"}`},
		{"a flight goes back to what it was, because who said so says so",
			`{"flight":"A1","state":"landing"}` + "\n" + `{"flight":"A1","state":"expected"}`},
		{"a word stays beside a state that is derived",
			`{"flight":"A1","state":"scheduled","landing":"18:00"}` + "\n" + `{"flight":"A1","landed":"18:02"}`},
		{"a flight leaves and comes back", `{"flight":"A1","gate":"7"}` + "\n" +
			`{"event":"flightRemoval","data":{"flight":"A1"}}` + "\n" + `{"flight":"A1","expected":"18:00"}`},
	} {
		t.Run(test.reason, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "day.ndjson")
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				var text bytes.Buffer
				stop := record(t, log, &text)
				for line := range strings.Lines(test.said) {
					tower := newLines("tower", LineOptions{})
					tower.read(1, line)
					if err := tower.publish(t.Context(), speaker{log, "tower"}); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)
				}
				if err := stop(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(logtest.Board(log), logtest.Board(playAgain(t, path, text.String()))); diff != "" {
					t.Errorf("the board (-recorded +played):\n%s\n%s", diff, &text)
				}
			})
		})
	}
}

// A recording that was written by hand may contain reports, whose times prove a state.
func TestAReportInARecordingIsMerged(t *testing.T) {
	for _, line := range []string{
		`{"stamp":"2026-11-20T18:00:00Z","flight":"A1","landed":"18:02"}`,
		`{"stamp":"2026-11-20T18:00:00Z","event":"flightAddition","data":{"flight":"A1","landed":"18:02"}}`,
	} {
		path := filepath.Join(t.TempDir(), "day.ndjson")
		synctest.Test(t, func(t *testing.T) {
			want := []timetable.Flight{{Number: "A1", State: "landed", Expected: "18:02"}}
			if diff := cmp.Diff(want, logtest.Board(playAgain(t, path, line))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", line, diff)
			}
		})
	}
}

// playAgain returns the log after a recording was played to its end.
func playAgain(t *testing.T, path, recording string) *eventlog.Log {
	t.Helper()
	if err := os.WriteFile(path, []byte(recording), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := NewPlayback("day", path, 60, LineOptions{})
	if err != nil {
		t.Fatal(err)
	}
	log := eventlog.New(eventlog.Options{})
	if err := p.Run(t.Context(), speaker{log, "day"}); err != nil {
		t.Errorf("Run = %v", err)
	}
	return log
}
