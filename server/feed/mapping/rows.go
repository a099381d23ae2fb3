package mapping

import (
	"errors"
	"fmt"
	"strconv"
)

// oneFromRoot returns the first text that an expression yields for the answer as a whole.
func (r *reader) oneFromRoot(e *expr) string {
	for _, terms := range e.any {
		rooted := make([]term, len(terms))
		for i, one := range terms {
			rooted[i] = one
			if len(one.path) > 0 && r.tree.isXML && one.path[0].name == r.tree.name(0) &&
				len(one.path[0].take(r.tree, []uint32{0})) == 0 {
				rooted[i].path = one.path[1:]
			}
		}
		for _, text := range r.join(e, rooted, 0, false) {
			if text = something(text); text != "" {
				return text
			}
		}
	}
	return ""
}

// rows returns the rows of an answer. It returns an error if the paths of list lead nowhere, unless there is nothing
// at the place where they end: an empty array, null, or an element without others.
func (r *reader) rows() ([]uint32, error) {
	var rows []uint32
	var wrong []error
	for _, list := range r.mapping.list {
		found := list.fromRoot(r.tree)
		if len(found) == 0 {
			err, empty := list.explain(r.tree, []uint32{0})
			// An XML document without rows has no element for them. What it has instead is told.
			if r.tree.isXML && len(list) > 1 && len(list[:len(list)-1].fromRoot(r.tree)) > 0 {
				if err != nil && r.hasElements(list[:len(list)-1]) {
					r.complain(r.prefix+"list", fmt.Errorf("there are no rows: %w", err), false)
				}
				continue
			}
			if err != nil && !empty {
				wrong = append(wrong, err)
			}
			continue
		}
		for _, n := range found {
			rows = r.tree.flatRows(n, rows, false)
		}
	}
	if len(wrong) == len(r.mapping.list) {
		return nil, fmt.Errorf("list: %w", errors.Join(wrong...))
	}
	for i, n := range rows {
		switch k := r.tree.node(n).kind; {
		case k == kindObject || k == kindElement || k == kindArray:
		case len(rows) == 1 && r.tree.text(n) == "":
			return nil, nil // null or "" in place of an array
		default:
			return nil, fmt.Errorf("list: row %d is %s: want an object", i, r.tree.describe(n))
		}
	}
	return rows, nil
}

// hasElements reports whether there are elements, and not only attributes, where a path leads.
func (r *reader) hasElements(p path) bool {
	for _, n := range p.fromRoot(r.tree) {
		for c := range r.tree.children(n) {
			if r.tree.node(c).kind == kindElement {
				return true
			}
		}
	}
	return false
}

// flatRows appends the rows in an array and in the arrays in it. An array of texts in an array is itself a row.
func (t *tree) flatRows(n uint32, to []uint32, inside bool) []uint32 {
	first := t.node(n).first
	if t.node(n).kind != kindArray || inside && first != 0 && t.node(first).kind < kindArray {
		return append(to, n)
	}
	for c := range t.children(n) {
		to = t.flatRows(c, to, true)
	}
	return to
}

// A placer names the places of rows that come in the order of the document. It does not count the rows before each.
type placer struct {
	tree    *tree
	prefix  string // of an answer with several responses
	parent  uint32
	name    uint32
	above   string
	count   int
	started bool
}

func (p *placer) place(row uint32) string {
	n := p.tree.node(row)
	if !p.started || n.parent != p.parent || n.name != p.name || row == 0 {
		p.started, p.parent, p.name, p.count = true, n.parent, n.name, 0
		if row == 0 {
			return p.prefix + "the answer"
		}
		p.above = p.tree.place(n.parent)
		if step := p.tree.names[n.name]; step != "" && p.above != "" {
			p.above += "." + step
		} else {
			p.above += step
		}
		if p.tree.node(n.parent).kind == kindObject {
			return p.prefix + p.above
		}
	}
	place := p.prefix + p.above + "[" + strconv.Itoa(p.count) + "]"
	p.count++
	return place
}
