package follow

import (
	"strconv"
	"time"
)

// All that the follower says to readers stands here.

const (
	wordConnecting   = "Connecting"
	wordLive         = "Live"
	wordReconnecting = "Reconnecting"
	wordOffline      = "Offline"

	unreachable  = "the server cannot be reached"
	nothingHeard = "the server has fallen silent"
	misread      = "an update could not be read"
)

// Buttons.
const (
	StopUpdates   = "Stop updates"
	ResumeUpdates = "Resume updates"
)

func quietSince(clock string, heartbeats bool) string {
	if heartbeats {
		return "Live but quiet since " + clock
	}
	return "No news since " + clock + ", and this server does not tell whether it is well"
}

func stoppedAt(clock string) string { return "Stopped by you at " + clock }

func endedAt(clock string) string { return "Ended at " + clock + ", no more updates will come" }

func silentSince(feed, clock string) string { return "Feed " + feed + " silent since " + clock }

// asOf says what the board is worth.
func asOf(clock string, connected bool) string {
	if connected {
		return ", board as of " + clock
	}
	return ", board as the page brought it"
}

func outdated(clock string, connected bool) string {
	if connected {
		return "No contact with the server since " + clock + ". These flights may be out of date."
	}
	return "No contact with the server. These flights may be out of date."
}

// why explains an answer that is no event stream.
func why(a Answer) string {
	switch {
	case a.Status == 0:
		return unreachable
	case a.Status != 200:
		return "the server answers " + strconv.Itoa(a.Status)
	case a.Moved:
		return "the server leads to another page, perhaps to sign in"
	case a.Type != "text/event-stream":
		return "the server answers with " + a.Type + " instead of events"
	}
	return "the connection was refused"
}

func inSeconds(d time.Duration) string {
	return " in " + strconv.Itoa(int((d+time.Second-1)/time.Second)) + " s"
}

// aged is how old something is, in brackets.
func aged(d time.Duration) string {
	number := func(n time.Duration, unit string) string { return " (" + strconv.Itoa(int(n)) + " " + unit + ")" }
	switch {
	case d < time.Minute:
		return number(d/time.Second, "s")
	case d < time.Hour:
		return number(d/time.Minute, "min")
	}
	return number(d/time.Hour, "h")
}

// timeOfDay writes 15:04:05. [time.Time.Format] would do, for 15 kB of every first visit.
func timeOfDay(t time.Time, zone time.Duration) string {
	const day = 24 * 60 * 60
	seconds := (t.Add(zone).Unix()%day + day) % day
	digits := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(seconds/3600) + ":" + digits(seconds/60%60) + ":" + digits(seconds%60)
}
