package poll

import "time"

// A Status is the state of a feed at a moment.
type Status struct {
	Answered time.Time     // when the last good answer came; zero: there was none
	News     time.Time     // of what that answer has: the source's own time, or when its rows last changed
	Interval time.Duration // between two answers, as long as there is no trouble
	Next     time.Time     // when the source is asked next; zero: it is being asked
	Trouble  string        // why there was no answer; "": there was one

	Rows     int      // that the last answer had
	Rejected int      // those of them that the board cannot take
	Reasons  []string // of the first of them, with their places
	Unmapped []string // words for states that the source's table lacks; those that came most often are first
	Quota    int      // requests that are left; -1: any number
}

const (
	maxReasons  = 3
	maxUnmapped = 20
)
