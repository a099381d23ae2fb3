//go:build unix

package proxies

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const tower = "the-token-of-the-tower"

// A node is the server's program with a file of the guide, as a process of its own.
type node struct {
	*program
	address, config string
}

// newNode writes the file for an address of this machine, a folder of its own, and the origin's address.
func newNode(t *testing.T, binary, file string, pairs ...string) *node {
	t.Helper()
	n := &node{program: &program{t: t, dir: t.TempDir(), command: []string{binary}, log: new(log)},
		address: "127.0.0.1:" + freePort(t)}
	pairs = append(pairs, "addr :5000", "addr "+n.address, "/var/lib/flightboard", filepath.Join(n.dir, "log"),
		"10.0.0.0/24", "127.0.0.1")
	n.config = n.write("flightboard.conf", configuration(t, file, pairs...))
	return n
}

func (n *node) begin() { n.start(n.address, "-config", n.config) }

// kill ends the process as kill -9 does.
func (n *node) kill() {
	n.process.Kill()
	<-n.ended
}

// publishUntil posts a change at an address until it is acknowledged. One that was published although its answer was
// lost changes nothing when it comes again.
func publishUntil(ctx context.Context, url string, number int) error {
	body := fmt.Sprintf(`{"flight":"LH400","remark":"%d %d"}`, number, time.Now().UnixMicro())
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"flights", strings.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+tower)
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("%s %s", answer.Status, text)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// TestThreeServersBehindHAProxy runs what scale.md describes: an origin and two edges behind HAProxy, which sends each
// request to the next one. Again and again one of the three is killed, and started again, and a publisher posts through
// HAProxy. No viewer misses a change, gets one twice, or gets a second snapshot.
func TestThreeServersBehindHAProxy(t *testing.T) {
	t.Parallel()
	proxy := newProgram(t, "haproxy")
	binary := filepath.Join(t.TempDir(), "flightboard")
	if text, err := exec.Command("go", "build", "-o", binary, "flightboard/server").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	origin := newNode(t, binary, "scale/origin.conf", "/etc/flightboard/tokens", proxy.write("tokens", "tower:"+tower))
	follow := []string{"origin.internal:5000", origin.address}
	nodes := []*node{origin}
	for range 2 {
		nodes = append(nodes, newNode(t, binary, "scale/edge.conf", follow...))
	}
	port := freePort(t)
	config := proxy.write("haproxy.cfg", configuration(t, "scale/haproxy.cfg", "bind :80", "bind 127.0.0.1:"+port,
		"origin.internal:5000", origin.address, "edge1.internal:5000", nodes[1].address,
		"edge2.internal:5000", nodes[2].address, "inter 2s", "inter 200ms"))
	for _, n := range nodes {
		n.begin()
	}
	proxy.start("127.0.0.1:"+port, "-W", "-f", config)
	url := "http://127.0.0.1:" + port + "/"

	number := 0
	publish := func() {
		t.Helper()
		for range 3 {
			number++
			if err := publishUntil(t.Context(), url, number); err != nil {
				t.Fatal(err)
			}
		}
	}
	publish()
	viewers := map[string]*viewer{"gzip": newViewer(t, url, "gzip"), "polling": newViewer(t, url, "wait")}
	for i := range 6 {
		viewers[fmt.Sprint("plain ", i)] = newViewer(t, url)
	}
	for _, v := range viewers {
		v.until(func(seen tally) bool { return seen.snapshots == 1 })
	}
	const kills = 20
	for range kills {
		killed := nodes[rand.IntN(len(nodes))]
		publish()
		killed.kill()
		if killed != origin {
			publish()
		}
		killed.begin()
	}
	publish()
	streams := 0
	for name, v := range viewers {
		seen := v.until(func(seen tally) bool { return v.number == number })
		t.Logf("%s: %+v", name, seen)
		if name != "polling" {
			streams += seen.opened
		}
		if seen.snapshots != 0 {
			t.Errorf("%s: %d snapshots after the first one", name, seen.snapshots)
		}
	}
	if streams < kills {
		t.Errorf("the viewers had %d streams, with %d kills; so this is no test", streams, kills)
	}
}

// TestTheComposeFileFits reads the compose file as YAML, and compares it with the files that it mounts.
func TestTheComposeFileFits(t *testing.T) {
	python := find(t, "python3")
	const script = "import json, yaml; print(json.dumps(yaml.safe_load(open('scale/compose.yaml'))))"
	text, err := exec.Command(python, "-c", script).CombinedOutput()
	if strings.Contains(string(text), "No module named 'yaml'") {
		t.Skip("python3 has no module yaml")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var file struct {
		Services map[string]struct {
			Image    string
			Command  []string
			Volumes  []string
			Networks any
		}
		Volumes map[string]any
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	var names []string // by which containers reach each other
	for name, s := range file.Services {
		mounted := make(map[string]string)
		for _, volume := range s.Volumes {
			from, to, _ := strings.Cut(strings.TrimSuffix(volume, ":ro"), ":")
			mounted[to] = from
			if local, ok := strings.CutPrefix(from, "./"); !ok {
				if _, ok := file.Volumes[from]; !ok {
					t.Errorf("%s: there is no volume %s", name, from)
				}
			} else if _, err := os.Stat("scale/" + local); err != nil && local != "tokens" { // which is secret
				t.Errorf("%s: %v", name, err)
			}
		}
		if s.Image != "flightboard" {
			continue
		}
		if len(s.Command) != 2 || s.Command[0] != "-config" || mounted[s.Command[1]] == "" {
			t.Errorf("%s: %q is not a file that is mounted", name, s.Command)
			continue
		}
		config, err := os.ReadFile("scale/" + mounted[s.Command[1]])
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range regexp.MustCompile(`(?m)^[a-z-]+ (/.*)$`).FindAllStringSubmatch(string(config), -1) {
			if mounted[path[1]] == "" {
				t.Errorf("%s: nothing is mounted at %s", name, path[1])
			}
		}
		networks, _ := json.Marshal(s.Networks)
		names = append(names, regexp.MustCompile(`[a-z0-9]+\.internal`).FindAllString(string(networks), -1)...)
	}
	for _, file := range []string{"scale/edge.conf", "scale/haproxy.cfg"} {
		text := configuration(t, file)
		for _, name := range regexp.MustCompile(`[a-z0-9]+\.internal:5000`).FindAllString(text, -1) {
			if !slices.Contains(names, strings.TrimSuffix(name, ":5000")) {
				t.Errorf("%s: no container is called %s", file, name)
			}
		}
	}
	if len(names) != 3 {
		t.Errorf("%q are three servers", names)
	}
}
