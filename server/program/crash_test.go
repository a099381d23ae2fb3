package program

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

var kills = flag.Int("kills", 12, "how often TestNothingAcknowledgedIsLost ends the server")

// TestMain runs the server instead of the tests if a test has started this program as a server.
func TestMain(m *testing.M) {
	if os.Getenv("FLIGHTBOARD_SERVE") != "" {
		Main()
		return
	}
	os.Exit(m.Run())
}

// serve starts the server as a process of its own and returns its address.
func serveChild(t *testing.T, args ...string) (*exec.Cmd, string) {
	t.Helper()
	server := exec.CommandContext(t.Context(), os.Args[0], append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	server.Env = append(os.Environ(), "FLIGHTBOARD_SERVE=1")
	logs, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	lines, said := bufio.NewScanner(logs), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if m := regexp.MustCompile(`msg=listening url=(\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, logs)
			return server, m[1]
		}
	}
	server.Wait()
	t.Fatalf("the server did not start:\n%s", said)
	return nil, ""
}

// TestNothingAcknowledgedIsLost kills the server at random moments while two publishers are at work. After each start
// every flight has the last acknowledged state or a later one, and none has a state that was never sent.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	dir := t.TempDir()
	type publisher struct {
		flight             string
		sent, acknowledged int
	}
	publishers := []*publisher{{flight: "LH1"}, {flight: "LH2"}}
	lastEventID := ""
	for round := range *kills {
		sync := []string{"always", "never", "10ms"}[round%3]
		server, url := serveChild(t, "-feed", "none", "-open-door", "-log", dir, "-sync", sync, "-history", "64KiB")
		for _, p := range publishers {
			if got := stateOf(t, url, p.flight); got < p.acknowledged || got > p.sent {
				t.Fatalf("round %d: %s is in state %d; %d was acknowledged, %d sent", round, p.flight, got, p.acknowledged, p.sent)
			}
		}
		if lastEventID != "" {
			if first := firstEvent(t, url, lastEventID); strings.HasPrefix(first, "event: flightSnapshot") {
				t.Errorf("round %d: a viewer who left at %s could not resume", round, lastEventID)
			}
		}
		moment := time.After(time.Duration(rand.IntN(100)) * time.Millisecond)
		done := make(chan struct{})
		for _, p := range publishers {
			go func() {
				defer func() { done <- struct{}{} }()
				for {
					p.sent++
					answer, err := http.Post(url+"/flights", "application/json",
						strings.NewReader(fmt.Sprintf(`{"flight":%q,"state":"%d"}`, p.flight, p.sent)))
					if err != nil {
						return
					}
					body, err := io.ReadAll(answer.Body)
					answer.Body.Close()
					if err != nil || answer.StatusCode != http.StatusOK {
						return
					}
					p.acknowledged = p.sent
					var position struct{ Position json.Number }
					if json.Unmarshal(body, &position) == nil && p == publishers[0] {
						lastEventID = position.Position.String()
					}
				}
			}()
		}
		<-moment
		server.Process.Kill()
		server.Wait()
		for range publishers {
			<-done
		}
	}
	t.Logf("%d kills, %d and %d appends acknowledged", *kills, publishers[0].acknowledged, publishers[1].acknowledged)
}

// TestTheErrorOfADamagedLogNamesTheRemedy damages a log, and starts the server as its error message recommends.
func TestTheErrorOfADamagedLogNamesTheRemedy(t *testing.T) {
	dir := t.TempDir()
	log, _, err := eventlog.Open(dir, eventlog.SyncAlways, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var middle int64
	segment := ""
	for _, number := range []string{"LH1", "LH2", "LH3"} {
		added := timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: number}}
		if _, err := log.Append(t.Context(), added); err != nil {
			t.Fatal(err)
		}
		if number == "LH1" {
			segments, _ := filepath.Glob(filepath.Join(dir, "*.log"))
			segment = segments[0]
			info, err := os.Stat(segment)
			if err != nil {
				t.Fatal(err)
			}
			middle = info.Size()
		}
	}
	log.Close()
	file, err := os.OpenFile(segment, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	file.WriteAt(make([]byte, 10), middle+20)
	file.Close()
	args := []string{"-addr", "127.0.0.1:0", "-feed", "none", "-log", dir, "-drain", "0"}
	err = run(t.Context(), args, io.Discard)
	want := fmt.Sprintf("%s: damaged at byte %d, ", filepath.Base(segment), middle)
	text := fmt.Sprint(err)
	if !strings.Contains(text, want) || !strings.Contains(text, "with -repair the server starts") {
		t.Fatalf("run = %s, want %s and what to do", text, want)
	}
	ctx, stop := context.WithCancel(t.Context())
	var said strings.Builder
	if err := run(ctx, append(args, "-repair"), io.MultiWriter(&said, whenListening(stop))); err != nil {
		t.Fatalf("run with -repair = %v", err)
	}
	for _, want := range []string{"acknowledged changes are lost", "with 1 readable records behind", "flights=1 "} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("with -repair the server says %s\nwant %q", said.String(), want)
		}
	}
}

// TestTheEndReportsThatChangesMayBeLost removes the log's folder from under a server that has nothing more to write.
func TestTheEndReportsThatChangesMayBeLost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	ctx, stop := context.WithCancel(t.Context())
	out := whenListening(func() {
		os.RemoveAll(dir)
		stop()
	})
	err := run(ctx, []string{"-addr", "127.0.0.1:0", "-feed", "none", "-log", dir, "-sync", "1h", "-drain", "0"}, out)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "-log: eventlog: ") {
		t.Errorf("run = %v, want what is lost", err)
	}
}

// whenListening is called when the server logs that it listens.
type whenListening func()

func (f whenListening) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "msg=listening") {
		f()
	}
	return len(b), nil
}

func stateOf(t *testing.T, url, flight string) (n int) {
	t.Helper()
	answer, err := http.Get(url + "/flights")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var flights []struct{ Flight, State string }
	if err := json.NewDecoder(answer.Body).Decode(&flights); err != nil {
		t.Fatal(err)
	}
	for _, f := range flights {
		if f.Flight == flight {
			fmt.Sscan(f.State, &n)
		}
	}
	return n
}

// firstEvent returns the beginning of the first event of a returning viewer, a heartbeat if it has missed none.
func firstEvent(t *testing.T, url, lastEventID string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Last-Event-ID", lastEventID)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	// A heartbeat comes also if the viewer has missed nothing.
	if _, err := http.Post(url+"/flights", "", strings.NewReader(`{"flight":"marker"}`)); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event:") {
			return lines.Text()
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
	return ""
}
