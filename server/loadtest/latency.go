package main

import (
	"math/bits"
	"time"
)

// latencies is a histogram of durations. A bucket is at most 1/64 wide, whatever the size, so percentiles are exact to
// 1.6 %, and counting costs a few nanoseconds: it is done for every single delivery.
type latencies struct {
	buckets [58 * 64]int64
	count   int64
}

func bucket(ns int64) int {
	if ns < 64 {
		return int(max(ns, 0))
	}
	shift := bits.Len64(uint64(ns)) - 7
	return shift*64 + int(ns>>shift)
}

func (l *latencies) add(d time.Duration) {
	l.buckets[bucket(int64(d))]++
	l.count++
}

// quantile is the duration that the share q of all do not exceed; 0 when there are none.
func (l *latencies) quantile(q float64) time.Duration {
	rank := int64(q * float64(l.count))
	for i, n := range l.buckets {
		if rank -= n; rank < 0 && n > 0 {
			if i < 128 {
				return time.Duration(i)
			}
			shift := i/64 - 1
			return time.Duration(int64(i-shift*64) << shift)
		}
	}
	return 0
}
