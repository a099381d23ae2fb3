package mapping

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A pick selects elements: by their place, as [0], [-1] and [1:], or by a value, as [type=ORIGIN].
type pick struct {
	from, to int // counted from the end if negative; to is not part of the range, as in Go
	single   bool
	key      path // not nil: the elements whose text there equals value
	value    string
}

// pick reads what stands between brackets.
func (p *pathParser) pick() (pick, error) {
	p.at++
	p.blanks()
	if rest, text, ok := strings.Cut(p.text[p.at:], "]"); ok && isRange(rest) {
		p.at = len(p.text) - len(text)
		return parseRange(strings.TrimSpace(rest))
	}
	var one pick
	var err error
	if one.key, err = p.path(); err != nil {
		return one, err
	}
	p.blanks()
	if p.peek() != '=' {
		return one, errors.New("want a number, a range such as 1:, or name=value between [ and ]")
	}
	p.at++
	p.blanks()
	if p.peek() == '\'' {
		one.value, err = p.quoted('\'')
		p.blanks()
	} else {
		end := strings.IndexByte(p.text[p.at:], ']')
		if end < 0 {
			return one, errors.New("want ] after the value")
		}
		one.value = p.text[p.at : p.at+end]
		p.at += end
	}
	if err == nil && p.peek() != ']' {
		return one, errors.New("want ] after the value")
	}
	p.at++
	one.value = fold(one.value)
	return one, err
}

func isRange(text string) bool { return strings.Trim(text, "-: 0123456789") == "" }

func parseRange(text string) (one pick, err error) {
	from, to, several := strings.Cut(text, ":")
	one = pick{to: math.MaxInt, single: !several}
	if from != "" || one.single {
		one.from, err = strconv.Atoi(from)
	}
	if to != "" && err == nil {
		one.to, err = strconv.Atoi(to)
	}
	if err != nil {
		return one, fmt.Errorf("[%s] is neither a number nor a range such as [1:]", text)
	}
	return one, nil
}

// choose returns the selected ones of some nodes.
func (k *pick) choose(t *tree, nodes []uint32) []uint32 {
	if k.key == nil {
		from, to := k.bounds(len(nodes))
		return nodes[from:to]
	}
	var chosen []uint32
	for _, n := range nodes {
		for _, found := range k.key.find(t, []uint32{n}) {
			if fold(tidy(t.text(found))) == k.value {
				chosen = append(chosen, n)
				break
			}
		}
	}
	return chosen
}

// bounds returns the range among so many elements.
func (k *pick) bounds(count int) (from, to int) {
	from, to = k.from, k.to
	if from < 0 {
		from += count
	}
	switch {
	case k.single && (from < 0 || from >= count):
		return 0, 0
	case k.single:
		return from, from + 1
	case to < 0:
		to += count
	}
	from = min(max(from, 0), count)
	return from, max(from, min(to, count))
}
