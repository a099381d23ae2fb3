//go:build unix

package proxies

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventstream"
)

// A viewer follows the board through a proxy, as a browser does: when its connection is cut, it returns with the ID of
// the last event.
type viewer struct {
	t      *testing.T
	client *http.Client
	url    string      // of the board
	header http.Header // of each request
	wait   bool        // it polls: each answer is complete
	news   chan news

	done   <-chan struct{} // closed when the test is over
	lastID string
	number int // of the change that it has seen last
}

// A news is what a viewer has seen. One field is set.
type news struct {
	opened   string // the protocol of an answer, as in HTTP/2.0
	failed   error  // the reason for which it has no stream
	snapshot string
	number   int // of a change
	delay    time.Duration
}

// newViewer returns a viewer that follows until the test is over.
func newViewer(t *testing.T, url string, kind ...string) *viewer {
	v := &viewer{t: t, client: newClient(t), url: url, header: http.Header{"Accept-Encoding": {"identity"}},
		news: make(chan news, 10_000)}
	for _, k := range kind {
		switch {
		case k == "gzip":
			v.header.Set("Accept-Encoding", "gzip")
		case k == "wait":
			v.wait = true
		case strings.HasPrefix(k, "Cookie: "):
			v.header.Set("Cookie", strings.TrimPrefix(k, "Cookie: "))
		case strings.HasPrefix(k, "Last-Event-ID: "):
			v.lastID = strings.TrimPrefix(k, "Last-Event-ID: ")
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	v.done = ctx.Done()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			if err := v.follow(ctx); err != nil && ctx.Err() == nil {
				v.report(news{failed: err})
				select {
				case <-ctx.Done():
				case <-time.After(100 * time.Millisecond):
				}
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		v.client.CloseIdleConnections()
	})
	return v
}

// follow makes a request, and reads its answer to the end.
func (v *viewer) follow(ctx context.Context) error {
	address := v.url + "events"
	if v.wait {
		address += "?wait=25s"
	}
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		return err
	}
	r.Header = v.header.Clone()
	if v.lastID != "" {
		r.Header.Set("Last-Event-ID", v.lastID)
	}
	answer, err := v.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || kind != "text/event-stream" {
		return fmt.Errorf("%s %s %s", answer.Status, kind, answer.Header.Get("Location"))
	}
	v.report(news{opened: answer.Proto})
	body := io.Reader(answer.Body)
	if v.wait { // all or nothing
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	if v.header.Get("Accept-Encoding") == "gzip" {
		if coding := answer.Header.Get("Content-Encoding"); coding != "gzip" {
			return fmt.Errorf("the answer's coding is %q, want gzip", coding)
		}
		if body, err = gzip.NewReader(body); err != nil {
			return err
		}
	}
	for event, err := range eventstream.Read(body) {
		if err != nil {
			return fmt.Errorf("cut: %w", err)
		}
		v.take(event)
	}
	if v.wait {
		return nil
	}
	return io.EOF
}

func (v *viewer) report(n news) {
	select {
	case v.news <- n:
	case <-v.done:
	}
}

// take reports an event as news.
func (v *viewer) take(e eventstream.Event) {
	if e.ID != "" {
		v.lastID = e.ID
	}
	_, text, ok := bytes.Cut([]byte(e.Data), []byte(`"remark":"`))
	var number int
	var at int64
	if ok {
		fmt.Sscanf(string(text), "%d %d", &number, &at)
	}
	switch {
	case e.Type == "flightSnapshot":
		v.report(news{snapshot: strconv.Itoa(number), number: number})
	case ok:
		v.report(news{number: number, delay: time.Since(time.UnixMicro(at))})
	}
}

// next returns what the viewer sees next, within a time.
func (v *viewer) next(within time.Duration) (n news, ok bool) {
	select {
	case n = <-v.news: // also if the time is over
		return n, true
	default:
	}
	select {
	case n = <-v.news:
		return n, true
	case <-time.After(within):
		return n, false
	}
}

// A tally is what a viewer has seen.
type tally struct {
	opened, failed, snapshots, changes int
	protocol                           string
	failure                            string // the last
	longest                            time.Duration
}

// until counts what the viewer sees until it is enough. Each change has to come once and in order.
func (v *viewer) until(enough func(tally) bool) (seen tally) {
	v.t.Helper()
	for deadline := time.Now().Add(*lasting + 30*time.Second); !enough(seen); {
		n, ok := v.next(time.Until(deadline))
		switch {
		case !ok:
			v.t.Fatalf("that is not enough: %+v", seen)
		case n.opened != "":
			seen.opened++
			seen.protocol = n.opened
		case n.failed != nil:
			seen.failed++
			seen.failure = n.failed.Error()
		case n.snapshot != "":
			seen.snapshots++
			v.number = n.number
		default:
			if n.number != v.number+1 {
				v.t.Errorf("change %d comes after %d", n.number, v.number)
			}
			v.number = n.number
			seen.changes++
			seen.longest = max(seen.longest, n.delay)
		}
	}
	return seen
}
