package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

// BenchmarkPublishHandler is for the promise that 2,000 changes a second are accepted on one core while 1,000 viewers
// watch, and that nothing is lost: an operation is one change, and every viewer gets every one. Viewers are on sockets
// and in this process, so the figure pays for them as well. Run it with -cpu 1.
func BenchmarkPublishHandler(b *testing.B) {
	for _, viewers := range []int{0, 1000} {
		for _, batch := range []int{1, 100} {
			b.Run(fmt.Sprintf("%d viewers, %d changes a body", viewers, batch),
				func(b *testing.B) { publishTo(b, viewers, batch) })
		}
	}
}

func publishTo(b *testing.B, viewers, batch int) {
	log := eventlog.New(eventlog.Options{})
	if _, err := log.Append(b.Context(), logtest.Addition(1)); err != nil {
		b.Fatal(err)
	}
	face := web.New(log, web.Options{OpenDoor: true, Rate: -1})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := &http.Server{Handler: face, ConnContext: face.ConnContext}
	var running, watching sync.WaitGroup
	running.Go(func() { face.Run(ctx) })
	running.Go(func() { server.Serve(listener) })
	defer running.Wait()
	defer server.Close()
	defer cancel()

	rounds := (b.N + batch - 1) / batch
	var lost atomic.Int64
	for range viewers {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
		piece := make([]byte, 16<<10)
		for seen := 0; !bytes.Contains(piece[:seen], []byte("flightSnapshot")); {
			n, err := conn.Read(piece[seen:])
			if err != nil {
				b.Fatal(err)
			}
			seen += n
		}
		watching.Go(func() {
			left := rounds * batch
			word := []byte("\nevent: flightStateUpdate\n")
			rest := []byte("\n") // the line before the first has been read
			for left > 0 {
				n, err := conn.Read(piece)
				if err != nil {
					lost.Add(int64(left))
					return
				}
				rest = append(rest, piece[:n]...)
				left -= bytes.Count(rest, word)
				if i := bytes.LastIndex(rest, word); i >= 0 {
					rest = rest[i+len(word)-1:]
				}
				rest = rest[max(0, len(rest)-len(word)+1):]
			}
		})
	}
	client := &http.Client{}
	defer client.CloseIdleConnections()
	url := "http://" + listener.Addr().String() + "/flights"
	var body bytes.Buffer
	b.ResetTimer()
	for round := range rounds {
		body.Reset()
		for i := range batch {
			fmt.Fprintf(&body, "{\"event\":\"flightStateUpdate\",\"data\":{\"flight\":\"LH1\",\"remark\":\"%d\"}}\n",
				round*batch+i)
		}
		answer, err := client.Post(url, "application/x-ndjson", &body)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			b.Fatalf("POST = %s", answer.Status)
		}
	}
	watching.Wait()
	b.StopTimer()
	if n := lost.Load(); n > 0 {
		b.Errorf("%d deliveries are lost", n)
	}
	b.ReportMetric(float64(rounds*batch)/b.Elapsed().Seconds(), "changes/s")
	b.ReportMetric(float64(rounds*batch*viewers)/b.Elapsed().Seconds(), "deliveries/s")
}
