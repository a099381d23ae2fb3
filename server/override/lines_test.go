package override

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

func TestAnOverrideThatCannotBeReadIsLoggedAndLeftOut(t *testing.T) {
	dir := t.TempDir()
	text := `{"until":"2099-01-01T00:00:00Z","held":{"flight":"A1","belt":"7"},"beneath":{"flight":"A1"}}
{"until":"2099-01-01T00:00:00Z","held":{"flight":"B2","belt":7},"beneath":{"flight":"B2"}}
{"until":"2099-01-01T00:00:00Z","held":{"flight":"C3"},"beneath":{"flight":"C3"}}
`
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	log := eventlog.New(eventlog.Options{})
	flight := timetable.Flight{Number: "A1", Belt: "7", Overridden: "belt"}
	before := timetable.Report{Change: timetable.Change{Kind: timetable.KindAdd, Flight: flight}, Published: true}
	if _, _, err := log.Publish(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	_, err := Open(log, dir, eventlog.SyncAlways, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if all := overrides(log); len(all) != 1 || all["A1"].Values.Belt != "7" || all["A1"].Base.Belt != "" {
		t.Errorf("overridden: %+v", all)
	}
	for _, want := range []string{"line=2", "belt: ", "line=3", "held: nothing"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the log says %q, want %q in it", said.String(), want)
		}
	}
}

// Files of older versions: one with one time for each flight, and one with a line for each time.
func TestOverridesAreReadFromOlderFiles(t *testing.T) {
	for _, c := range []struct{ reason, file, want string }{
		{"one line for all that is held of a flight",
			`{"until":"2099-01-01T00:00:00Z","hidden":true,"held":{"flight":"A1","belt":"7","remark":""},` +
				`"beneath":{"flight":"A1"}}`,
			`belt 2099, remark 2099, hidden 2099`},
		{"several, each with its time",
			`{"until":"2097-01-01T00:00:00Z","held":{"flight":"A1","belt":"7"},"beneath":{"flight":"A1"}}
{"until":"2098-01-01T00:00:00Z","hidden":true,"held":{"flight":"A1"},"beneath":{"flight":"A1"}}
{"until":"2099-01-01T00:00:00Z","held":{"flight":"A1","remark":""},"beneath":{"flight":"A1"}}`,
			`belt 2097, remark 2099, hidden 2098`},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fileName), []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		log := eventlog.New(eventlog.Options{})
		_, err := Open(log, dir, eventlog.SyncAlways, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		one := overrides(log)["A1"]
		for _, k := range slices.Sorted(maps.Keys(one.Until)) {
			got = append(got, fmt.Sprint(k, " ", time.UnixMicro(one.Until[k]).UTC().Year()))
		}
		got = append(got, fmt.Sprint("hidden ", time.UnixMicro(one.Hidden).UTC().Year()))
		if got := strings.Join(got, ", "); got != c.want || one.Apply(&one.Base).Overridden != "belt\nremark" {
			t.Errorf("%s: overridden are %s, want %s", c.reason, got, c.want)
		}
	}
}
