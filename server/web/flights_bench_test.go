package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
	"flightboard/www"
)

// BenchmarkReadersOfTheBoard is for the promise that readers of the whole board keep no viewer waiting. An operation
// is a change to a board of 10,000 flights, one each millisecond, while 32 readers ask for a document again and
// again. It reports how long a change takes to be published, and to be seen by a viewer of the stream. Use
// -benchtime 2000x.
func BenchmarkReadersOfTheBoard(b *testing.B) {
	for _, c := range []struct{ path, accept, coding string }{
		{"", "", ""}, // without readers
		{"/flights", "application/json", "identity"},
		{"/flights", "application/json", "gzip"},
		{"/flights", "text/csv", "identity"},
		{"/flights", "text/plain", "identity"},
		{"/", "text/html", "gzip"},
	} {
		b.Run(strings.TrimSpace(c.path+" "+c.accept+" "+c.coding), func(b *testing.B) {
			readWhilePublishing(b, 32, c.path, "Accept", c.accept, "Accept-Encoding", c.coding)
		})
	}
}

func readWhilePublishing(b *testing.B, readers int, path string, headers ...string) {
	log := eventlog.New(eventlog.Options{})
	var all []timetable.Change
	for n := range 10_000 {
		c := logtest.Addition(n)
		c.Flight.Airline, c.Flight.From, c.Flight.Terminal, c.Flight.Gate = "Lufthansa", "FRA", "1", "B"+strconv.Itoa(n%60)
		all = append(all, c)
	}
	if _, err := log.Append(b.Context(), all...); err != nil {
		b.Fatal(err)
	}
	face := web.New(log, web.Options{Page: www.Files})
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	defer running.Wait()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: face, ConnContext: face.ConnContext}
	running.Go(func() { face.Run(ctx) })
	running.Go(func() { server.Serve(listener) })
	defer server.Close()
	defer stop()
	url := "http://" + listener.Addr().String()

	answer, err := http.Get(url + "/events")
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	seen := make(chan time.Duration, b.N)
	running.Go(func() {
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if _, text, ok := strings.Cut(lines.Text(), `"remark":"`); ok {
				text, _, _ = strings.Cut(text, `"`)
				at, _ := strconv.ParseInt(text, 10, 64)
				seen <- time.Since(time.Unix(0, at))
			}
		}
	})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers, DisableCompression: true}}
	var documents, bytes int64
	var mu sync.Mutex
	for range readers {
		if path == "" {
			break
		}
		running.Go(func() {
			for ctx.Err() == nil {
				r, _ := http.NewRequestWithContext(ctx, "GET", url+path, nil)
				for i := 0; i < len(headers); i += 2 {
					r.Header.Set(headers[i], headers[i+1])
				}
				if answer, err := client.Do(r); err == nil {
					n, _ := io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
					mu.Lock()
					documents, bytes = documents+1, bytes+n
					mu.Unlock()
				}
			}
		})
	}
	published := make([]time.Duration, 0, b.N)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	b.ResetTimer()
	for n := range b.N {
		<-tick.C
		before := time.Now()
		c := timetable.Change{Kind: timetable.KindUpdate, Named: timetable.FieldRemark.Bit() | timetable.FieldExpected.Bit(),
			Flight: timetable.Flight{Number: logtest.Flight(n % 10_000).Number, Remark: strconv.FormatInt(before.UnixNano(), 10),
				Expected: fmt.Sprintf("%02d:%02d", n%24, n%60)}}
		if _, err := log.Append(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		published = append(published, time.Since(before))
	}
	arrived := make([]time.Duration, b.N)
	for i := range arrived {
		arrived[i] = <-seen
	}
	b.StopTimer()
	stop()
	slices.Sort(published)
	slices.Sort(arrived)
	mu.Lock()
	defer mu.Unlock()
	b.ReportMetric(float64(documents)/b.Elapsed().Seconds(), "documents/s")
	b.ReportMetric(float64(published[b.N*99/100].Microseconds())/1000, "p99-published-ms")
	b.ReportMetric(float64(arrived[b.N/2].Microseconds())/1000, "p50-seen-ms")
	b.ReportMetric(float64(arrived[b.N*99/100].Microseconds())/1000, "p99-seen-ms")
}
