package publish

import (
	"log/slog"
	"sync"
	"time"
	_ "time/tzdata" // machines and containers may have no time zones of their own
)

// A Calendar dates times that publishers report without a date, by the board's clock and the airport's zone. It is a
// [timetable.Calendar], and is safe for concurrent use.
type Calendar struct {
	Zone  *time.Location                // the airport's; nil: the server's, which is logged once
	Clock func(now time.Time) time.Time // the board's time, at a moment of the server's clock; nil: they are the same
	Log   *slog.Logger                  // nil: nothing is logged
	once  sync.Once
}

// Now implements [timetable.Calendar].
func (c *Calendar) Now(at int64) int64 { return c.now(time.UnixMicro(at)).Unix() }

func (c *Calendar) now(at time.Time) time.Time {
	if c == nil || c.Clock == nil {
		return at
	}
	return c.Clock(at)
}

// Date implements [timetable.Calendar]. Of an hour that comes twice, when clocks go back, it is the first one. In an
// hour that does not come, when they go forward, the offset is the one before.
func (c *Calendar) Date(from int64, clock string) string {
	wanted, err := time.Parse("15:04", clock)
	if err != nil {
		return ""
	}
	zone := c.zone()
	start := time.Unix(from, 0).In(zone)
	for days := range 3 {
		day := start.AddDate(0, 0, days)
		at := time.Date(day.Year(), day.Month(), day.Day(), wanted.Hour(), wanted.Minute(), 0, 0, zone)
		if first := at.Add(-time.Hour); first.Format("15:04") == clock {
			at = first
		}
		offset := at
		if at.Format("15:04") != clock {
			offset = at.Add(-3 * time.Hour)
		}
		if at.Unix() >= from {
			return day.Format(time.DateOnly) + "T" + clock + offset.Format(":00Z07:00")
		}
	}
	return ""
}

func (c *Calendar) zone() *time.Location {
	if c.Zone != nil {
		return c.Zone
	}
	c.once.Do(func() {
		if c.Log != nil {
			c.Log.Info("times without a date are read in the server's time zone; -airport or -zone names the airport's",
				"zone", time.Local.String())
		}
	})
	return time.Local
}
