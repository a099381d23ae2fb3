package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

// A sink is a response that nobody reads. It keeps where the bytes of its body are.
type sink struct {
	header http.Header
	parts  []*byte
	wrote  func()
}

func (s *sink) Header() http.Header { return s.header }
func (s *sink) WriteHeader(int)     {}
func (s *sink) Flush()              {}

func (s *sink) SetWriteDeadline(time.Time) error { return nil }

func (s *sink) Write(b []byte) (int, error) {
	s.parts = append(s.parts, &b[0])
	if s.wrote != nil {
		s.wrote()
	}
	return len(b), nil
}

// A change is encoded once, whatever the number of the requests that wait for it: all get the same memory.
func TestWaitingRequestsShareAnAnswer(t *testing.T) {
	for _, form := range []string{"", "&batch"} {
		for _, coding := range []string{"identity", "gzip"} {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				at := logtest.Append(t, log, logtest.Addition(1))
				synctest.Wait()
				handler := web.New(log, web.Options{})
				sinks := make([]sink, 1000)
				var done sync.WaitGroup
				for i := range sinks {
					r := httptest.NewRequestWithContext(t.Context(), "GET", "/events?wait=25s"+form, nil)
					r.Header.Set("Last-Event-ID", at.String())
					r.Header.Set("Accept-Encoding", coding)
					sinks[i].header = http.Header{}
					done.Go(func() { handler.ServeHTTP(&sinks[i], r) })
				}
				synctest.Wait()
				logtest.Append(t, log, logtest.Addition(2), logtest.Addition(3))
				done.Wait()
				if len(sinks[0].parts) == 0 {
					t.Fatal("no body")
				}
				for i := range sinks {
					if fmt.Sprint(sinks[i].parts) != fmt.Sprint(sinks[0].parts) {
						t.Fatalf("%s%s: the answers %v and %v are made of different bytes", coding, form, sinks[i].parts,
							sinks[0].parts)
					}
				}
			})
		}
	}
}

// Answers to requests from many positions do not fill the memory, also while nothing changes. In a bubble all of them
// come at the same time, so the log has no time to compress them.
func TestAnswersAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const flights = 10_000
		log := eventlog.New(eventlog.Options{})
		for n := range flights {
			logtest.Append(t, log, logtest.Addition(n))
		}
		var at []eventlog.Position
		for n := range flights / 2 {
			at = append(at, logtest.Append(t, log, logtest.Addition(n)))
		}
		synctest.Wait()
		handler := web.New(log, web.Options{})
		memory := func() int {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return int(m.HeapAlloc)
		}
		before, sent := memory(), 0
		for i := range 250 {
			r := httptest.NewRequestWithContext(t.Context(), "GET", "/events?wait=25s", nil)
			r.Header.Set("Last-Event-ID", at[i].String())
			r.Header.Set("Accept-Encoding", "gzip")
			handler.ServeHTTP(&counter{sink{header: http.Header{}}, &sent}, r)
		}
		if sent < 64<<20 {
			t.Fatalf("the answers are %d bytes, too few for this test", sent)
		}
		if grown := memory() - before; grown > 24<<20 {
			t.Errorf("after answers of %d bytes the memory has grown by %d", sent, grown)
		}
		runtime.KeepAlive(handler)
	})
}

// A counter is a sink that counts.
type counter struct {
	sink
	bytes *int
}

func (c *counter) Write(b []byte) (int, error) {
	*c.bytes += len(b)
	return len(b), nil
}

// BenchmarkWaiting is what it costs the server, without net/http and the kernel, to bring one change to viewers: to
// those that wait, from the request to the answer, and to those of a stream that handlers send.
func BenchmarkWaiting(b *testing.B) {
	for _, viewers := range []int{1, 100, 10_000} {
		for _, query := range []string{"?wait=25s", ""} {
			name := "wait"
			if query == "" {
				name = "stream"
			}
			b.Run(fmt.Sprintf("%s/%d", name, viewers), func(b *testing.B) { benchmarkWaiting(b, viewers, query) })
		}
	}
}

func benchmarkWaiting(b *testing.B, viewers int, query string) {
	log := eventlog.New(eventlog.Options{})
	at, _ := log.Append(b.Context(), logtest.Addition(0))
	handler := web.New(log, web.Options{NoTakeover: true})
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var asked, wrote, left sync.WaitGroup // that have asked, have their change, have returned
	requests, sinks := make([]*http.Request, viewers), make([]sink, viewers)
	begin := func() {
		for i, r := range requests {
			r.Header.Set("Last-Event-ID", at.String())
			sinks[i].header, sinks[i].parts = http.Header{}, sinks[i].parts[:0]
			asked.Add(1)
			left.Go(func() {
				asked.Done()
				handler.ServeHTTP(&sinks[i], r)
			})
		}
		asked.Wait()
	}
	for i := range requests {
		requests[i] = httptest.NewRequestWithContext(ctx, "GET", "/events"+query, nil)
	}
	stream := query == ""
	if stream {
		for i := range sinks {
			wrote.Add(2) // the greeting, and a heartbeat because nothing was missed
			sinks[i].wrote = func() {
				sinks[i].parts = sinks[i].parts[:0]
				wrote.Done()
			}
		}
		begin()
		wrote.Wait()
	}
	b.ReportAllocs()
	for b.Loop() {
		if stream {
			wrote.Add(viewers)
		} else {
			begin()
		}
		at, _ = log.Append(b.Context(), logtest.Addition(0))
		if stream {
			wrote.Wait()
		} else {
			left.Wait()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*viewers), "ns/delivery")
	cancel()
	left.Wait()
}
