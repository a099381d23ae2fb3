//go:build unix

package proxies

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// TestPollingPassesWhatMutesAStream has a viewer that polls, and one that resumes a stream, behind what holds back the
// stream. To the first every change comes within a second, to the other one the first change does not.
func TestPollingPassesWhatMutesAStream(t *testing.T) {
	t.Parallel()
	var started sync.WaitGroup
	for _, c := range []struct {
		name  string
		start setUp
	}{
		{"nginx that ignores X-Accel-Buffering", nginxDefaults("proxy_ignore_headers X-Accel-Buffering;")},
		{"a box that holds back the first kilobyte", box(holdFirstKilobyte).start},
		{"a box that collects kilobytes", box(collectKilobytes).start},
		{"a box that holds back the last piece", box(holdLastPiece).start},
		{"a box that holds back everything", box(holdEverything).start},
	} {
		started.Add(1)
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			f := startTogether(t, s, c.start, &started)
			position, err := http.Head(s.url + "flights")
			if err != nil {
				t.Fatal(err)
			}
			position.Body.Close()
			streams := newViewer(t, f.plain, "Last-Event-ID: "+position.Header.Get("Last-Event-ID"))
			direct := newViewer(t, s.url)
			polls, zipped := newViewer(t, f.plain, "wait"), newViewer(t, f.plain, "wait", "gzip")
			s.publishEvery(time.Second)
			busy := arrive(t, "without a box", direct, time.Minute).longest
			arrive(t, "polling", polls, busy)
			arrive(t, "polling with gzip", zipped, busy)
			first := streams.firstChange()
			t.Logf("the stream's first change: %v", first)
			if first.failed != nil || first.number != 0 && first.delay < 900*time.Millisecond {
				t.Errorf("the stream's first change: %v; so it is not muted, and this is no test", first)
			}
		})
	}
}

// firstChange returns the first change or error that has come; its zero value if none has.
func (v *viewer) firstChange() news {
	for {
		n, ok := v.next(0)
		if !ok || n.failed != nil || n.number != 0 && n.snapshot == "" {
			return n
		}
	}
}

func (n news) String() string {
	switch {
	case n.failed != nil:
		return n.failed.Error()
	case n.number == 0:
		return "has not come"
	}
	return n.delay.Round(time.Millisecond).String() + " late"
}
