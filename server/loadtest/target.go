package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A target is a server under test: where it listens, which process it is, and the child of this program that takes what
// is to be published: the server itself, or a [publisher].
type target struct {
	host     string
	edges    []string    // where the viewers go in place of host: servers that follow it
	pids     []int       // whose CPU time and memory are measured; none: they are unknown
	unplug   func()      // ends nginx
	servers  []*exec.Cmd // that were started and are not the child
	child    *exec.Cmd
	to       io.WriteCloser // commands
	from     *bufio.Reader  // their answers
	binary   string         // of the shipped server
	allCores bool           // are the shipped server's, in place of the first one
	temp     string         // removed in the end
	line     []byte

	changes []timetable.Change // room for a burst
}

// startTarget starts a server. "nginx" is nginx that ends TLS before "ours". "limit" and all [hosts] are this program
// again; "shipped" is command server, "shipped-handlers" the same with -takeover=false, and the [trees] are several. An
// http URL is a server that runs already; stop does not stop it.
func startTarget(kind string, p plan) (*target, error) {
	t := &target{}
	if p.pid != 0 {
		t.pids = []int{p.pid}
	}
	if kind == "nginx" {
		return t, t.startBehindNginx(p)
	}
	url := strings.TrimRight(kind, "/")
	tree, isTree := trees[kind]
	var err error
	switch {
	case isTree, kind == "shipped":
		url, err = t.startShipped(p)
	case kind == "shipped-handlers":
		url, err = t.startShipped(p, "-takeover=false") // not otherwise: an older binary lacks the flag
	}
	if err == nil {
		err = t.startChild(url)
	}
	if err == nil && isTree {
		err = t.startEdges(url, tree)
	}
	if err != nil {
		t.stop()
		return nil, fmt.Errorf("%s does not start: %w", kind, err)
	}
	return t, nil
}

// newTarget returns a target that runs already, and takes its commands on a pipe.
func newTarget(host string, to io.WriteCloser, answers io.Reader) *target {
	return &target{host: host, to: to, from: bufio.NewReader(answers)}
}

// startChild starts this program again, as a server or, when kind is a URL, as a publisher.
func (t *target) startChild(kind string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), childVariable+"="+kind, "GOMAXPROCS=1")
	child.Stderr = os.Stderr
	to, err := child.StdinPipe()
	if err != nil {
		return err
	}
	answers, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	start := startOnFirstCore
	if isURL(kind) {
		start = (*exec.Cmd).Start
	}
	if err := start(child); err != nil {
		return err
	}
	t.child, t.to, t.from = child, to, bufio.NewReader(answers)
	if !isURL(kind) {
		t.pids = []int{child.Process.Pid}
	}
	t.host, err = t.answer()
	return err
}

// startBehindNginx starts "ours", and nginx that ends TLS before it, on the same core.
func (t *target) startBehindNginx(p plan) error {
	if err := t.startChild("ours"); err != nil {
		return err
	}
	n := nginx{http2: p.form.over == overHTTP2, tls: true, viewers: p.viewers}
	host, proxy, unplug, err := n.start(t.host)
	if err != nil {
		t.stop()
		return err
	}
	t.host, t.unplug, t.pids = host, unplug, append(t.pids, proxy)
	return nil
}

func isURL(kind string) bool { return strings.HasPrefix(kind, "http://") }

// publishToken is the publisher's token. A server that runs already may have it too.
const publishToken = "0123456789abcdef-loadtest"

// startShipped builds command server, unless the plan names a file, starts it, and returns its URL.
func (t *target) startShipped(p plan, more ...string) (url string, err error) {
	if err := t.findBinary(p); err != nil {
		return "", err
	}
	args := append([]string{"-feed", "none"}, more...)
	if p.flights > defaultMost {
		args = append(args, "-flights", strconv.Itoa(p.flights))
	}
	if !p.attacked { // viewers beyond 20,000 come from other addresses than 127.0.0.1, for which limits count
		args = append(args, unlimited...)
	}
	url, pid, err := t.startServer(p.logUnread, args...)
	t.pids = []int{pid}
	return url, err
}

