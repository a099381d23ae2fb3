package mapping

import (
	"fmt"
	"slices"
)

// A path leads from a node to others. A step on an array goes into each of its elements.
type path []step

// A step goes to the parent, to the values with a name, or, if it has no name, stays.
type step struct {
	up        bool
	attribute bool // only an attribute, in XML
	name      string
	picks     []pick
}

// find returns the nodes to which the path leads.
func (p path) find(t *tree, from []uint32) []uint32 {
	for i := range p {
		if from = p[i].take(t, from); len(from) == 0 {
			return nil
		}
	}
	return from
}

// take returns the nodes to which a step leads.
func (s *step) take(t *tree, from []uint32) []uint32 {
	var found []uint32
	for _, n := range from {
		if s.up {
			for n = t.node(n).parent; n != 0 && t.node(n).kind == kindArray; n = t.node(n).parent {
			}
			found = append(found, n)
			continue
		}
		if s.name == "" {
			found = append(found, s.pick(t, []uint32{n})...)
			continue
		}
		if t.node(n).kind != kindArray {
			found = append(found, s.named(t, n)...)
			continue
		}
		for _, element := range t.flat(n, nil) {
			found = append(found, s.named(t, element)...)
		}
	}
	return found
}

// named returns the children of a node that have the step's name.
func (s *step) named(t *tree, n uint32) []uint32 {
	name := s.name
	if s.attribute && !t.isXML {
		name = "@" + name // a key such as @id
	}
	id, ok := t.nameIDs[name]
	if s.name == "*" && t.node(n).kind >= kindObject {
		return s.pick(t, slices.Collect(t.children(n)))
	}
	if !ok || t.node(n).kind < kindObject {
		return nil
	}
	var found []uint32
	for c := t.node(n).first; c != 0; c = t.node(c).next {
		if t.node(c).name == id && (!s.attribute || !t.isXML || t.node(c).kind == kindAttribute) {
			found = append(found, c)
			if !t.isXML && len(found) > 1 {
				found = found[1:] // of two values with the same key the last counts, as in encoding/json
			}
		}
	}
	return s.pick(t, found)
}

// pick applies the selections of the step to the values that it has found at one parent.
func (s *step) pick(t *tree, found []uint32) []uint32 {
	for i := range s.picks {
		var flat []uint32
		for _, n := range found {
			flat = t.flat(n, flat)
		}
		found = s.picks[i].choose(t, flat)
	}
	return found
}

// flat appends the elements of an array, and of the arrays in it, or the node itself.
func (t *tree) flat(n uint32, to []uint32) []uint32 {
	if t.node(n).kind != kindArray {
		return append(to, n)
	}
	for c := range t.children(n) {
		to = t.flat(c, to)
	}
	return to
}

// fromRoot returns the nodes to which a path leads from the root. In XML the path may begin with the root's name.
func (p path) fromRoot(t *tree) []uint32 {
	found := p.find(t, []uint32{0})
	if len(found) == 0 && t.isXML && len(p) > 0 && !p[0].up && p[0].name == t.name(0) {
		found = p[1:].find(t, []uint32{0})
	}
	return found
}

// explain returns why a path leads nowhere: the deepest step that leads somewhere, and what is there. empty reports
// whether there is nothing at that place, such as null or an empty array.
func (p path) explain(t *tree, from []uint32) (err error, empty bool) {
	if t.isXML && len(p) > 0 && from[0] == 0 && p[0].name == t.name(0) && len(p[0].take(t, from)) == 0 {
		p = p[1:]
	}
	for i := range p {
		next := p[i].take(t, from)
		if len(next) > 0 {
			from = next
			continue
		}
		at := t.place(from[0])
		if at == "" {
			at = "the answer"
		}
		n := t.node(from[0])
		empty = n.kind == kindNull || n.kind == kindText && n.length == 0 ||
			n.kind == kindArray && len(t.flat(from[0], nil)) == 0 || n.kind == kindElement && n.first == 0 && n.length == 0
		return fmt.Errorf("%s has no %s: it is %s", at, p[i], t.describe(from[0])), empty
	}
	return nil, false
}

func (s step) String() string {
	switch {
	case s.up:
		return ".."
	case s.name == "":
		return "such element"
	case len(s.picks) > 0:
		return s.name + " with such elements"
	}
	return s.name
}
