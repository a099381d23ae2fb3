package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A target is a server under test: where it listens, which process it is, and how to publish on it.
type target struct {
	host  string
	pid   int // 0: unknown, so nothing can be said of its CPU time and memory
	child *exec.Cmd
	to    io.WriteCloser // commands, when it is a child that takes them
	from  *bufio.Reader  // their answers
	temp  string         // removed in the end
	line  []byte

	posts   chan []byte // bodies on their way to POST /flights
	posting sync.WaitGroup
	failed  atomic.Pointer[error]

	changes []timetable.Change // room for a burst
}

// startTarget starts a server: "ours" and "limit" are this program again, "door" is command server as it ships, and an
// http URL is one that runs already and is not stopped in the end.
func startTarget(kind string, pid int) (*target, error) {
	switch {
	case strings.HasPrefix(kind, "http://"):
		u, err := url.Parse(kind)
		if err != nil {
			return nil, err
		}
		return &target{host: u.Host, pid: pid}, nil
	case kind == "door":
		return startDoor()
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	t := &target{child: exec.Command(self)}
	t.child.Env = append(os.Environ(), childVariable+"="+kind, "GOMAXPROCS=1")
	t.child.Stderr = os.Stderr
	if t.to, err = t.child.StdinPipe(); err != nil {
		return nil, err
	}
	answers, err := t.child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := startOnFirstCore(t.child); err != nil {
		return nil, err
	}
	t.pid, t.from = t.child.Process.Pid, bufio.NewReader(answers)
	if t.host, err = t.answer(); err != nil {
		t.stop()
		return nil, fmt.Errorf("%s does not start: %w", kind, err)
	}
	return t, nil
}

// startDoor builds command server and starts it.
func startDoor() (*target, error) {
	temp, err := os.MkdirTemp("", "loadtest")
	if err != nil {
		return nil, err
	}
	binary := filepath.Join(temp, "flightboard.exe") // the suffix that Windows needs harms nowhere
	if out, err := exec.Command("go", "build", "-o", binary, "flightboard/server").CombinedOutput(); err != nil {
		os.RemoveAll(temp)
		return nil, fmt.Errorf("go build flightboard/server: %w\n%s", err, out)
	}
	t := &target{temp: temp, child: exec.Command(binary, "-feed", "none", "-addr", "127.0.0.1:0")}
	t.child.Env = append(os.Environ(), "GOMAXPROCS=1")
	logs, err := t.child.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := startOnFirstCore(t.child); err != nil {
		return nil, err
	}
	t.pid = t.child.Process.Pid
	lines := bufio.NewReader(logs)
	for t.host == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.stop()
			return nil, fmt.Errorf("the server does not start: %w", err)
		}
		if m := listening.FindStringSubmatch(line); m != nil {
			t.host = m[1]
		}
	}
	go io.Copy(io.Discard, lines) // ends with the process
	return t, nil
}

var listening = regexp.MustCompile(`msg=listening url=http://(\S+)`)

// stop ends the server and waits for its end.
func (t *target) stop() {
	if t.posts != nil {
		close(t.posts)
		t.posts = nil
	}
	if t.child == nil {
		return
	}
	if t.to != nil {
		t.to.Close()
	} else {
		t.child.Process.Kill()
	}
	slow := time.AfterFunc(5*time.Second, func() { t.child.Process.Kill() })
	t.child.Wait() // its status says nothing: it was made to end
	slow.Stop()
	if t.temp != "" {
		os.RemoveAll(t.temp)
	}
}

// publish hands changes over, to be appended together.
func (t *target) publish(changes ...timetable.Change) error {
	if err := t.post(changes...); err != nil {
		return err
	}
	t.posting.Wait()
	return t.failure()
}

// post is publish without waiting for the server's answer. There is one request at a time all the same.
func (t *target) post(changes ...timetable.Change) error {
	t.line = t.line[:0]
	for i := range changes {
		t.line = appendChange(t.line, &changes[i])
	}
	if t.to != nil {
		_, err := t.to.Write(append(t.line, '\n'))
		return err
	}
	if t.posts == nil {
		t.posts = make(chan []byte, 1<<16)
		go t.postAll(t.posts)
	}
	t.posting.Add(1)
	t.posts <- bytes.Clone(t.line)
	return nil
}

// postAll is the publisher. It ends when the target is stopped.
func (t *target) postAll(bodies <-chan []byte) {
	for body := range bodies {
		if t.failure() == nil {
			if err := postOne("http://"+t.host+"/flights", body); err != nil {
				t.failed.Store(&err)
			}
		}
		t.posting.Done()
	}
}

func postOne(url string, body []byte) error {
	answer, err := http.Post(url, "application/x-ndjson", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("POST /flights: %s: %s", answer.Status, text)
	}
	return err
}

// failure is why a post has failed, or nil.
func (t *target) failure() error {
	if err := t.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// head is the position of everything that was published so far.
func (t *target) head() (eventlog.Position, error) {
	id := ""
	if t.to != nil {
		answer, err := t.command("sync")
		if err != nil {
			return 0, err
		}
		id = answer
	} else {
		t.posting.Wait()
		answer, err := http.Get("http://" + t.host + "/flights")
		if err != nil {
			return 0, err
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		id = answer.Header.Get("Last-Event-ID")
	}
	at, ok := eventlog.ParsePosition(id)
	if !ok {
		return 0, fmt.Errorf("the head's position is %q", id)
	}
	return at, nil
}

// command gives a child a command that has an answer.
func (t *target) command(word string) (string, error) {
	if t.to == nil {
		return "", errors.ErrUnsupported
	}
	if _, err := fmt.Fprintln(t.to, word); err != nil {
		return "", err
	}
	return t.answer()
}

func (t *target) answer() (string, error) {
	line, err := t.from.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}