// findBinary builds command server, unless the plan names a file.
func (t *target) findBinary(p plan) (err error) {
	if t.binary = p.binary; t.binary != "" {
		return nil
	}
	if t.temp, err = os.MkdirTemp("", "loadtest"); err != nil {
		return err
	}
	t.binary = filepath.Join(t.temp, "flightboard.exe") // the suffix that Windows needs harms nowhere
	if out, err := exec.Command("go", "build", "-o", t.binary, "flightboard/server").CombinedOutput(); err != nil {
		return fmt.Errorf("go build flightboard/server: %w\n%s", err, out)
	}
	return nil
}

// defaultMost is the most flights of a board without the flag -flights.
const defaultMost = 50_000

// unlimited are the flags of a server for viewers from any address of this machine.
var unlimited = []string{"-viewers", "0,0", "-requests", "0", "-connections", "0,0"}

// startServer starts command server, on the first core unless allCores is set, and returns when it listens.
func (t *target) startServer(logUnread bool, args ...string) (url string, pid int, err error) {
	server := exec.Command(t.binary, append([]string{"-addr", "127.0.0.1:0", "-viewers", "0,100"}, args...)...)
	server.Env = append(os.Environ(), "FLIGHTBOARD_TOKENS="+publishToken)
	start := (*exec.Cmd).Start
	if !t.allCores {
		server.Env = append(server.Env, "GOMAXPROCS=1")
		start = startOnFirstCore
	}
	logs, err := server.StderrPipe()
	if err != nil {
		return "", 0, err
	}
	if err := start(server); err != nil {
		return "", 0, err
	}
	t.servers = append(t.servers, server)
	for lines := bufio.NewReader(logs); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return "", 0, fmt.Errorf("the server does not start: %w", err)
		}
		if m := listening.FindStringSubmatch(line); m != nil {
			if !logUnread {
				go io.Copy(io.Discard, lines) // ends with the process
			}
			return m[1], server.Process.Pid, nil
		}
	}
}

var listening = regexp.MustCompile(`msg=listening url=(http://\S+)`)

// stop ends what was started and waits for its end.
func (t *target) stop() {
	if t.unplug != nil {
		t.unplug()
	}
	if t.child != nil {
		t.to.Close()
		slow := time.AfterFunc(5*time.Second, func() { t.child.Process.Kill() })
		t.child.Wait() // its status is an error anyway: it was ended
		slow.Stop()
	}
	t.endServers()
	if t.temp != "" {
		os.RemoveAll(t.temp)
	}
}

// endServers kills the servers that were started and are not the child.
func (t *target) endServers() {
	for _, server := range t.servers {
		server.Process.Kill()
		server.Wait()
	}
	t.servers = nil
}

// cpuTime is that of all processes that are measured.
func (t *target) cpuTime() (sum time.Duration, known bool) {
	for _, pid := range t.pids {
		cpu, ok := cpuTime(pid)
		if !ok {
			return 0, false
		}
		sum += cpu
	}
	return sum, len(t.pids) > 0
}

// residentBytes is the memory of all processes that are measured.
func (t *target) residentBytes() (sum int64, known bool) {
	for _, pid := range t.pids {
		bytes, ok := residentBytes(pid)
		if !ok {
			return 0, false
		}
		sum += bytes
	}
	return sum, len(t.pids) > 0
}

// publish hands changes over, to be appended together, and does not wait for that.
func (t *target) publish(changes ...timetable.Change) error {
	t.line = t.line[:0]
	for i := range changes {
		t.line = appendChange(t.line, &changes[i])
	}
	_, err := t.to.Write(append(t.line, '\n'))
	return err
}

// head is the position of everything that was published so far. The edges have it too.
func (t *target) head() (eventlog.Position, error) {
	id, err := t.command("sync")
	if err != nil {
		return 0, err
	}
	at, ok := eventlog.ParsePosition(id)
	if !ok {
		return 0, fmt.Errorf("the head's position is %q", id)
	}
	return at, t.reach(at)
}

// command gives the child a command that has an answer.
func (t *target) command(word string) (string, error) {
	if _, err := fmt.Fprintln(t.to, word); err != nil {
		return "", err
	}
	return t.answer()
}

func (t *target) answer() (string, error) {
	line, err := t.from.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}
