package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// The summary measures, in one run on one machine, every figure that has a goal. Ratios are to the limit,
// which is measured in turn with the server.

// A section is a mode with its plan, and the goals that it decides.
type section struct {
	mode    string
	plan    plan
	alone   bool // no comparison with the limit, which could not do it
	shipped bool // measured on the shipped server, whatever the others are measured on
	goals   []goal
}

// A goal is one line of the summary: a figure, or the ratio of two, and what it is to be.
type goal struct {
	what    string
	figure  string
	row     string  // of the report; "" is the server
	base    string  // when set, the row that it is divided by
	bound   float64 // at most this; or, when atLeast, at least
	atLeast bool
	digits  int
}

func sections() []section {
	batch, gzip := form{batch: true}, form{gzip: true}
	forms := func(p plan, singles string, most float64) section {
		return section{mode: "bytes", plan: p, goals: []goal{
			{what: "bytes per delivery, gzip, " + singles, figure: "bytes/delivery", row: gzip.String(), bound: most, digits: 1},
			{what: "  its CPU per delivery, µs, to plain", figure: "CPU µs/delivery", row: gzip.String(), base: form{}.String(),
				bound: 1.15, digits: 2},
			{what: "  bytes per delivery, batch", figure: "bytes/delivery", row: batch.String(), bound: math.NaN(), digits: 1},
			{what: "  bytes per delivery, batch and gzip", figure: "bytes/delivery", row: form{batch: true, gzip: true}.String(),
				bound: math.NaN(), digits: 1},
		}}
	}
	short := time.Second
	return []section{
		{mode: "saturate", plan: plan{viewers: 1000, burst: 1, length: short}, goals: []goal{
			{what: "saturation, N=1000, 2 in flight: deliveries/s", figure: "deliveries/s", base: "limit", bound: 1.2,
				atLeast: true}}},
		{mode: "saturate", plan: plan{viewers: 1000, burst: 16, length: short}, goals: []goal{
			{what: "saturation, N=1000, bursts of 16", figure: "deliveries/s", base: "limit", bound: 6, atLeast: true}}},
		{mode: "saturate", plan: plan{viewers: 10000, burst: 8, length: short}, goals: []goal{
			{what: "saturation, N=10000, bursts of 8", figure: "deliveries/s", base: "limit", bound: 8, atLeast: true}}},
		{mode: "rate", plan: plan{viewers: 1000, rate: 2000, burst: 1, length: 4 * time.Second}, alone: true, goals: []goal{
			{what: "2000 events/s × 1000 viewers: deliveries/s", figure: "deliveries/s", bound: 1_980_000, atLeast: true},
			{what: "  its p99, ms", figure: "p99 ms", bound: 12, digits: 1},
			{what: "  its CPU per delivery, µs", figure: "CPU µs/delivery", bound: 0.4, digits: 2}}},
		{mode: "rate", plan: plan{viewers: 1000, rate: 2000, burst: 1, length: 4 * time.Second}, alone: true, shipped: true,
			goals: []goal{
				{what: "the same, each by a POST of its own: deliveries/s", figure: "deliveries/s", row: "shipped",
					bound:   1_980_000,
					atLeast: true},
				{what: "  its p99, ms", figure: "p99 ms", row: "shipped", bound: math.NaN(), digits: 1},
				{what: "  its CPU per delivery, µs", figure: "CPU µs/delivery", row: "shipped", bound: math.NaN(), digits: 2}}},
		{mode: "rate", plan: plan{viewers: 1000, rate: 20, burst: 1, length: 2 * time.Second}, goals: []goal{
			{what: "1000 × 20 events/s: CPU per delivery, µs", figure: "CPU µs/delivery", base: "limit", bound: 1.1, digits: 2},
			{what: "  its p99, ms", figure: "p99 ms", base: "limit", bound: math.NaN(), digits: 1}}},
		{mode: "rate", plan: plan{viewers: 10000, rate: 2, burst: 1, length: 3 * time.Second}, goals: []goal{
			{what: "10000 × 2 events/s: p99, ms", figure: "p99 ms", base: "limit", bound: 1.4, digits: 1}}},
		{mode: "idle", plan: plan{viewers: 15000, rate: 2, burst: 1, length: 2 * time.Second, runs: 1}, alone: true,
			goals: []goal{
				{what: "KiB per idle viewer, N=15000, 3 s after all came", figure: "KiB/viewer 3 s later", bound: 0.9,
					digits: 2},
				{what: "  when written to", figure: "KiB/viewer written to", bound: 0.9, digits: 2}}},
		{mode: "storm", plan: plan{viewers: 5000, burst: 100}, goals: []goal{
			{what: "5000 reconnect, 100 missed each: s", figure: "s until all have all", base: "limit", bound: 1.3, digits: 2}}},
		{mode: "accept", plan: plan{viewers: 2000, flights: 1000}, alone: true, goals: []goal{
			{what: "accepts per second, snapshot of 1,000 flights", figure: "viewers/s", bound: 5000, atLeast: true}}},
		forms(plan{viewers: 1000, rate: 20, burst: 1, length: time.Second, flights: 1000, runs: 2},
			"one change per tick", 22),
		forms(plan{viewers: 1000, rate: 200, burst: 20, length: time.Second, flights: 1000, runs: 2}, "bursts of 20", 12),
		{mode: "growth", plan: plan{viewers: 1000, rate: 100, burst: 1, length: time.Second, runs: 1}, goals: []goal{
			{what: "allocations per event, N=1000, to N=50", figure: "allocations/event",
				row: plan{viewers: 1000}.label(), base: plan{viewers: 50}.label(), bound: 1.1, digits: 1}}},
	}
}

