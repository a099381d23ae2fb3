package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A file is the text of a mapping, and what is wrong with it.
type file struct {
	name  string
	tree  *tree
	wrong []error
}

const mostWrong = 20 // errors that are reported

// fail reports what is wrong with a value of the file.
func (f *file) fail(n uint32, key, format string, args ...any) {
	if len(f.wrong) < mostWrong {
		text := fmt.Sprintf(format, args...)
		if key != "" {
			text = key + ": " + text
		}
		f.wrong = append(f.wrong, errors.New(fmt.Sprintf("%s:%d: ", f.name, f.tree.line(n))+text))
	}
}

// An object is one whose keys are all to be asked for. What is not asked for is an error.
type object struct {
	file  *file
	node  uint32
	place string
	keys  []string // that were asked for
}

// object returns an object of the file, or reports that the value is none.
func (f *file) object(n uint32, place string) (*object, bool) {
	if f.tree.node(n).kind != kindObject {
		f.fail(n, place, "is %s: want an object", f.tree.describe(n))
		return nil, false
	}
	seen := map[string]bool{}
	for c := range f.tree.children(n) {
		if name := f.tree.name(c); seen[name] {
			f.fail(c, join(place, name), "is there twice")
		}
		seen[f.tree.name(c)] = true
	}
	return &object{file: f, node: n, place: place}, true
}

func join(place, key string) string { return strings.TrimPrefix(place+"."+key, ".") }

// get returns the value of a key.
func (o *object) get(key string) (uint32, bool) {
	o.keys = append(o.keys, key)
	for c := range o.file.tree.children(o.node) {
		if o.file.tree.name(c) == key {
			return c, true
		}
	}
	return 0, false
}

func (o *object) has(key string) bool {
	_, ok := o.get(key)
	return ok
}

// fail reports what is wrong with the value of a key.
func (o *object) fail(key, format string, args ...any) {
	n, ok := o.get(key)
	if !ok {
		n = o.node
	}
	o.file.fail(n, join(o.place, key), format, args...)
}

// text returns the text of a key.
func (o *object) text(key string) (text string, ok bool) {
	n, ok := o.get(key)
	if !ok {
		return "", false
	}
	return o.file.text(n, join(o.place, key))
}

func (f *file) text(n uint32, place string) (text string, ok bool) {
	if f.tree.node(n).kind != kindText {
		f.fail(n, place, "is %s: want a text", f.tree.describe(n))
		return "", false
	}
	return f.tree.text(n), true
}

func (o *object) bool(key string) bool {
	n, ok := o.get(key)
	if !ok {
		return false
	}
	k := o.file.tree.node(n).kind
	if k != kindTrue && k != kindFalse {
		o.fail(key, "is %s: want true or false", o.file.tree.describe(n))
	}
	return k == kindTrue
}

func (o *object) object(key string) (*object, bool) {
	n, ok := o.get(key)
	if !ok {
		return nil, false
	}
	return o.file.object(n, join(o.place, key))
}

// each yields the keys and values of the object that a key has.
func (o *object) each(key string) func(yield func(name string, n uint32) bool) {
	return func(yield func(string, uint32) bool) {
		inner, ok := o.object(key)
		if !ok {
			return
		}
		for c := range o.file.tree.children(inner.node) {
			if !yield(o.file.tree.name(c), c) {
				return
			}
		}
	}
}

// elements returns the elements of an array, with their places, or the value itself.
func (o *object) elements(key string) (nodes []uint32, places []string) {
	n, ok := o.get(key)
	place := join(o.place, key)
	switch {
	case !ok:
		return nil, nil
	case o.file.tree.node(n).kind != kindArray:
		return []uint32{n}, []string{place}
	}
	for c := range o.file.tree.children(n) {
		nodes, places = append(nodes, c), append(places, fmt.Sprintf("%s[%d]", place, len(places)))
	}
	if len(nodes) == 0 {
		o.fail(key, "is an empty array")
	}
	return nodes, places
}

// end reports the keys that are unknown.
func (o *object) end() {
	for c := range o.file.tree.children(o.node) {
		name := o.file.tree.name(c)
		if slices.Contains(o.keys, name) {
			continue
		}
		slices.Sort(o.keys)
		if like := nearest(name, o.keys); like != "" {
			o.file.fail(c, join(o.place, name), "there is no such key: did you mean %s?", like)
			continue
		}
		o.file.fail(c, join(o.place, name), "there is no such key: want one of %s",
			strings.Join(slices.Compact(o.keys), ", "))
	}
}

// nearest returns the word that differs from a text by at most two letters, or in case, or "".
func nearest(text string, words []string) string {
	best, least := "", min(2, len(text)/2)+1
	for _, word := range words {
		if d := edits(strings.ToLower(text), strings.ToLower(word)); d < least {
			best, least = word, d
		}
	}
	return best
}

// edits counts the letters to insert, remove or replace (Levenshtein's distance).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			above := row[j+1]
			if a[i] != b[j] {
				diagonal = 1 + min(diagonal, above, row[j])
			}
			row[j+1], diagonal = diagonal, above
		}
	}
	return row[len(b)]
}
