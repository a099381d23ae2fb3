package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A figure is one measured value. NaN says that it could not be measured.
type figure struct {
	name   string
	value  float64
	digits int // after the point
}

func figures(list ...figure) []figure { return list }

func ms(name string, d time.Duration) figure {
	return figure{name, float64(d) / float64(time.Millisecond), 2}
}

// measured is NaN when the value is unknown.
func measured(value float64, known bool) float64 {
	if !known {
		return math.NaN()
	}
	return value
}

// A report holds the figures of several runs of one mode, server by server.
type report struct {
	title   string
	servers []string
	runs    map[string][][]figure
}

func newReport(title string) *report { return &report{title: title, runs: map[string][][]figure{}} }

func (r *report) add(server string, run []figure) {
	if r.runs[server] == nil {
		r.servers = append(r.servers, server)
	}
	r.runs[server] = append(r.runs[server], run)
}

// median is the median of one figure of a server's runs; NaN when there is none.
func (r *report) median(server, name string) float64 {
	var values []float64
	for _, run := range r.runs[server] {
		for _, f := range run {
			if f.name == name && !math.IsNaN(f.value) {
				values = append(values, f.value)
			}
		}
	}
	if len(values) == 0 {
		return math.NaN()
	}
	slices.SortFunc(values, cmp.Compare)
	if n := len(values); n%2 == 0 {
		return (values[n/2-1] + values[n/2]) / 2
	}
	return values[len(values)/2]
}

// ratio is a server's median divided by another's.
func (r *report) ratio(server, other, name string) float64 {
	return r.median(server, name) / r.median(other, name)
}

// print writes a table with a line a server, and a line of ratios to the first for each of the others.
func (r *report) print(w io.Writer) {
	if len(r.servers) == 0 {
		return
	}
	fmt.Fprintln(w, r.title)
	shape := r.runs[r.servers[0]][0]
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(head string, cell func(figure) string) {
		cells := []string{head}
		for _, f := range shape {
			cells = append(cells, cell(f))
		}
		fmt.Fprintln(t, strings.Join(cells, "\t")+"\t")
	}
	row("", func(f figure) string { return f.name })
	for _, s := range r.servers {
		row(s, func(f figure) string { return number(r.median(s, f.name), f.digits) })
	}
	first := r.servers[0]
	for _, s := range r.servers[1:] {
		row(s+" / "+first, func(f figure) string { return number(r.ratio(s, first, f.name), 2) })
	}
	t.Flush()
}

func number(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return fmt.Sprintf("%.*f", digits, v)
}

// printJSON writes one object a run.
func (r *report) printJSON(w io.Writer) error {
	for _, s := range r.servers {
		for i, run := range r.runs[s] {
			values := map[string]any{}
			for _, f := range run {
				if !math.IsNaN(f.value) {
					values[f.name] = f.value
				}
			}
			line := struct {
				Mode    string         `json:"mode"`
				Server  string         `json:"server"`
				Run     int            `json:"run"`
				Figures map[string]any `json:"figures"`
			}{r.title, s, i + 1, values}
			if err := json.NewEncoder(w).Encode(line); err != nil {
				return err
			}
		}
	}
	return nil
}
