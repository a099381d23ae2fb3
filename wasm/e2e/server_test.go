package e2e

import (
	"cmp"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"flightboard/wasm/e2e/transcript"
)

// A server is a running server binary.
type server struct {
	url    string
	cmd    *exec.Cmd
	output *transcript.Transcript
	exited chan struct{}
}

var listening = regexp.MustCompile(`msg=listening url=(\S+)`)

// atNoon is the time zone of the environment in which it is about noon: the tests' flights have times of day without
// dates, which are read in the server's zone, so that their dates depend on the hour.
func atNoon(t time.Time) string { return fmt.Sprintf("TZ=Etc/GMT%+d", t.UTC().Hour()-12) }

// client asks servers of tests, whose certificates nobody has signed.
var client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}

// startServer starts the binary on a free port. The server ends with the test. In its time zone it is noon.
func startServer(t *testing.T, flags ...string) *server {
	t.Helper()
	return startBinary(t, binary, flags...)
}

// startBinary is startServer for another binary of the server.
func startBinary(t *testing.T, path string, flags ...string) *server {
	t.Helper()
	s := &server{output: transcript.New(), exited: make(chan struct{})}
	s.cmd = exec.Command(path, append([]string{"-addr", "127.0.0.1:0", "-open-door"}, flags...)...)
	s.cmd.Env = append(os.Environ(), atNoon(time.Now()))
	s.cmd.Stderr = s.output
	must(t, s.cmd.Start())
	go func() {
		defer close(s.exited)
		s.cmd.Wait() // Its log has the reason of its end.
	}()
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("the server wrote:\n%s", s.output)
		}
	})
	var err error
	s.url, err = s.output.Find(soon(t), s.exited, listening)
	must(t, err)
	return s
}

// kill kills the server's process, which closes no connection in order.
func (s *server) kill() {
	s.cmd.Process.Kill()
	<-s.exited
}

// waitForLog waits for a log line that matches the pattern.
func (s *server) waitForLog(t *testing.T, pattern string) {
	t.Helper()
	_, err := s.output.Find(soon(t), s.exited, regexp.MustCompile("("+pattern+")"))
	must(t, err)
}

// publish posts changes, one a line.
func (s *server) publish(t *testing.T, changes ...string) {
	t.Helper()
	response, err := client.Post(s.url+"/flights", "application/x-ndjson", strings.NewReader(strings.Join(changes, "\n")))
	must(t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("POST /flights answers %s", response.Status)
	}
}

// rows returns the flights of GET /flights as the page shows them.
func (s *server) rows(t *testing.T) []row {
	t.Helper()
	response, err := client.Get(s.url + "/flights")
	must(t, err)
	defer response.Body.Close()
	var flights []struct{ Flight, ID, Origin, Arrival, State string }
	must(t, json.NewDecoder(response.Body).Decode(&flights))
	rows := []row{}
	for _, f := range flights {
		r := row{Key: cmp.Or(f.ID, f.Flight), Origin: f.Origin, Flight: f.Flight, Arrival: f.Arrival, State: f.State}
		if at, err := time.Parse(time.RFC3339, f.Arrival); err == nil {
			r.Arrival = at.Format("15:04") // in the airport's own time
		}
		rows = append(rows, r)
	}
	return rows
}

// Changes as a publisher writes them.
func flightIs(number, origin, arrival, state string) string {
	return object{"flight": number, "origin": origin, "arrival": arrival, "state": state}.String()
}

func stateIs(number, state string) string {
	return object{"event": "flightStateUpdate", "data": object{"flight": number, "state": state}}.String()
}

func leaves(number string) string {
	return object{"event": "flightRemoval", "data": object{"flight": number}}.String()
}

type object map[string]any

func (o object) String() string {
	b, _ := json.Marshal(o) // Strings and maps of them always have a JSON form.
	return string(b)
}

// copyPage copies the page's folder, for tests that change it.
func copyPage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.CopyFS(dir, os.DirFS(pageFolder)))
	return dir
}
