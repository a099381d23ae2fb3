//go:build unix

package program

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A child is the server as a process of its own.
type child struct {
	*testing.T
	url     string
	process *os.Process
	ended   chan struct{} // closed when it has, with state
	state   *os.ProcessState
}

// startChild starts the server, with a file for its log, and returns when it answers.
func startChild(t *testing.T, stderr *os.File, args ...string) *child {
	t.Helper()
	address := free(t)
	server := exec.Command(os.Args[0], append([]string{"-feed", "none", "-drain", "0", "-addr", address}, args...)...)
	server.Env = append(os.Environ(), "FLIGHTBOARD_SERVE=1")
	server.Stderr = stderr
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{T: t, url: "http://" + address, process: server.Process, ended: make(chan struct{})}
	go func() {
		server.Wait()
		c.state = server.ProcessState
		close(c.ended)
	}()
	t.Cleanup(func() { c.process.Kill(); <-c.ended })
	for deadline := time.After(30 * time.Second); ; {
		if answer, err := http.Get(c.url + "/healthz"); err == nil {
			answer.Body.Close()
			return c
		}
		select {
		case <-c.ended:
			t.Fatalf("the server has ended: %v", c.state)
		case <-deadline:
			t.Fatal("the server does not answer")
		case <-time.After(20 * time.Millisecond): // nothing here can tell when it is ready
		}
	}
}

// do sends a request and returns its answer's status and, unless it is a stream, its body.
func (c *child) do(method, path, bearer, body string) (status int, answer string, stream io.ReadCloser) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 20*time.Second)
	c.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatalf("%s %s: %v", method, path, err)
	}
	if path == "/events" {
		return got.StatusCode, "", got.Body
	}
	defer got.Body.Close()
	text, _ := io.ReadAll(got.Body)
	return got.StatusCode, string(text), nil
}

// mustEnd sends a signal, after which the server has to end well.
func (c *child) mustEnd(signal os.Signal) {
	c.Helper()
	c.process.Signal(signal)
	select {
	case <-c.ended:
		if !c.state.Success() {
			c.Errorf("after %v the server has ended: %v", signal, c.state)
		}
	case <-time.After(20 * time.Second):
		c.Errorf("after %v the server does not end", signal)
	}
}

// fullPipe returns the writing end of a full pipe without a reader.
func fullPipe(t *testing.T) *os.File {
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(ends[0]) })
	syscall.SetNonblock(ends[1], true)
	for _, size := range []int{4096, 1} {
		for {
			if _, err := syscall.Write(ends[1], make([]byte, size)); err != nil {
				break
			}
		}
	}
	syscall.SetNonblock(ends[1], false)
	end := os.NewFile(uintptr(ends[1]), "full pipe")
	t.Cleanup(func() { end.Close() })
	return end
}

func closedPipe(t *testing.T) *os.File {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	t.Cleanup(func() { write.Close() })
	return write
}

// publisherToken is the token of a publisher.
const publisherToken = "a-token-of-a-publisher"

