package logtest

import (
	"flag"
	"iter"
	"math/rand/v2"
	"testing"
	"testing/synctest"
)

var (
	schedules = flag.Int("schedules", 0, "play this `number` of random schedules; 0: as many as the test does by itself")
	first     = flag.Int("from", 0, "the `number` of the first schedule, to play one again or to go on")
)

// Seeds returns the numbers of the random schedules that a test plays: count of them, unless -schedules and -from say
// otherwise.
func Seeds(count int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if *schedules > 0 {
			count = *schedules
		}
		for seed := *first; seed < *first+count && yield(seed); seed++ {
		}
	}
}

// Schedules plays random schedules, each in a bubble, until one fails.
func Schedules(t *testing.T, count int, play func(t *testing.T, random *rand.Rand)) {
	t.Helper()
	for seed := range Seeds(count) {
		synctest.Test(t, func(t *testing.T) { play(t, rand.New(rand.NewPCG(uint64(seed), 7))) })
		if t.Failed() {
			t.Fatalf("schedule %d went wrong: -from %[1]d -schedules 1 plays it again", seed)
		}
	}
}
