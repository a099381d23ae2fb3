package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Limits of a document. The published answers have some 25 bytes for each value, so that 64 MiB have fewer values.
const (
	maxValues = 4 << 20
	maxDepth  = 500
)

var (
	errValues = fmt.Errorf("the answer has more than %d values", maxValues)
	errDepth  = fmt.Errorf("the answer is nested more than %d levels deep", maxDepth)
)

type kind uint8

const (
	kindNull kind = iota
	kindFalse
	kindTrue
	kindNumber
	kindText
	kindArray
	kindObject
	kindElement   // of XML
	kindAttribute // of an element
)

// A node is a value of a document: 28 bytes, so that an answer of 14 MB with 500,000 values needs as much again.
type node struct {
	begin, length       uint32 // of its text: in the body, or after the end of the body in the texts of the tree
	name                uint32 // the key of an object's value, or the name of an element or an attribute
	parent, first, next uint32 // 0: there is none; node 0 is the root, which is no child
	kind                kind
}

// A tree is a JSON or XML document. Texts are copied when they are read, so that rows do not keep the body.
type tree struct {
	body    []byte // of JSON; the texts of XML are all in texts
	texts   []byte // texts that are not in the body as they are
	chunks  [][]node
	count   uint32
	names   []string // the first is the name of what has none
	nameIDs map[string]uint32
	isXML   bool
	cursors map[uint32]*cursor // by parents: see index
}

// A cursor is a child, and how many children of each name are before it.
type cursor struct {
	child  uint32
	before map[uint32]uint32
}

const chunkSize = 1 << 12

func newTree(body []byte) *tree {
	return &tree{body: body, names: []string{""}, nameIDs: map[string]uint32{"": 0}}
}

func (t *tree) node(id uint32) *node { return &t.chunks[id/chunkSize][id%chunkSize] }

// add appends a node. last is the child of the parent before it, or 0.
func (t *tree) add(parent, last uint32, n node) (uint32, error) {
	if t.count == maxValues {
		return 0, errValues
	}
	if t.count%chunkSize == 0 {
		size := chunkSize
		if t.count == 0 {
			size = 64 // most documents of tests, and all mappings, are small
		}
		t.chunks = append(t.chunks, make([]node, 0, size))
	}
	id := t.count
	n.parent = parent
	chunk := &t.chunks[id/chunkSize]
	*chunk = append(*chunk, n)
	t.count++
	switch {
	case last != 0:
		t.node(last).next = id
	case id != 0:
		t.node(parent).first = id
	}
	return id, nil
}

func (t *tree) nameID(name []byte) uint32 {
	if id, ok := t.nameIDs[string(name)]; ok {
		return id
	}
	id := uint32(len(t.names))
	t.names = append(t.names, string(name))
	t.nameIDs[string(name)] = id
	return id
}

// keep stores a text that is not in the body as it is.
func (t *tree) keep(text []byte) (begin, length uint32) {
	begin = uint32(len(t.body) + len(t.texts))
	t.texts = append(t.texts, text...)
	return begin, uint32(len(text))
}

// text returns the text of a value; that of an array or object is empty, and that of an element its own.
func (t *tree) text(id uint32) string {
	switch n := t.node(id); {
	case n.kind == kindTrue:
		return "true"
	case n.kind == kindFalse:
		return "false"
	case n.length == 0 || n.kind == kindArray || n.kind == kindObject:
		return ""
	case int(n.begin) >= len(t.body):
		begin := n.begin - uint32(len(t.body))
		return string(t.texts[begin : begin+n.length])
	default:
		return string(t.body[n.begin : n.begin+n.length])
	}
}

func (t *tree) name(id uint32) string { return t.names[t.node(id).name] }

// children yields the children of a node.
func (t *tree) children(id uint32) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for c := t.node(id).first; c != 0 && yield(c); c = t.node(c).next {
		}
	}
}

// line returns the line of the body on which a node begins.
func (t *tree) line(id uint32) int {
	for {
		n := t.node(id)
		if int(n.begin) < len(t.body) {
			return 1 + strings.Count(string(t.body[:n.begin]), "\n")
		}
		if id == 0 {
			return 1
		}
		id = n.parent
	}
}

// place returns the path from the root to a node, such as data.flights[3].
func (t *tree) place(id uint32) string {
	var steps []string
	for id != 0 {
		n := t.node(id)
		index := t.index(id)
		several := index > 0 || n.next != 0 && t.node(n.next).name == n.name
		step := t.names[n.name]
		if t.node(n.parent).kind == kindArray || n.kind == kindElement && several {
			step += "[" + strconv.Itoa(int(index)) + "]"
		}
		steps = append(steps, step)
		id = n.parent
	}
	slices.Reverse(steps)
	return strings.ReplaceAll(strings.Join(steps, "."), ".[", "[")
}

// index counts the children with the same name before a node. Asked in the order of the document, it goes over the
// children of a parent once.
func (t *tree) index(id uint32) uint32 {
	parent := t.node(id).parent
	at := t.cursors[parent]
	if at == nil || at.child > id {
		at = &cursor{child: t.node(parent).first, before: map[uint32]uint32{}}
		if t.cursors == nil {
			t.cursors = map[uint32]*cursor{}
		}
		t.cursors[parent] = at
	}
	for ; at.child != id; at.child = t.node(at.child).next {
		at.before[t.node(at.child).name]++
	}
	return at.before[t.node(id).name]
}
