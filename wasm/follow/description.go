package follow

import "time"

// A Description says what the board is, as the server has sent it. The zero value is that of a page without a server.
type Description struct {
	Place     string        // city and code of the airport
	Time      time.Time     // the board's clock when the description came; zero: unknown
	East      time.Duration // by which the airport's clock is ahead of UTC
	Speed     float64       // how many times as fast as real time the clock goes
	Recording string        // the recorded day, as in 2023-12-20, or a name; "": the board is live
	Credit    string        // what the sources of the flights ask a page to show
}

// Clock returns what the airport's clock shows some time after the description came, as a time in UTC, and the time
// until it shows another minute.
func (d *Description) Clock(after time.Duration) (shows time.Time, next time.Duration) {
	shows = d.Time.Add(d.East + time.Duration(float64(after)*d.Speed))
	left := time.Minute - time.Duration(shows.UnixNano())%time.Minute
	return shows, time.Duration(float64(left) / d.Speed)
}
