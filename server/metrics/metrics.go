// Package metrics counts what a server does, without locks where that happens often, and writes the numbers in
// Prometheus' text format.
//
// There is no registry. The code that counts has a [Counter], a [Counts] or a [Histogram], whose zero values are ready
// to use, and a method that writes them to a [Text] when somebody asks.
package metrics

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Counter is a number that only grows. It is safe for concurrent use.
type Counter struct{ n atomic.Uint64 }

// Add adds n, which must not be negative.
func (c *Counter) Add(n int) { c.n.Add(uint64(n)) }

// Value returns the sum.
func (c *Counter) Value() uint64 { return c.n.Load() }

// Counts are counters by name, for what happens at most once in a request: Add locks. It is safe for concurrent use.
type Counts struct {
	mu sync.Mutex
	n  map[string]uint64
}

// NewCounts returns counters, of which those with the given names exist from the start. A rate cannot be computed for
// the first event of one that does not.
func NewCounts(names ...string) *Counts {
	c := &Counts{n: make(map[string]uint64)}
	for _, name := range names {
		c.n[name] = 0
	}
	return c
}

// Add counts an event. Names must not come from clients: each is kept for ever.
func (c *Counts) Add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[name]++
}

// Values returns all counters.
func (c *Counts) Values() map[string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.n)
}

// sorted calls f for each counter, in the order of the names.
func (c *Counts) sorted(f func(name string, n uint64)) {
	all := c.Values()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f(name, all[name])
	}
}

// bounds are the upper bounds of the buckets of all histograms: from a write to the kernel to a publisher that stamps
// what an airport has said minutes ago.
var bounds = [...]time.Duration{
	time.Millisecond / 10, time.Millisecond / 4, time.Millisecond, 5 * time.Millisecond / 2, 5 * time.Millisecond,
	10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond,
	500 * time.Millisecond, time.Second, 5 * time.Second / 2, 5 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 5 * time.Minute, 30 * time.Minute,
}

// A Histogram counts durations in buckets. It is safe for concurrent use, and does not lock.
type Histogram struct {
	counts [len(bounds) + 1]atomic.Uint64
	sum    atomic.Int64 // nanoseconds
}

// Observe counts a duration. One that is negative, because two clocks differ, counts as zero.
func (h *Histogram) Observe(d time.Duration) { h.ObserveTimes(d, 1) }

// ObserveTimes counts a duration n times.
func (h *Histogram) ObserveTimes(d time.Duration, n int) {
	d = max(d, 0)
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	h.counts[i].Add(uint64(n))
	h.sum.Add(int64(d) * int64(n))
}

// Count returns the number of durations.
func (h *Histogram) Count() (n uint64) {
	for i := range h.counts {
		n += h.counts[i].Load()
	}
	return n
}

// Sum returns the sum of the durations.
func (h *Histogram) Sum() time.Duration { return time.Duration(h.sum.Load()) }
