package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// client gives up a node that accepts a request and does not answer it.
var client = &http.Client{Timeout: 30 * time.Second}

const token = "chaos-publishes-with-this"

// A node is a server, which has the same address in all its lives.
type node struct {
	name, url string
	binary    string
	args      []string

	mu      sync.Mutex
	process *exec.Cmd
	log     *bytes.Buffer // of its present life
}

// build builds the server, and returns the program's path.
func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "server.exe")
	text, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "flightboard/server").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build flightboard/server: %w\n%s", err, text)
	}
	return binary, nil
}

// newNode chooses the address of a node that will run the server with these arguments.
func newNode(binary, name string, args ...string) (*node, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	args = append([]string{"-addr", l.Addr().String(), "-drain", "0"}, args...)
	return &node{name: name, url: "http://" + l.Addr().String(), binary: binary, args: args}, nil
}

// start begins a life, and returns when the node answers. An edge without a log waits for its parent.
func (n *node) start(ctx context.Context) error {
	process, log := exec.Command(n.binary, n.args...), new(bytes.Buffer)
	process.Env = append(os.Environ(), "FLIGHTBOARD_TOKEN="+token)
	process.Stdout, process.Stderr = log, log
	if err := process.Start(); err != nil {
		return err
	}
	n.mu.Lock()
	n.process, n.log = process, log
	n.mu.Unlock()
	for deadline := time.Now().Add(30 * time.Second); ; sleep(ctx, 20*time.Millisecond) {
		answer, err := client.Get(n.url + "/readyz")
		if err == nil {
			answer.Body.Close()
			return nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			n.kill() // and the log is complete
			return fmt.Errorf("%s does not answer: %w\n%s", n.name, err, log)
		}
	}
}

// kill ends the present life at once, as kill -9 does.
func (n *node) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process != nil {
		n.process.Process.Kill()
		n.process.Wait()
		n.process = nil
	}
}
