// Package flagvalue has types of flags that package flag does not have: lists of names, pairs of numbers and of
// durations, and numbers of bytes.
package flagvalue

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Names is a flag for a list of names, separated by commas. It may be given several times.
type Names []string

func (n *Names) String() string { return strings.Join(*n, ",") }

// IsNone reports whether the flag names no feed.
func (n Names) IsNone() bool {
	return !slices.ContainsFunc(n, func(name string) bool { return name != "none" })
}

func (n *Names) Set(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*n = append(*n, name)
		}
	}
	return nil
}

// Durations is a flag for two durations, as in 15m,2h. If only one is given, the other one keeps its value.
type Durations [2]time.Duration

func (l *Durations) String() string { return l[0].String() + "," + l[1].String() }

func (l *Durations) Set(text string) (err error) {
	first, second, both := strings.Cut(text, ",")
	if l[0], err = time.ParseDuration(first); err == nil && both {
		l[1], err = time.ParseDuration(second)
	}
	if err == nil && (l[0] < 0 || l[1] < 0) {
		err = errors.New("want 0 or more")
	}
	return err
}

// Limits is a flag for one limit or two, as in 5000,50; 0: no limit.
type Limits [2]int

func (b *Limits) String() string { return strconv.Itoa(b[0]) + "," + strconv.Itoa(b[1]) }

func (b *Limits) Set(text string) (err error) {
	all, each, both := strings.Cut(text, ",")
	if b[0], err = strconv.Atoi(all); err == nil && both {
		b[1], err = strconv.Atoi(each)
	}
	if err != nil || min(b[0], b[1]) < 0 {
		return errors.New("want one number or two, as in 5000,50")
	}
	return nil
}
