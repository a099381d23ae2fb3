package web_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/web"
)

// TestViewersMayComeOverHTTP2 also holds that a stream outlives the deadline of its writes: on HTTP/2 a deadline that
// passes between two of them would reset the stream.
func TestViewersMayComeOverHTTP2(t *testing.T) {
	oneBubble(t, web.Options{Heartbeat: time.Hour}, true, func(s *site) {
		only := new(http.Protocols)
		only.SetUnencryptedHTTP2(true)
		s.client.Transport = &http.Transport{DialContext: s.network.Dial, Protocols: only}
		a, b := s.watch("/events"), s.watch("/events?batch")
		if a.answer.ProtoMajor != 2 {
			t.Fatalf("the answer came over %s", a.answer.Proto)
		}
		a.want("flightSnapshot", "[]")
		b.want("flightSnapshot", "[]")
		time.Sleep(time.Minute)
		at := s.append(1)
		for _, w := range []*watcher{a, b} {
			if e := w.event(); e.Type != "flightAddition" || e.ID != at.String() {
				t.Errorf("after a minute's silence came %s %s, want the addition %d", e.Type, e.ID, at)
			}
		}
		a.answer.Body.Close()
		b.answer.Body.Close()
		s.client.CloseIdleConnections()
		synctest.Wait()
	})
}
