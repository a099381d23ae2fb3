//go:build unix

package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// The environment variables that make a copy of the test's process the program, or a NATS server with a file of
// settings.
const (
	asProgram = "FLIGHTBOARD_SERVE"
	asNATS    = "FLIGHTBOARD_NATS_SETTINGS"
)

// bearer is the token of the publisher.
const bearer = "a-token-of-16-letters"

func TestMain(m *testing.M) {
	switch settings := os.Getenv(asNATS); {
	case os.Getenv(asProgram) != "":
		main()
	case settings != "":
		serveNATS(settings)
	}
	os.Exit(m.Run())
}

// serveNATS is a NATS server as a process of its own, of the same module as the program nats-server.
func serveNATS(settings string) {
	options, err := server.ProcessConfigFile(settings)
	if err == nil {
		var s *server.Server
		if s, err = server.NewServer(options); err == nil {
			s.ConfigureLogger()
			s.Start()
			s.WaitForShutdown()
			os.Exit(0)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// A child is a process that can be killed and started again.
type child struct {
	t       *testing.T
	env     []string
	args    []string
	inside  []string // the command that starts it, such as ip netns exec; nil: none
	log     string   // a file for its output
	process *exec.Cmd
}

func (c *child) start() {
	c.t.Helper()
	out, err := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		c.t.Fatal(err)
	}
	defer out.Close()
	command := append(append(c.inside[:len(c.inside):len(c.inside)], os.Args[0]), c.args...)
	c.process = exec.Command(command[0], command[1:]...)
	c.process.Env, c.process.Stdout, c.process.Stderr = append(os.Environ(), c.env...), out, out
	if err := c.process.Start(); err != nil {
		c.t.Fatal(err)
	}
}

// kill is kill -9.
func (c *child) kill() {
	if c.process != nil {
		c.process.Process.Kill()
		c.process.Wait()
		c.process = nil
	}
}

// free returns ports that no other process has.
func free(t *testing.T, n int) (ports []int) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// A deployment is three NATS servers and three nodes, all of them processes.
type deployment struct {
	*testing.T
	nats, nodes [3]*child
	monitors    [3]string // the NATS servers' addresses for /jsz
	urls        [3]string // of the nodes
}

// deploy starts a deployment. Server i has the address hosts[i], runs inside the command of wraps[i], and stores in the
// folder store + i of dir.
func deploy(t *testing.T, dir string, hosts [3]string, wraps [3][]string) *deployment {
	t.Helper()
	d := &deployment{T: t}
	ports := free(t, 12)
	var routes, urls []string
	for i := range 3 {
		routes = append(routes, fmt.Sprintf("nats://%s:%d", hosts[i], ports[i]))
		urls = append(urls, fmt.Sprintf("nats://%s:%d", hosts[i], ports[3+i]))
	}
	t.Cleanup(func() {
		for i := range 3 {
			d.nodes[i].kill()
			d.nats[i].kill()
		}
		if t.Failed() {
			for i := range 3 {
				for _, c := range []*child{d.nodes[i], d.nats[i]} {
					text, _ := os.ReadFile(c.log)
					t.Logf("%s:\n%s", filepath.Base(c.log), text[max(0, len(text)-3000):])
				}
			}
		}
	})
	for i := range 3 {
		settings := filepath.Join(dir, fmt.Sprint("nats", i, ".conf"))
		text := fmt.Sprintf("server_name: n%d\nlisten: %s:%d\nhttp: %s:%d\n"+
			"jetstream { store_dir: %q, max_file_store: 1GB, sync_interval: always }\ncluster { name: c, listen: %s:%d, routes: [%s] }\n",
			i, hosts[i], ports[3+i], hosts[i], ports[6+i],
			filepath.Join(dir, fmt.Sprint("store", i)), hosts[i], ports[i], strings.Join(routes, ", "))
		if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		address := fmt.Sprintf("%s:%d", hosts[i], ports[9+i])
		d.monitors[i] = fmt.Sprintf("http://%s:%d", hosts[i], ports[6+i])
		d.urls[i] = "http://" + address
		d.nats[i] = &child{t: t, env: []string{asNATS + "=" + settings}, inside: wraps[i],
			log: filepath.Join(dir, fmt.Sprint("nats", i))}
		d.nodes[i] = &child{t: t, env: []string{asProgram + "=1", "FLIGHTBOARD_TOKENS=test:" + bearer}, inside: wraps[i],
			log: filepath.Join(dir, fmt.Sprint("node", i)),
			args: []string{"-feed", "none", "-drain", "0", "-heartbeat", "1s", "-requests", "0", "-linger", "0,0,0",
				"-addr", address, "-jetstream", strings.Join(append(urls[i:len(urls):len(urls)], urls[:i]...), ",")}}
	}
	for i := range 3 {
		d.nats[i].start()
	}
	for i := range 3 {
		d.nodes[i].start()
	}
	for i := range 3 {
		d.await(i)
	}
	return d
}

// await waits until a node answers.
func (d *deployment) await(i int) {
	d.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if answer, err := http.Get(d.urls[i] + "/healthz"); err == nil {
			answer.Body.Close()
			return
		}
	}
	d.Fatalf("node %d does not answer", i)
}
