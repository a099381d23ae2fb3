package fanout

import (
	"net/http"
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
	Request string    // for logs: the request's ID
	Began   time.Time // when it came
	Events  int       // the number of written events
	Written time.Time // the time of the last write

	// OnEnd calls end, perhaps more than once, when the viewer's session has ended, unless stop is called first. Nil: it
	// may watch for ever.
	OnEnd func(end func()) (stop func())

	beat    time.Time // the time of the last heartbeat; at first Began
	trouble bool      // that heartbeat was about trouble

	Kind // of its connection
}

// A Kind is how a viewer is served.
type Kind struct {
	Way  Way
	HTTP Version
}

// A Way is how a viewer gets its events.
type Way uint8

// The ways.
const (
	Sweeper    Way = iota // its connection was taken over from net/http
	SweeperTLS            // the same, with TLS
	Handler               // a handler sends them
	Polling               // it asks for them again and again
	Ways
)

func (w Way) String() string {
	return [Ways]string{"sweeper", "sweeper-tls", "handler", "polling"}[w%Ways]
}

// A Version is a version of HTTP.
type Version uint8

// The versions.
const (
	HTTP10 Version = iota
	HTTP11
	HTTP2
	Versions
)

func (v Version) String() string { return [Versions]string{"1.0", "1.1", "2"}[v%Versions] }

// VersionOf returns the version of a request.
func VersionOf(r *http.Request) Version {
	switch {
	case r.ProtoMajor >= 2:
		return HTTP2
	case r.ProtoAtLeast(1, 1):
		return HTTP11
	}
	return HTTP10
}

// A State is a viewer at a moment, for people who look into a server.
type State struct {
	Kind
	Name, Request string
	Form          eventlog.Form
	Began, Behind time.Time         // when it came; since when it is behind, zero: it is not
	Written       time.Time         // the time of the last write, when the state was taken last
	Events        int               // the number of written events, when the state was taken last
	At            eventlog.Position // of the last event
}

// State returns the viewer's state. Only the goroutine that has the viewer may call it.
func (v *Viewer) State() State {
	return State{Kind: v.Kind, Name: v.Name, Request: v.Request, Form: v.Cursor.Form(), Began: v.Began,
		Written: v.Written, Events: v.Events, At: v.Cursor.Position()}
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
