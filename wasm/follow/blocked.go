package follow

import (
	"time"

	"flightboard/timetable/words"
)

// Blocked reports that the browser does not let the page connect, and why, in the reader's words. The attempt itself
// fails as it does when the server is down, or cannot even begin.
func (f *Follower) Blocked(now time.Time, why words.Message) {
	f.advance(now)
	f.blocked = why
	if f.blockable(f.cause) {
		f.cause = why
	}
}

// blockable reports whether an attempt may have failed so because the browser does not let the page connect. WebKit
// throws an exception then.
func (f *Follower) blockable(cause words.Message) bool {
	return cause == words.Unreachable || cause != "" && cause == f.thrown
}
