//go:build unix

package proxies

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A program is a proxy as a process in the foreground. It ends with the test.
type program struct {
	t       *testing.T
	dir     string // its own, with its configuration
	command []string
	process *os.Process
	ended   chan struct{}
	log     *log
}

// find returns the path of a program, also of one that only root has in its PATH. Without it the test is skipped, or
// fails with CI=true.
func find(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if path, err := exec.LookPath("/usr/sbin/" + name); err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI=true, and there is no %s", name)
	}
	t.Skipf("there is no %s", name)
	return ""
}

// newProgram returns a program that is not yet started.
func newProgram(t *testing.T, name string) *program {
	t.Helper()
	return &program{t: t, dir: t.TempDir(), command: []string{find(t, name)}, log: new(log)}
}

// write writes a file into the program's folder, and returns its path.
func (p *program) write(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// start starts the program, and returns when it accepts connections at the address.
func (p *program) start(address string, args ...string) {
	p.t.Helper()
	c := exec.Command(p.command[0], args...)
	c.Dir, c.Stdout, c.Stderr = p.dir, p.log, p.log
	c.Env = append(os.Environ(), "HOME="+p.dir, "XDG_DATA_HOME="+p.dir, "XDG_CONFIG_HOME="+p.dir)
	if err := c.Start(); err != nil {
		p.t.Fatal(err)
	}
	ended := make(chan struct{})
	p.process, p.ended = c.Process, ended
	go func() {
		c.Wait()
		close(ended)
	}()
	p.t.Cleanup(func() {
		stop(c.Process, ended)
		if p.t.Failed() {
			p.t.Logf("the log of %s:\n%s", filepath.Base(p.command[0]), p.log)
		}
	})
	for deadline := time.After(30 * time.Second); ; {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return
		}
		select {
		case <-ended:
			p.t.Fatalf("%s has ended", p.command[0])
		case <-deadline:
			p.t.Fatalf("%s does not listen on %s", p.command[0], address)
		case <-time.After(20 * time.Millisecond): // nothing here can tell when it is ready
		}
	}
}

// stop ends a process and waits for its end.
func stop(process *os.Process, ended <-chan struct{}) {
	process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		process.Kill()
		<-ended
	}
}

// run runs a command of the program to its end.
func (p *program) run(args ...string) {
	p.t.Helper()
	c := exec.Command(args[0], args[1:]...)
	c.Dir, c.Env = p.dir, append(os.Environ(), "HOME="+p.dir)
	if text, err := c.CombinedOutput(); err != nil {
		p.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, text)
	}
}

// A log keeps what a program writes.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var lastPort atomic.Int32

// freePort returns a port that no program uses. The kernel does not choose it for outgoing connections, and this
// process chooses it once: a proxy that is started again gets it again.
func freePort(t *testing.T) string {
	t.Helper()
	lastPort.CompareAndSwap(0, int32(20_000+os.Getpid()%10_000))
	for range 100 {
		port := strconv.Itoa(int(lastPort.Add(1)))
		if listener, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			listener.Close()
			return port
		}
	}
	t.Fatal("there is no free port")
	return ""
}

// configuration returns a file of this folder in which each first text of a pair is replaced by the second. The first
// has to be in the file.
func configuration(t *testing.T, file string, pairs ...string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return replaced(t, string(b), pairs...)
}

func replaced(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the configuration has no %q:\n%s", pairs[i], text)
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}
