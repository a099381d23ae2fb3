package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/token"
	"flightboard/server/web"
	"flightboard/timetable"
)

// secret is a publisher's token.
const secret = "a-token-of-a-publisher"

// slowLog is a log whose appends wait, as for a disk, when they are to.
type slowLog struct {
	*eventlog.Log
	waits          bool
	entered, leave chan struct{}
}

func (l *slowLog) Publish(ctx context.Context, reports ...timetable.Report) (
	[]timetable.Outcome, eventlog.Position, error,
) {
	if l.waits {
		close(l.entered)
		<-l.leave
	}
	return l.Log.Publish(ctx, reports...)
}

// messages keeps the messages of a log.
type messages struct {
	tally
	mu    sync.Mutex
	texts []string
}

func (m *messages) Handle(_ context.Context, r slog.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.texts = append(m.texts, r.Message)
	return nil
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.texts, ", ")
}

// TestRequestsThatHaveBegunAreAnsweredBeforeTheEnd stops a server without viewers in the middle of a request.
func TestRequestsThatHaveBegunAreAnsweredBeforeTheEnd(t *testing.T) {
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for _, c := range []struct {
			reason, method, path string
			body                 bool // half of it has come
			disk                 bool // the append waits
			flights              int  // afterwards
		}{
			{"a POST has sent half of its body", "POST", "/flights", true, false, 2},
			{"a POST waits for the disk", "POST", "/flights", false, true, 2},
			{"both", "POST", "/flights", true, true, 2},
			{"a DELETE waits for the disk", "DELETE", "/flights/LH1", false, true, 0},
		} {
			t.Run(c.reason+" over "+protocol, func(t *testing.T) {
				stopInFlight(t, protocol, c.method, c.path, c.body, c.disk, c.flights)
			})
		}
	}
}

func stopInFlight(t *testing.T, protocol, method, path string, half, disk bool, flights int) {
	log := &slowLog{eventlog.New(eventlog.Options{}), disk, make(chan struct{}), make(chan struct{})}
	there := timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "LH1"}}
	if _, err := log.Log.Append(t.Context(), there); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	said := new(messages)
	face := web.New(log.Log, web.Options{Publish: log, Log: slog.New(said), Tokens: []token.Token{{Text: secret}}})
	s := &Server{Handler: face, Feeds: func(ctx context.Context) { <-ctx.Done() }, Logger: slog.New(said)}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()

	body, write := io.Pipe()
	reading := make(chan struct{})
	trace := &httptrace.ClientTrace{Got100Continue: func() { close(reading) }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), method,
		"http://"+listener.Addr().String()+path, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	if method == "DELETE" {
		request.Body = nil
	} else {
		request.Header.Set("Expect", "100-continue") // the handler sends that when it begins to read
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(protocol == "HTTP/1.1")
	protocols.SetUnencryptedHTTP2(protocol == "HTTP/2.0")
	transport := &http.Transport{Protocols: protocols, ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()
	answered := make(chan string, 1)
	go func() {
		answer, err := transport.RoundTrip(request)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer answer.Body.Close()
		io.Copy(io.Discard, answer.Body)
		answered <- answer.Proto + " " + answer.Status
	}()

	if method == "POST" {
		<-reading
		io.WriteString(write, `{"flight":"LH2",`)
		if !half {
			io.WriteString(write, `"state":"landed"}`)
			write.Close()
		}
	}
	if disk && !half {
		<-log.entered
	}
	stop()
	refused(t, listener.Addr().String())
	if half {
		io.WriteString(write, `"state":"landed"}`)
		write.Close()
	}
	if disk {
		select {
		case <-log.entered:
		case got := <-answered:
			t.Fatalf("the request ends with %s before it comes to the log", got)
		}
		if strings.Contains(said.String(), "stopped") {
			t.Errorf("the server says %q while a request waits for the disk", said)
		}
		close(log.leave)
	}
	if got, want := <-answered, protocol+" 200 OK"; got != want {
		t.Errorf("the answer is %s, want %s", got, want)
	}
	if err := <-done; err != nil {
		t.Errorf("serve = %v", err)
	}
	log.Read(func(b *timetable.Board, _ eventlog.Position) {
		if b.Len() != flights {
			t.Errorf("afterwards there are %d flights, want %d", b.Len(), flights)
		}
	})
	if got := said.String(); got != "listening, stopping, publisher is answered, stopped" {
		t.Errorf("the server says %q", got)
	}
}

// refused waits until connections to an address are refused. A server that stops gives no other signal.
func refused(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		c.Close()
		if time.Now().After(deadline) {
			t.Fatalf("%s still accepts connections", address)
		}
	}
}

func TestAnErrorOfNetHTTPIsOneLine(t *testing.T) {
	var out strings.Builder
	reports := httpErrors{slog.New(slog.NewTextHandler(&out, nil))}
	fmt.Fprint(reports, "http: panic serving 192.0.2.1:1: bad \"\x1b[31m\u202e\r\n"+
		"time=2026 level=ERROR msg=forged\ngoroutine 7:\n")
	const want = `level=WARN msg=net/http error="http: panic serving 192.0.2.1:1: bad \"\x1b[31m\u202e\r\n` +
		`time=2026 level=ERROR msg=forged\ngoroutine 7:"` + "\n"
	if _, got, _ := strings.Cut(out.String(), " "); got != want {
		t.Errorf("the log is %q\nwant        %q", got, want)
	}
}
