package feed

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
)

// A row that was deleted while the server was down leaves the board, unless the table has broken off.
func TestRowsDeletedWhileTheServerWasDown(t *testing.T) {
	const head, early, late, other = "flight,arrival,gate\n", "WN706,06:40,B3\n", "WN706,11:15,B9\n", "LH1,06:00,A1\n"
	legs := []string{"LH1 06:00 A1", "WN706 06:40 B3", "WN706 11:15 B9"}
	for _, c := range []struct {
		reason, text string
		after        time.Duration
		want         []string
	}{
		{"nothing was", head + other + early + late, whole, legs},
		{"a leg", head + other + late, whole, []string{"LH1 06:00 A1", "WN706 11:15 B9"}},
		{"the other leg", head + other + early, whole, []string{"LH1 06:00 A1", "WN706 06:40 B3"}},
		{"and it has another gate", head + other + "WN706,06:40,C1\n", whole, []string{"LH1 06:00 A1", "WN706 06:40 C1"}},
		{"all, and one came", head + "LH2,07:00,\n", time.Minute, []string{"LH2 07:00 "}},
		{"it breaks off", head + other + "WN706,06:40,B3", time.Minute, legs},
		{"a line cannot be read", head + other + "WN706,noon,B3\n,,B3\n", time.Minute, legs},
		{"it has no headings", "Flug,Zeit\n", time.Minute, legs},
		{"it is empty", "", time.Minute, legs},
	} {
		t.Run(c.reason, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "day.csv")
			synctest.Test(t, func(t *testing.T) {
				var log recorder
				owned := func() (flights []timetable.Flight) {
					for f := range log.board.Flights() {
						flights = append(flights, *f)
					}
					return flights
				}
				life := func(text string, after time.Duration) (rows []string) {
					if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
					f, err := NewFile("desk", path, LineOptions{Owned: owned})
					if err != nil {
						t.Fatal(err)
					}
					stop := start(t, f, &log)
					time.Sleep(after)
					if err := stop(); err != nil {
						t.Error(err)
					}
					for f := range log.board.Flights() {
						rows = append(rows, f.Number+" "+f.Arrival+" "+f.Gate)
					}
					return rows
				}
				if diff := cmp.Diff(legs, life(head+other+early+late, whole)); diff != "" {
					t.Fatalf("before (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(c.want, life(c.text, c.after)); diff != "" {
					t.Errorf("after the restart (-want +got):\n%s", diff)
				}
			})
		})
	}
}
