//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"flightboard/server/eventstream"
)

var loopback = [3]string{"127.0.0.1", "127.0.0.1", "127.0.0.1"}

// TestKilledProcesses kills, as kill -9 does, a node, the NATS server that leads the stream, and two of the three
// servers. Viewers go on elsewhere with their positions, and miss nothing; publishers are refused while two servers are
// away; and at the end all nodes have the same board, with every change that was acknowledged.
func TestKilledProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it starts six processes, and kills them, for half a minute")
	}
	t.Parallel()
	d := deploy(t, t.TempDir(), loopback, [3][]string{})
	viewers := d.watch(4)
	p := &poster{deployment: d}
	for range 20 {
		p.post(t)
	}
	d.nodes[0].kill()
	for range 20 {
		p.post(t)
	}
	d.nodes[0].start()
	d.await(0)

	leader := d.leader()
	d.nats[leader].kill()
	begun := time.Now()
	p.post(t)
	t.Logf("the first change %v after the stream's leader was killed", time.Since(begun).Round(time.Millisecond))
	for range 20 {
		p.post(t)
	}
	d.nats[leader].start()
	for range 20 {
		p.post(t)
	}

	d.nats[0].kill()
	d.nats[1].kill()
	connected := viewers.connects()
	for i := range d.urls {
		if status := p.try(i, time.Minute); status != http.StatusServiceUnavailable {
			t.Errorf("with one NATS server of three, node %d answers %d to a change, want 503", i, status)
		}
	}
	d.eventually("a heartbeat does not name JetStream", func() bool { return viewers.told() })
	if now := viewers.connects(); now != connected {
		t.Errorf("viewers connected %d times while two servers were away", now-connected)
	}
	d.nats[0].start()
	d.nats[1].start()
	p.post(t)
	d.settle(p, viewers)
}

// leader returns the server that leads the stream.
func (d *deployment) leader() int {
	d.Helper()
	found := -1
	d.eventually("the stream has no leader", func() bool {
		for i, monitor := range d.monitors {
			answer, err := http.Get(monitor + "/jsz?streams=1&config=1")
			if err != nil {
				continue
			}
			var is struct {
				Details []struct {
					Streams []struct {
						Name    string `json:"name"`
						Cluster struct {
							Leader string `json:"leader"`
						} `json:"cluster"`
					} `json:"stream_detail"`
				} `json:"account_details"`
			}
			json.NewDecoder(answer.Body).Decode(&is)
			answer.Body.Close()
			for _, account := range is.Details {
				for _, s := range account.Streams {
					if s.Name == "flightboard" && s.Cluster.Leader == "n"+strconv.Itoa(i) {
						found = i
					}
				}
			}
		}
		return found >= 0
	})
	return found
}

func (d *deployment) eventually(wrong string, is func() bool) {
	d.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			d.Fatal(wrong)
		}
	}
}

// A poster posts numbered flights.
type poster struct {
	*deployment
	next         int
	acknowledged []string
}

// try posts one flight at a node, and returns the status; 0: there is none.
func (p *poster) try(i int, patience time.Duration) int {
	p.next++
	number := fmt.Sprint("LH", p.next)
	client := http.Client{Timeout: patience}
	r, _ := http.NewRequest(http.MethodPost, p.urls[i]+"/flights", strings.NewReader(
		fmt.Sprintf(`{"flight":%q,"origin":"Frankfurt","arrival":"%02d:%02d"}`, number, p.next/60%24, p.next%60)))
	r.Header.Set("Authorization", "Bearer "+bearer)
	answer, err := client.Do(r)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	if answer.StatusCode == http.StatusOK {
		p.acknowledged = append(p.acknowledged, number)
	}
	return answer.StatusCode
}

// post posts at one node after the other until one acknowledges.
func (p *poster) post(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(time.Minute); p.try(p.next%3, 20*time.Second) != http.StatusOK; {
		if time.Now().After(end) {
			t.Fatal("nothing can be published for a minute")
		}
	}
}

// settle checks that all nodes and viewers have the same board, with the flights that were acknowledged.
func (d *deployment) settle(p *poster, all *watchers) {
	d.Helper()
	boards := [3]string{}
	d.eventually("the nodes have different boards", func() bool {
		for i, url := range d.urls {
			answer, err := http.Get(url + "/flights")
			if err != nil {
				return false
			}
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			boards[i] = string(text)
		}
		return boards[0] == boards[1] && boards[1] == boards[2]
	})
	for _, number := range p.acknowledged {
		if !strings.Contains(boards[0], strconv.Quote(number)) {
			d.Errorf("%s was acknowledged, and is not on the board", number)
		}
		d.eventually("a viewer does not get "+number, func() bool { return all.have(number) })
	}
	all.stop()
}

// Watchers are viewers. Each goes to another node when its connection ends.
type watchers struct {
	*deployment
	stop func()

	mu     sync.Mutex
	all    []map[string]bool // the flights that each has got
	opened int
	silent bool // a heartbeat names JetStream
}

