package metrics

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheTextOfCountersAndGauges(t *testing.T) {
	refusals := NewCounts("full", "closing")
	refusals.Add("full")
	var page Text
	page.Counter("refusals_total", "Requests that were\nrefused by \\reason.")
	page.Counts(refusals, "who", "viewer", "reason")
	page.Gauge("silent_seconds", "How long feeds are silent.")
	page.Sample(1.5, "feed", "a \"quoted\"\nname \\ \xff")
	page.Sample(math.Inf(1), "feed", "b")
	page.Gauge("position", "A number without labels.")
	page.Sample(1795867381123456)
	want := `# HELP refusals_total Requests that were\nrefused by \\reason.
# TYPE refusals_total counter
refusals_total{who="viewer",reason="closing"} 0
refusals_total{who="viewer",reason="full"} 1
# HELP silent_seconds How long feeds are silent.
# TYPE silent_seconds gauge
silent_seconds{feed="a \"quoted\"\nname \\ ` + "\ufffd" + `"} 1.5
silent_seconds{feed="b"} +Inf
# HELP position A number without labels.
# TYPE position gauge
position 1795867381123456
`
	if diff := cmp.Diff(want, string(page.Bytes())); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
}

func TestAHistogramCountsADurationInAllBucketsThatHoldIt(t *testing.T) {
	var h Histogram
	h.Observe(-time.Second) // two clocks differ
	h.Observe(time.Millisecond)
	h.ObserveTimes(3*time.Second, 2)
	h.Observe(time.Hour)
	var page Text
	page.Histogram("age_seconds", "Ages.", &h)
	for _, line := range []string{
		"# TYPE age_seconds histogram", `age_seconds_bucket{le="0.0001"} 1`, `age_seconds_bucket{le="0.001"} 2`,
		`age_seconds_bucket{le="2.5"} 2`, `age_seconds_bucket{le="5"} 4`, `age_seconds_bucket{le="1800"} 4`,
		`age_seconds_bucket{le="+Inf"} 5`, "age_seconds_sum 3606.001", "age_seconds_count 5",
	} {
		if !strings.Contains(string(page.Bytes()), line+"\n") {
			t.Errorf("there is no line %s in\n%s", line, page.Bytes())
		}
	}
}

func TestCountingTogetherLosesNothing(t *testing.T) {
	var (
		c       Counter
		h       Histogram
		names   = NewCounts()
		running sync.WaitGroup
	)
	for range 8 {
		running.Go(func() {
			for range 1000 {
				c.Add(2)
				h.Observe(time.Second)
				names.Add("one")
			}
		})
	}
	running.Wait()
	if c.Value() != 16_000 || h.Count() != 8000 || h.Sum() != 8000*time.Second || names.Values()["one"] != 8000 {
		t.Errorf("counted %d, %d, %v, %v", c.Value(), h.Count(), h.Sum(), names.Values())
	}
}

func BenchmarkObserve(b *testing.B) {
	var h Histogram
	b.ReportAllocs()
	for b.Loop() {
		h.Observe(7 * time.Millisecond)
	}
}
