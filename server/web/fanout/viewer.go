package fanout

import (
	"time"

	"flightboard/server/eventlog"
)

// A Viewer is one streaming response: a place in the log, and the time of the last write.
//
// It gets a heartbeat when nothing else was written for an interval. While there is trouble, and once more afterwards,
// it gets one an interval after the last heartbeat, also if events were written.
type Viewer struct {
	Cursor  eventlog.Cursor
	Name    string    // for logs: address and port
	Began   time.Time // when it came
	Events  int       // the number of written events
	Written time.Time // the time of the last write

	beat    time.Time // the time of the last heartbeat; at first Began
	trouble bool      // that heartbeat was about trouble
}

// NewViewer returns a viewer that comes now.
func NewViewer(c eventlog.Cursor, name string, now time.Time) *Viewer {
	return &Viewer{Cursor: c, Name: name, Began: now, Written: now, beat: now}
}

// WaitingSince returns the time after which the next heartbeat is due an interval later. trouble reports whether there
// is trouble now.
func (v *Viewer) WaitingSince(trouble bool) time.Time {
	if trouble || v.trouble {
		return v.beat
	}
	return v.Written
}

// Heartbeat returns the heartbeat in the form of the viewer's cursor, and records that it is written now.
func (v *Viewer) Heartbeat(event []byte, trouble bool, now time.Time) []byte {
	v.Written, v.beat, v.trouble = now, now, trouble
	return v.Cursor.Wrap(event)
}
