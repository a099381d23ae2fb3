// Package flagvalue has types of flags that package flag does not have: lists of names, limits and durations, numbers
// of bytes, and time zones.
package flagvalue

import (
	"errors"
	"path/filepath"
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

// Durations is a flag for three durations, as in 15m,2h,6h. The ones that are not given keep their values.
type Durations [3]time.Duration

func (l *Durations) String() string {
	var texts []string
	for _, d := range l {
		text := d.String() // as in 2h0m0s
		if short, ok := strings.CutSuffix(text, "m0s"); ok {
			text = short + "m"
		}
		if short, ok := strings.CutSuffix(text, "h0m"); ok {
			text = short + "h"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ",")
}

func (l *Durations) Set(text string) error {
	texts := strings.Split(text, ",")
	if len(texts) > len(l) {
		return errors.New("want three at most, as in 15m,2h,6h")
	}
	for i, text := range texts {
		d, err := time.ParseDuration(text)
		if err != nil {
			return err
		}
		if d < 0 {
			return errors.New("want 0 or more")
		}
		l[i] = d
	}
	return nil
}

// CutName splits name=what. Without a name, the name is that of the file.
func CutName(text string) (name, what string) {
	if name, what, ok := strings.Cut(text, "="); ok && name != "" && !strings.ContainsAny(name, `./\`) {
		return name, what
	}
	if text == "-" {
		return "stdin", text
	}
	base := filepath.Base(text)
	if mapping, ok := strings.CutSuffix(base, ".feed.json"); ok {
		return mapping, text
	}
	return strings.TrimSuffix(base, filepath.Ext(base)), text
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
