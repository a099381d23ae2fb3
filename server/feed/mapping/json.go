package mapping

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// parseJSON reads a document. Package encoding/json checks it first, so that the builder need not.
func parseJSON(body []byte) (*tree, error) {
	if !json.Valid(body) {
		return nil, explainJSON(body)
	}
	b := jsonBuilder{newTree(body), 0}
	if _, err := b.value(0, 0, 0, 0); err != nil {
		return nil, err
	}
	return b.tree, nil
}

// explainJSON returns the error of a document that is not JSON, with its place.
func explainJSON(body []byte) error {
	var raw json.RawMessage
	err := json.Unmarshal(body, &raw)
	wrong, ok := err.(*json.SyntaxError)
	if !ok {
		return fmt.Errorf("the answer is not JSON: %w", err)
	}
	before := body[:min(max(int(wrong.Offset)-1, 0), len(body))]
	line, column := 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n')
	return &syntaxError{line, column, wrong.Error()}
}

// A syntaxError is about a document that is not JSON.
type syntaxError struct {
	line, column int
	reason       string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("the answer is not JSON, or only half of it came: line %d, byte %d: %s", e.line, e.column, e.reason)
}

// A jsonBuilder makes the tree of a valid document.
type jsonBuilder struct {
	*tree
	at int // in the body
}

func (b *jsonBuilder) blanks() {
	for ; b.at < len(b.body); b.at++ {
		if c := b.body[b.at]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return
		}
	}
}

// value adds the value that is next.
func (b *jsonBuilder) value(parent, last, name uint32, depth int) (uint32, error) {
	b.blanks()
	if depth > maxDepth {
		return 0, errDepth
	}
	begin := b.at
	n := node{begin: uint32(begin), name: name}
	switch b.body[b.at] {
	case '{', '[':
		return b.container(parent, last, n, depth)
	case '"':
		n.kind = kindText
		n.begin, n.length = b.text()
		return b.add(parent, last, n)
	case 't':
		n.kind, b.at = kindTrue, b.at+len("true")
	case 'f':
		n.kind, b.at = kindFalse, b.at+len("false")
	case 'n':
		n.kind, b.at = kindNull, b.at+len("null")
	default:
		n.kind = kindNumber
		for b.at < len(b.body) && bytes.IndexByte([]byte("+-.0123456789eE"), b.body[b.at]) >= 0 {
			b.at++
		}
		n.length = uint32(b.at - begin)
	}
	return b.add(parent, last, n)
}

func (b *jsonBuilder) container(parent, last uint32, n node, depth int) (uint32, error) {
	n.kind = kindArray
	if b.body[b.at] == '{' {
		n.kind = kindObject
	}
	id, err := b.add(parent, last, n)
	for child := uint32(0); err == nil; {
		b.at++ // the bracket, or the comma
		b.blanks()
		if c := b.body[b.at]; c == '}' || c == ']' {
			b.at++
			break
		}
		var name uint32
		if n.kind == kindObject {
			begin, length := b.text()
			name = b.nameOf(begin, length)
			b.blanks()
			b.at++ // the colon
		}
		child, err = b.value(id, child, name, depth+1)
		b.blanks()
		if err == nil && b.body[b.at] != ',' {
			b.at++
			break
		}
	}
	return id, err
}

// text reads a string and returns where its text is.
func (b *jsonBuilder) text() (begin, length uint32) {
	from, escaped := b.at, false
	for b.at++; b.body[b.at] != '"'; b.at++ {
		if b.body[b.at] == '\\' {
			escaped = true
			b.at++
		}
	}
	b.at++
	if !escaped {
		return uint32(from + 1), uint32(b.at - from - 2)
	}
	var text string
	if json.Unmarshal(b.body[from:b.at], &text) != nil {
		return 0, 0 // cannot be: the document is valid
	}
	return b.keep([]byte(text))
}

func (b *jsonBuilder) nameOf(begin, length uint32) uint32 {
	if size := uint32(len(b.body)); begin >= size {
		return b.nameID(b.texts[begin-size:][:length])
	}
	return b.nameID(b.body[begin:][:length])
}
