//go:build unix

package fanout

import (
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
)

// A notebook is a viewer's connection that keeps what is written to it.
type notebook struct {
	net.Conn
	text strings.Builder
	then func() // called at each write
}

func (n *notebook) TryWrite(b []byte) (int, error) {
	defer n.then()
	return n.text.Write(b)
}

// TestAPublisherIsServedInTheMiddleOfASweep has one processor. The first viewer's write makes a request come over the
// network; before the last viewer's turn it has been served, and what it brought reaches that viewer in the same sweep.
func TestAPublisherIsServedInTheMiddleOfASweep(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	request, network, err := os.Pipe() // to the runtime it is what a socket is
	if err != nil {
		t.Fatal(err)
	}
	defer request.Close()
	defer network.Close()
	raw, err := network.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	log := eventlog.New(eventlog.Options{})
	s := New(log, Options{Interval: time.Hour, Heartbeat: noHeartbeat, Left: func(*Viewer, error) {},
		Measures: new(Measures)}).sweepers[0]
	s.yield = newYield()
	defer s.yield.close()
	const viewers = 4 * yieldAfter
	var books [viewers]notebook
	for i := range books {
		books[i].then = func() {}
		c, err := log.Cursor("", 0)
		if err != nil {
			t.Fatal(err)
		}
		c.Next()
		s.conns = append(s.conns, &conn{Viewer: Viewer{Cursor: c}, tryConn: &books[i], sweeper: s, index: i})
	}
	books[0].then = func() {
		raw.Write(func(fd uintptr) bool { // a write of package os could let the publisher in by itself
			syscall.Write(int(fd), []byte{1})
			return true
		})
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		var b [1]byte
		request.Read(b[:])
		logtest.Append(t, log, logtest.State(1, "landed"))
	}()
	logtest.Append(t, log, logtest.Addition(1))
	s.yield.yield() // the publisher waits for its request now
	s.sweep(time.Now())
	<-served
	if got := books[0].text.String(); !strings.Contains(got, "flightAddition") || strings.Contains(got, "landed") {
		t.Errorf("the first viewer has got %q, want the addition alone", got)
	}
	if got := books[viewers-1].text.String(); !strings.Contains(got, "flightAddition") ||
		!strings.Contains(got, "landed") {
		t.Errorf("the last viewer has got %q, want what was published during the sweep as well", got)
	}
}

// BenchmarkYield is what a sweep pays for each slice of viewers.
func BenchmarkYield(b *testing.B) {
	y := newYield()
	defer y.close()
	b.ReportAllocs()
	for b.Loop() {
		y.yield()
	}
}
