package feed

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
)

// A recording that is played has the day and the clock of its lines, in the zone of its flights. After the last line
// it has no clock.
func TestAPlayedRecordingDescribesItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "day.ndjson")
	const day = `{"stamp":"2026-11-20T23:30:00Z","flight":"LH400","arrival":"2026-11-21T01:10:00+01:00"}
{"stamp":"2026-11-21T00:30:00Z","flight":"LH400","state":"landed"}
`
	if err := os.WriteFile(path, []byte(day), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPlayback("day", path, 60, LineOptions{})
		if err != nil {
			t.Fatal(err)
		}
		want := func(recorded, clock string, speed float64) {
			t.Helper()
			d := p.Describe(time.Now())
			show := func(at time.Time) string {
				if at.IsZero() {
					return ""
				}
				return at.In(d.Zone).Format("2006-01-02 15:04 -07")
			}
			if show(d.Recorded) != recorded || show(d.Now) != clock || d.Speed != speed || d.Recording != "day" {
				t.Errorf("recorded %q, now %q, speed %v, called %s; want %q, %q, %v", show(d.Recorded), show(d.Now), d.Speed,
					d.Recording, recorded, clock, speed)
			}
		}
		want("", "", 0)
		go p.Run(t.Context(), speaker{eventlog.New(eventlog.Options{}), "day"})
		synctest.Wait()
		want("2026-11-21 00:30 +01", "2026-11-21 00:30 +01", 60)
		time.Sleep(30 * time.Second)
		want("2026-11-21 01:00 +01", "2026-11-21 01:00 +01", 60)
		time.Sleep(time.Minute)
		synctest.Wait()
		want("2026-11-21 01:30 +01", "", 0)
	})
}
