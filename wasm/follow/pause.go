package follow

import (
	"time"

	"flightboard/timetable/words"
)

// The longest pauses: that the follower makes by itself, and that a server may ask for.
const (
	longestPause = 30 * time.Second
	longestWait  = time.Hour
)

// retryLater waits for 1 s, doubled with each attempt that fails, but never more than 30 s, less a random part of up
// to a half.
func (f *Follower) retryLater(cause words.Message) {
	f.wire.Close()
	pause := longestPause
	if f.tries < 5 {
		pause = time.Second << f.tries
	}
	f.tries++
	if f.blocked != "" && f.blockable(cause) {
		cause = f.blocked
	}
	f.cause, f.asked, f.out = cause, false, false
	f.setPhase(waiting)
	f.due = f.elapsed + pause/2 + time.Duration(f.random()*float64(pause/2))
}
