package program

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
)

// Each feed says what its board is, and -airport names the airport for all of them.
func TestWhatTheBoardIs(t *testing.T) {
	folder := t.TempDir()
	table, day := filepath.Join(folder, "tower.csv"), filepath.Join(folder, "day.ndjson")
	for _, file := range []string{table, day} {
		if err := os.WriteFile(file, []byte("flight\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		flags string
		want  string // place, direction, zone, recording, speed, whether it has a clock and credit
	}{
		{"-feed none", ""},
		{"-feed none -airport zrh", "Zurich ZRH arrivals Europe/Zurich clock"},
		{"-feed - -airport LSZH", "Zurich ZRH arrivals Europe/Zurich clock"},
		{"-feed " + table, ""},
		{"-feed " + table + " -airport ZRH", "Zurich ZRH arrivals Europe/Zurich clock"},
		{"-feed none -zone Europe/Zurich", "Europe/Zurich clock"},
		{"-feed replay", "New York JFK arrivals America/New_York recording of 2023-12-20 x60 clock"},
		{"-feed replay -speed 1 -airport ZRH", "Zurich ZRH arrivals Europe/Zurich recording of 2023-12-20 clock"},
		{"-feed tutorial", "recording of tutorial"},
		{"-feed tutorial -airport ZRH", "Zurich ZRH arrivals Europe/Zurich recording of tutorial clock"},
		{"-feed " + day + " -speed 60", "recording of day"}, // no line has been played yet
		{"-feed " + day + " -speed 60 -airport ZRH", "Zurich ZRH arrivals recording of day"},
		{"-feed avinor:OSL", "Oslo OSL arrivals Europe/Oslo clock credit"},
		{"-feed avinor:OSL -airport BGO", "Bergen BGO arrivals Europe/Oslo clock credit"},
		{"-feed hkia", "Hong Kong HKG arrivals Asia/Hong_Kong clock credit"},
		{"-feed vatsim:EDDF", "Frankfurt FRA arrivals Europe/Berlin clock credit"},
	} {
		s, err := parse(strings.Fields(test.flags), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.sources(eventlog.New(eventlog.Options{}), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatalf("%s: %v", test.flags, err)
		}
		all.overrides.Close()
		d := all.describe(time.Now())
		got := strings.Join([]string{d.City, d.Airport, d.Direction}, " ")
		if d.Zone != "" && !d.Time.IsZero() {
			got += " " + d.Zone
		}
		if d.Recording != "" {
			got += " recording of " + d.Recording
		}
		if d.Speed == 60 {
			got += " x60"
		}
		if !d.Time.IsZero() {
			got += " clock"
		}
		if len(d.Credit) > 0 {
			got += " credit"
		}
		if got = strings.TrimSpace(got); got != test.want {
			t.Errorf("%s: the board is %q, want %q", test.flags, got, test.want)
		}
	}
}