// tokenFile returns the path of a file with a token.
func tokenFile(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(path, []byte(publisherToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAReaderOfTheLogCannotStopTheServer(t *testing.T) {
	for _, c := range []struct {
		reason string
		stderr func(t *testing.T) *os.File
	}{
		{"nobody reads the pipe", fullPipe},
		{"the pipe's reader has gone", closedPipe},
	} {
		t.Run(c.reason, func(t *testing.T) {
			s := startChild(t, c.stderr(t), "-token-file", tokenFile(t))
			_, _, stays := s.do("GET", "/events", "", "")
			defer stays.Close()
			events := bufio.NewScanner(stays)
			for flight := range strings.SplitSeq("LH1 LH2 LH3", " ") {
				_, _, leaves := s.do("GET", "/events", "", "")
				leaves.Close() // which the sweeper logs
				status, text, _ := s.do("POST", "/flights", publisherToken, `{"flight":"`+flight+`"}`)
				if status != http.StatusOK {
					t.Fatalf("POST = %d %s", status, text)
				}
				want := `{"flight":"` + flight + `"}`
				for events.Scan() && !strings.Contains(events.Text(), want) { // the first may be in the snapshot
				}
				if events.Err() != nil {
					t.Fatalf("a viewer waits for %s: %v", want, events.Err())
				}
			}
			if status, text, _ := s.do("GET", "/healthz", "", ""); status != http.StatusOK {
				t.Errorf("GET /healthz = %d %s", status, text)
			}
			s.mustEnd(syscall.SIGTERM)
		})
	}
}

func TestSIGHUPReadsTheTokensAgain(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	path := tokenFile(t)
	s := startChild(t, write, "-token-file", path)
	write.Close()
	said := bufio.NewScanner(read)
	defer read.Close()
	hangup := func(want string) {
		t.Helper()
		s.process.Signal(syscall.SIGHUP)
		for said.Scan() {
			if strings.Contains(said.Text(), "SIGHUP") {
				break
			}
		}
		if !strings.Contains(said.Text(), want) {
			t.Errorf("the log says %q, want %q", said.Text(), want)
		}
	}
	publish := func(bearer string, want int) {
		t.Helper()
		if status, text, _ := s.do("POST", "/flights", bearer, `{"flight":"LH1"}`); status != want {
			t.Errorf("POST with %s = %d %s, want %d", bearer, status, text, want)
		}
	}
	const newer = "another-token-of-his"
	publish(publisherToken, http.StatusOK)
	publish(newer, http.StatusUnauthorized)
	os.WriteFile(path, []byte(newer+"\n"), 0o600)
	hangup(`level=INFO msg="SIGHUP: the tokens were read again" tokens=1`)
	publish(newer, http.StatusOK)
	publish(publisherToken, http.StatusUnauthorized)
	os.WriteFile(path, []byte("# nobody\n"), 0o600)
	hangup(`level=ERROR msg="SIGHUP: the tokens stay as they are"`)
	publish(newer, http.StatusOK)
	go io.Copy(io.Discard, read)
	s.mustEnd(syscall.SIGTERM)
}

func TestSIGHUPWithoutATokenFileIsLogged(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	s := startChild(t, write)
	write.Close()
	s.process.Signal(syscall.SIGHUP)
	said := bufio.NewScanner(read)
	for said.Scan() && !strings.Contains(said.Text(), `msg="SIGHUP: there is no file to read again"`) {
	}
	if status, text, _ := s.do("GET", "/healthz", "", ""); status != http.StatusOK {
		t.Errorf("GET /healthz = %d %s", status, text)
	}
	go io.Copy(io.Discard, read)
	s.mustEnd(syscall.SIGTERM)
}

// TestPipesDoNotDelayTheEnd stops a server while it waits for the other end of a pipe that is open.
func TestPipesDoNotDelayTheEnd(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("waiting for named pipes cannot be ended on macOS")
	}
	for _, c := range []struct {
		reason string
		args   string
	}{
		{"nobody reads the recording", "-record PIPE"},
		{"nobody writes what is played", "-feed day=PIPE -speed 1"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			pipe, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer pipe.Close()
			args := strings.Fields(strings.ReplaceAll(c.args, "PIPE", path))
			s := startChild(t, nil, append(args, "-token-file", tokenFile(t))...)
			var body strings.Builder
			for i := range 1000 { // more than a pipe holds
				fmt.Fprintf(&body, `{"flight":"LH%d","remark":"%s"}`+"\n", i, strings.Repeat("x", 200))
			}
			if status, text, _ := s.do("POST", "/flights", publisherToken, body.String()); status != http.StatusOK {
				t.Fatalf("POST = %d %.200s", status, text)
			}
			s.mustEnd(syscall.SIGTERM)
		})
	}
}

func TestManyViewersAreFewLines(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := startChild(t, file)
	const viewers = 1024
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for range viewers / 64 {
				_, _, leaves := s.do("GET", "/events", "", "")
				leaves.Close()
			}
		})
	}
	all.Wait()
	s.mustEnd(syscall.SIGTERM)
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"arrives", "leaves"} {
		lines, counted := 0, 0
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, `msg="viewer `+what+`"`) {
				one := 1
				if _, number, ok := strings.Cut(line, " more="); ok {
					one, _ = strconv.Atoi(strings.TrimSpace(number))
				}
				lines, counted = lines+1, counted+one
			}
		}
		if counted != viewers || lines > viewers*3/4 {
			t.Errorf("%d lines tell that %d viewers have come and gone, want fewer lines and %d", lines, counted, viewers)
		}
	}
}
