package web_test

import (
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/web"
	"flightboard/server/web/fanout"
)

func TestEachViewerIsSeenFromOutside(t *testing.T) {
	for way, takeover := range map[fanout.Way]bool{fanout.Sweeper: true, fanout.Handler: false} {
		oneBubble(t, web.Options{Heartbeat: time.Hour}, takeover, func(s *site) {
			at := s.append(1)
			w := s.watch("/events?batch", "Last-Event-ID", at.String())
			w.event()
			s.watch("/events").event()
			at = s.append(2)
			w.event()
			time.Sleep(time.Minute)
			synctest.Wait()
			viewers := make(map[string]fanout.State)
			s.handler.EachViewer(s.Context(), func(v fanout.State) { viewers[v.Form.String()] = v })
			batch := viewers["batch"]
			if len(viewers) != 2 || batch.At != at || batch.Way != way || batch.HTTP != fanout.HTTP11 ||
				!batch.Behind.IsZero() || time.Since(batch.Began) < time.Minute || batch.Name != "127.0.0.1:1" ||
				len(batch.Request) != 13 {
				t.Errorf("the viewers are %+v, want two, one of them at %d by a %v", viewers, at, way)
			}
		})
	}
}
