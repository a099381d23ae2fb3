package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestQuantilesAreExactToABucket(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var l latencies
	var all []time.Duration
	for range 10_000 {
		d := time.Duration(math.Exp(r.Float64() * 25)) // from 1 ns to over a minute
		all = append(all, d)
		l.add(d)
	}
	slices.Sort(all)
	for _, q := range []float64{0, 0.5, 0.99, 0.999} {
		want := all[int(q*float64(len(all)))]
		if got := l.quantile(q); got > want || float64(got) < float64(want)*(1-1.0/64)-1 {
			t.Errorf("quantile(%v) = %v, want %v or up to 1/64 less", q, got, want)
		}
	}
	var none latencies
	if got := none.quantile(0.5); got != 0 {
		t.Errorf("quantile of nothing = %v, want 0", got)
	}
	none.add(math.MaxInt64)
	none.add(-1) // clocks are what they are
	if got := none.quantile(0.9); got < math.MaxInt64/64*63 {
		t.Errorf("quantile of the longest = %v", got)
	}
}

func example() *report {
	r := newReport("rate: example")
	for _, v := range []float64{1, 9, 2} { // the median is 2
		r.add("limit", figures(figure{"cost", v, 1}, figure{"memory", math.NaN(), 0}))
		r.add("ours", figures(figure{"cost", 3 * v, 1}, figure{"memory", v, 0}))
	}
	return r
}

func TestReportHasMediansAndRatios(t *testing.T) {
	var b strings.Builder
	example().print(&b)
	want := `rate: example
                cost  memory
         limit   2.0       –
          ours   6.0       2
  ours / limit  3.00       –
`
	if b.String() != want {
		t.Errorf("print writes\n%swant\n%s", b.String(), want)
	}
}

func TestReportAsJSONHasEveryRun(t *testing.T) {
	var b strings.Builder
	if err := example().printJSON(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 6 {
		t.Fatalf("%d lines, want one a run:\n%s", len(lines), b.String())
	}
	var last struct {
		Server  string
		Run     int
		Figures map[string]float64
	}
	if err := json.Unmarshal([]byte(lines[5]), &last); err != nil || last.Server != "ours" || last.Run != 3 ||
		last.Figures["cost"] != 6 {
		t.Errorf("the last line is %s, %v", lines[5], err)
	}
}

func TestGoalsReportWhetherTheyAreMet(t *testing.T) {
	for _, c := range []struct {
		goal goal
		want string
	}{
		{goal{what: "cost", figure: "cost", base: "limit", bound: 3.1}, "≤ 3.1 ×     met"},
		{goal{what: "cost", figure: "cost", base: "limit", bound: 2.9}, "≤ 2.9 ×     missed"},
		{goal{what: "cost", figure: "cost", bound: 5, atLeast: true}, "≥ 5         met"},
		{goal{what: "cost", figure: "cost", bound: 7, atLeast: true}, "≥ 7         missed"},
		{goal{what: "cost", figure: "unknown", bound: 7}, "≤ 7         missed"},
	} {
		if got := c.goal.line(example(), "ours"); !strings.HasSuffix(got, c.want) {
			t.Errorf("line = %q, want it to end with %q", got, c.want)
		}
	}
}

func TestBadFlagsAreOneLineWithTheReason(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"dance", `unknown mode "dance"`},
		{"rate -n 0", "-n 0: want 1 to 200000"},
		{"rate -rate 0", "-rate 0: want more than 0"},
		{"rate -for 1h", "-for 1h0m0s: want at most 10m"},
		{"saturate -burst 0", "-burst 0: want 1 to 10000"},
		{"storm -stale 2", "-stale 2: want 0 to 1"},
		{"accept -flights 200000", "-flights 200000: want 1 to 100000"},
		{"start -flights 0", "-flights has to be 1 to 100000"},
		{"rate extra", `unexpected argument "extra"`},
		{"rate -runs 0", "-runs 0: want at least 1"},
	} {
		err := run(strings.Fields(c.args), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("run(%s) = %v, want %q", c.args, err, c.want)
		}
	}
}

// TestEveryModeRuns takes each through a small run against everything that it can be compared with here.
func TestEveryModeRuns(t *testing.T) {
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := m.plan
			p.viewers, p.flights, p.runs, p.length = 5, 10, 1, 50*time.Millisecond
			p.servers = "limit,ours"
			if m.variants != nil || !hasLimit {
				p.servers = "ours"
			}
			r, err := m.compare(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range r.servers {
				for _, f := range r.runs[s][0] {
					if f.value < 0 || math.IsInf(f.value, 0) {
						t.Errorf("%s: %s is %v", s, f.name, f.value)
					}
				}
			}
		})
	}
}

// TestTheShippedServerCanBeMeasured: one that the test starts, and one that runs already.
func TestTheShippedServerCanBeMeasured(t *testing.T) {
	server, err := startTarget("shipped", plan{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.stop()
	p := plan{viewers: 5, rate: 100, burst: 2, length: 50 * time.Millisecond, flights: 10, pid: server.pids[0]}
	for range 2 { // the second run finds the first one's board
		figures, err := broadcast(atRate)("http://"+server.host, p)
		if err != nil {
			t.Fatal(err)
		}
		if figures[0].value <= 0 {
			t.Errorf("%v deliveries a second", figures[0].value)
		}
	}
}

// TestATreeCanBeMeasured: the viewers of three edges, who then come back each to another one.
func TestATreeCanBeMeasured(t *testing.T) {
	p := plan{viewers: 6, rate: 100, burst: 2, length: 50 * time.Millisecond, flights: 10}
	figures, err := broadcast(atRate)("edges", p)
	if err != nil {
		t.Fatal(err)
	}
	if pinned && !(figures[0].value > 0 && figures[4].value > 0) {
		t.Errorf("%v %s, %v %s", figures[0].value, figures[0].name, figures[4].value, figures[4].name)
	}
	if _, err := storm("edges", p); err != nil {
		t.Error(err)
	}
	if _, err := broadcast(atRate)("edge-of-edge", p); err != nil {
		t.Error(err)
	}
}
