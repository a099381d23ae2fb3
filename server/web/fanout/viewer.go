package fanout

import (
	"time"

	"flightboard/server/eventlog"
)

// A Viewer is one response that streams: a place in the log, and when the viewer was last written to.
//
// It gets a heartbeat when nothing else was written for an interval. In trouble, as long as there is any and once more
// when it is over, it gets one an interval after the last heartbeat, whatever else was written.
type Viewer struct {
	Cursor  eventlog.Cursor
	Name    string    // for logs: address and port
	Began   time.Time // when it came
	Events  int       // how many were written
	Written time.Time // when something was last written

	beat    time.Time // when that was a heartbeat; at first Began
	trouble bool      // that heartbeat was about trouble
}

// NewViewer returns a viewer who comes now.
func NewViewer(c eventlog.Cursor, name string, now time.Time) *Viewer {
	return &Viewer{Cursor: c, Name: name, Began: now, Written: now, beat: now}
}

// WaitingSince returns the time from which the next heartbeat is due after an interval. trouble is whether there is
// trouble now.
func (v *Viewer) WaitingSince(trouble bool) time.Time {
	if trouble || v.trouble {
		return v.beat
	}
	return v.Written
}

// Heartbeat returns the heartbeat in the form of the viewer's cursor, and notes that it is written now.
func (v *Viewer) Heartbeat(event []byte, trouble bool, now time.Time) []byte {
	v.Written, v.beat, v.trouble = now, now, trouble
	return v.Cursor.Wrap(event)
}