// summary prints a line for each goal as soon as it is measured. A goal that is missed is a result; a delivery that is
// wrong is an error.
func summary(out io.Writer, server string, runs int) error {
	fmt.Fprintf(out, "%-52s %13s %12s %8s  %s\n", "", "limit or base", server, "ratio", "goal")
	began := time.Now()
	var failed error
	for _, s := range sections() {
		r, err := s.measure(server, runs)
		if err != nil {
			fmt.Fprintln(out, "FAILED:", err)
			failed = err
			continue
		}
		for _, g := range s.goals {
			fmt.Fprintln(out, g.line(r, server))
		}
	}
	fmt.Fprintf(out, "medians of %d runs unless memory or allocations are counted; %.0f s\n", runs,
		time.Since(began).Seconds())
	return failed
}

func (s section) measure(server string, runs int) (*report, error) {
	m := modes[slices.IndexFunc(modes, func(m mode) bool { return m.name == s.mode })]
	p := s.plan
	if p.flights == 0 {
		p.flights = defaultFlights
	}
	if p.runs == 0 {
		p.runs = runs
	}
	if s.shipped {
		server = "shipped"
	}
	p.servers = "limit," + server
	if s.alone || m.variants != nil {
		p.servers = server
	}
	if err := allowSockets(p.viewers); err != nil {
		return nil, err
	}
	return m.compare(p)
}

// line is the goal as it was measured, in columns.
func (g goal) line(r *report, server string) string {
	row := g.row
	if row == "" {
		row = server
	}
	base := g.base
	if base == "" {
		base = "limit"
	}
	first, value, ratio := r.median(base, g.figure), r.median(row, g.figure), math.NaN()
	decides := value
	if g.base != "" {
		ratio = r.ratio(row, g.base, g.figure)
		decides = ratio
	}
	want := ""
	if !math.IsNaN(g.bound) {
		sign, met := "≤", decides <= g.bound
		if g.atLeast {
			sign, met = "≥", decides >= g.bound
		}
		verdict := "missed"
		if met {
			verdict = "met"
		}
		bound := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", g.bound), "0"), ".")
		want = fmt.Sprintf("%s %s", sign, bound)
		if g.base != "" {
			want += " ×"
		}
		want = fmt.Sprintf("%-11s %s", want, verdict)
	}
	return strings.TrimRight(fmt.Sprintf("%-52s %13s %12s %8s  %s",
		g.what, number(first, g.digits), number(value, g.digits), number(ratio, 2), want), " ")
}
