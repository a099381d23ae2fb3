package fanout

import (
	"net"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// A recorder is a connection that keeps each write to it.
type recorder struct {
	net.Conn
	writes []string
}

func (r *recorder) TryWrite(b []byte) (int, error) {
	r.writes = append(r.writes, string(b))
	return len(b), nil
}

func noHeartbeat(time.Time) ([]byte, bool) { return nil, false }

// The head is a write of its own, before the snapshot: a viewer on a slow line, and one behind a proxy that forwards a
// part only when the next one comes, learns at once that it is connected.
func TestTheHeadIsWrittenBeforeTheSnapshot(t *testing.T) {
	log := eventlog.New(eventlog.Options{})
	logtest.Append(t, log, logtest.Addition(1), logtest.Addition(2))
	p := New(log, Options{Interval: time.Hour, Heartbeat: noHeartbeat, Left: func(*Viewer, error) {},
		Measures: new(Measures)})
	cursor, err := log.Cursor("", 0)
	if err != nil {
		t.Fatal(err)
	}
	to := &recorder{}
	p.start(&conn{Viewer: Viewer{Cursor: cursor}, tryConn: to, sweeper: p.sweepers[0], index: -1}, []byte("the head"))
	if len(to.writes) != 2 || to.writes[0] != "the head" || !strings.HasPrefix(to.writes[1], "event: flightSnapshot\n") {
		t.Errorf("the writes are %q, want the head and then the snapshot", to.writes)
	}
}
