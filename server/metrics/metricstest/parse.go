// Package metricstest reads Prometheus' text format strictly, for tests of programs that write it.
package metricstest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Family is a metric with its samples.
type Family struct {
	Name, Kind, Help string
	Samples          []Sample
}

// A Sample is a line with a number. Its name differs from the family's in a histogram.
type Sample struct {
	Name, Labels string // the labels as they were written
	Le           string // the label le
	Value        float64
}

var (
	isName   = regexp.MustCompile(`^flightboard(_[a-z0-9]+)+$`)
	isSample = regexp.MustCompile(`^([a-z0-9_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\S+)$`)
	le       = regexp.MustCompile(`,?le="([^"]*)"`)
)

// Parse reads a page. It returns an error for what a scrape would reject, and for what promtool check metrics reports:
// names without a unit or with the wrong suffix, metrics without help, samples that come twice, histograms that do not
// add up.
func Parse(page string) (families []Family, err error) {
	if !strings.HasSuffix(page, "\n") {
		return nil, fmt.Errorf("the last line has no end")
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "# HELP "):
			name, help, _ := strings.Cut(line[len("# HELP "):], " ")
			if seen[name] || !isName.MatchString(name) || !strings.HasSuffix(help, ".") {
				return nil, fmt.Errorf("%s: the name is not new or not allowed, or the help is not a sentence", line)
			}
			seen[name] = true
			families = append(families, Family{Name: name, Help: help})
		case strings.HasPrefix(line, "# TYPE "):
			last := len(families) - 1
			name, kind, _ := strings.Cut(line[len("# TYPE "):], " ")
			if last < 0 || families[last].Name != name || families[last].Kind != "" {
				return nil, fmt.Errorf("%s: it does not follow its help", line)
			}
			families[last].Kind = kind
		default:
			m := isSample.FindStringSubmatch(line)
			if m == nil || len(families) == 0 || seen[m[1]+"{"+m[2]] {
				return nil, fmt.Errorf("%s: not a sample, or one that comes twice", line)
			}
			seen[m[1]+"{"+m[2]] = true
			value, err := strconv.ParseFloat(m[3], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
			s := Sample{Name: m[1], Labels: m[2], Value: value}
			if bound := le.FindStringSubmatch(m[2]); bound != nil {
				s.Le = bound[1]
			}
			f := &families[len(families)-1]
			f.Samples = append(f.Samples, s)
		}
	}
	for i := range families {
		if err := families[i].check(); err != nil {
			return nil, fmt.Errorf("%s: %w", families[i].Name, err)
		}
	}
	return families, nil
}

// check checks the kind, the suffix of the name, and the samples.
func (f *Family) check() error {
	total := strings.HasSuffix(f.Name, "_total")
	switch {
	case f.Kind == "histogram":
		return f.checkHistogram()
	case f.Kind != "counter" && f.Kind != "gauge":
		return fmt.Errorf("the kind is %q", f.Kind)
	case total != (f.Kind == "counter"):
		return fmt.Errorf("a %s with this suffix", f.Kind)
	}
	for _, s := range f.Samples {
		if s.Name != f.Name || s.Le != "" {
			return fmt.Errorf("a sample called %s", s.Name)
		}
	}
	return nil
}

func (f *Family) checkHistogram() error {
	if !strings.HasSuffix(f.Name, "_seconds") {
		return fmt.Errorf("a histogram without its unit")
	}
	bound, below, inf, last := -1.0, 0.0, -1.0, len(f.Samples)-2
	if last < 1 {
		return fmt.Errorf("a histogram without buckets")
	}
	for _, s := range f.Samples[:last] {
		le, err := strconv.ParseFloat(s.Le, 64)
		if s.Name != f.Name+"_bucket" || err != nil || le <= bound || s.Value < below {
			return fmt.Errorf("the bucket %+v is out of order", s)
		}
		bound, below = le, s.Value
		if s.Le == "+Inf" {
			inf = s.Value
		}
	}
	sum, count := f.Samples[last], f.Samples[last+1]
	if sum.Name != f.Name+"_sum" || count.Name != f.Name+"_count" || count.Value != inf {
		return fmt.Errorf("sum and count are %+v and %+v, of %v", sum, count, inf)
	}
	return nil
}