func (d *deployment) watch(n int) *watchers {
	ctx, cancel := context.WithCancel(d.Context())
	w := &watchers{deployment: d}
	var running sync.WaitGroup
	for i := range n {
		w.all = append(w.all, make(map[string]bool))
		running.Go(func() {
			var at uint64
			for turn := i; ctx.Err() == nil; turn++ {
				at = w.read(ctx, i, d.urls[turn%3], at)
				select {
				case <-time.After(100 * time.Millisecond):
				case <-ctx.Done():
				}
			}
		})
	}
	w.stop = func() { cancel(); running.Wait() }
	d.Cleanup(w.stop)
	return w
}

// read reads a stream after a position until it ends, and returns the last position.
func (w *watchers) read(ctx context.Context, i int, url string, at uint64) uint64 {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(10*time.Second, cancel)
	defer silence.Stop()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, url+"/events", nil)
	if at != 0 {
		r.Header.Set("Last-Event-ID", strconv.FormatUint(at, 10))
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return at
	}
	defer answer.Body.Close()
	w.mu.Lock()
	w.opened++
	w.mu.Unlock()
	for e, err := range eventstream.Read(bufio.NewReader(answer.Body)) {
		if err != nil {
			return at
		}
		silence.Reset(10 * time.Second)
		w.mu.Lock()
		if e.Type == "heartbeat" && strings.Contains(string(e.Data), "JetStream") {
			w.silent = true
		}
		id, err := strconv.ParseUint(e.ID, 10, 64)
		switch {
		case err != nil || e.Type == "heartbeat" || e.Type == "flightBoard":
		case e.Type == "flightSnapshot":
			if id < at {
				w.Errorf("viewer %d, at %d, gets a snapshot at %d", i, at, id)
			}
			clear(w.all[i])
			at = id
		case id != at+1:
			w.Errorf("viewer %d, at %d, gets %d", i, at, id)
			at = id
		default:
			at = id
		}
		for _, part := range strings.Split(string(e.Data), `"flight":"`)[1:] {
			number, _, _ := strings.Cut(part, `"`)
			w.all[i][number] = true
		}
		w.mu.Unlock()
	}
	return at
}

// connects returns how many connections the viewers have opened.
func (w *watchers) connects() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opened
}

// told reports whether a heartbeat has named JetStream.
func (w *watchers) told() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.silent
}

// have reports whether all viewers have a flight.
func (w *watchers) have(number string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		if !one[number] {
			return false
		}
	}
	return true
}

// TestCutNetwork cuts the network between the machines of three nodes, which are network namespaces here: first the one
// with the stream's leader. What is cut off refuses changes, and has the same board after the cut.
func TestCutNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it starts six processes in network namespaces, for half a minute")
	}
	t.Parallel()
	run := func(args ...string) error {
		out, err := exec.Command("ip", args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	bridge := "fb-bridge"
	if err := run("link", "add", bridge, "type", "bridge"); err != nil {
		t.Skipf("this machine has no network namespaces for tests: %v", err)
	}
	t.Cleanup(func() { run("link", "del", bridge) })
	must := func(args ...string) {
		t.Helper()
		if err := run(args...); err != nil {
			t.Fatal(err)
		}
	}
	must("addr", "add", "10.213.77.1/24", "dev", bridge)
	must("link", "set", bridge, "up")
	var hosts [3]string
	var wraps [3][]string
	for i := range 3 {
		space, outer, inner := fmt.Sprint("fb-test", i), fmt.Sprint("fb-out", i), fmt.Sprint("fb-in", i)
		hosts[i] = fmt.Sprint("10.213.77.", 10+i)
		wraps[i] = []string{"ip", "netns", "exec", space}
		must("netns", "add", space)
		t.Cleanup(func() { run("netns", "del", space) })
		must("link", "add", outer, "type", "veth", "peer", "name", inner)
		must("link", "set", inner, "netns", space)
		must("link", "set", outer, "master", bridge, "up")
		must("-n", space, "addr", "add", hosts[i]+"/24", "dev", inner)
		must("-n", space, "link", "set", inner, "up")
		must("-n", space, "link", "set", "lo", "up")
	}
	d := deploy(t, t.TempDir(), hosts, wraps)
	viewers := d.watch(3)
	p := &poster{deployment: d}
	for range 20 {
		p.post(t)
	}
	leader := d.leader()
	must("link", "set", fmt.Sprint("fb-out", leader), "down")
	begun := time.Now()
	p.next++
	for i := leader + 1; ; i++ {
		if i%3 != leader && p.try(i%3, 10*time.Second) == http.StatusOK {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatal("nothing can be published on the larger side of the cut")
		}
	}
	t.Logf("the first change %v after the cut", time.Since(begun).Round(time.Millisecond))
	for i := range 20 {
		p.try((leader+1+i%2)%3, 10*time.Second)
	}
	must("link", "set", fmt.Sprint("fb-out", leader), "up")
	d.eventually("the node that was cut off cannot publish again", func() bool {
		return p.try(leader, 10*time.Second) == http.StatusOK
	})
	d.settle(p, viewers)
}
