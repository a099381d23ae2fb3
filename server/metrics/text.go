package metrics

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// ContentType is that of the text format.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// A Text is a page in Prometheus' text format. Its zero value is empty.
type Text struct {
	text []byte
	name string // of the metric whose samples are being added
}

// Bytes returns the page.
func (t *Text) Bytes() []byte { return t.text }

// Counter begins a metric that only grows. Its name ends with _total.
func (t *Text) Counter(name, help string) { t.begin(name, "counter", help) }

// Gauge begins a metric that goes up and down.
func (t *Text) Gauge(name, help string) { t.begin(name, "gauge", help) }

// begin begins a metric. The names of a page must differ.
func (t *Text) begin(name, kind, help string) {
	t.name = name
	t.add("# HELP ", name, " ", helpEscapes.Replace(help), "\n# TYPE ", name, " ", kind, "\n")
}

// Sample adds a number with labels: names and values in turn. Samples of one metric differ in the values of the same
// labels.
func (t *Text) Sample(value float64, labels ...string) {
	t.add(t.name)
	t.labels(labels)
	t.number(value)
}

// Counts adds all counters. The last of labels is the name of a label, whose values are the names of the counters.
func (t *Text) Counts(c *Counts, labels ...string) {
	c.sorted(func(name string, n uint64) { t.Sample(float64(n), append(labels[:len(labels):len(labels)], name)...) })
}

// Histogram adds a metric that is a histogram, in seconds. Its name ends with _seconds.
func (t *Text) Histogram(name, help string, h *Histogram) {
	t.begin(name, "histogram", help)
	sum, below := h.Sum(), uint64(0)
	for i := range h.counts {
		below += h.counts[i].Load()
		bound := "+Inf"
		if i < len(bounds) {
			bound = strconv.FormatFloat(bounds[i].Seconds(), 'g', -1, 64)
		}
		t.add(name, "_bucket")
		t.labels([]string{"le", bound})
		t.number(float64(below))
	}
	t.add(name, "_sum")
	t.number(sum.Seconds())
	t.add(name, "_count")
	t.number(float64(below))
}

func (t *Text) add(parts ...string) {
	for _, part := range parts {
		t.text = append(t.text, part...)
	}
}

func (t *Text) labels(labels []string) {
	for i := 0; i+1 < len(labels); i += 2 {
		before := ","
		if i == 0 {
			before = "{"
		}
		t.add(before, labels[i], `="`, labelEscapes.Replace(strings.ToValidUTF8(labels[i+1], "\ufffd")), `"`)
	}
	if len(labels) > 1 {
		t.add("}")
	}
}

func (t *Text) number(value float64) {
	t.add(" ")
	if value == math.Trunc(value) && math.Abs(value) < 1<<53 {
		t.text = strconv.AppendInt(t.text, int64(value), 10)
	} else {
		t.text = strconv.AppendFloat(t.text, value, 'g', -1, 64)
	}
	t.add("\n")
}

var (
	helpEscapes  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	labelEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// Unix returns a time as seconds since 1970, as Prometheus has times; 0 for the zero time.
func Unix(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(at.UnixMilli()) / 1000
}

// Bool returns 1 or 0.
func Bool(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
