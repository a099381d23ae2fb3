package mapping

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// parseXML reads a document. Namespaces are ignored. Package encoding/xml does not expand the entities of a document,
// so that none can grow.
func parseXML(body []byte) (*tree, error) {
	t := newTree(nil)
	t.isXML = true
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = charsetReader
	decoder.Entity = xml.HTMLEntity // in answers that were made by hand
	b := xmlBuilder{tree: t}
	for {
		token, err := decoder.Token()
		if err == io.EOF && t.count > 0 {
			return t, nil
		}
		if err == io.EOF {
			return nil, errEmpty
		}
		if wrong, ok := errors.AsType[*xml.SyntaxError](err); ok {
			return nil, fmt.Errorf("the answer is not XML, or only half of it came: line %d: %s", wrong.Line, wrong.Msg)
		}
		if err == nil {
			err = b.token(token)
		}
		if err != nil {
			return nil, fmt.Errorf("the answer cannot be read as XML: %w", err)
		}
	}
}

// An xmlBuilder makes the tree of a document.
type xmlBuilder struct {
	*tree
	open []openElement
}

// An openElement is an element whose end has not come.
type openElement struct {
	id, last uint32 // last: its last child, or 0
	text     []byte
}

func (b *xmlBuilder) token(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		return b.start(token)
	case xml.CharData:
		if text := bytes.TrimSpace(token); len(text) > 0 && len(b.open) > 0 {
			top := &b.open[len(b.open)-1]
			if len(top.text) > 0 {
				top.text = append(top.text, ' ')
			}
			top.text = append(top.text, text...)
		}
	case xml.EndElement:
		top := b.open[len(b.open)-1]
		n := b.node(top.id)
		n.begin, n.length = b.keep(top.text)
		b.open = b.open[:len(b.open)-1]
	}
	return nil
}

func (b *xmlBuilder) start(element xml.StartElement) error {
	if len(b.open) > maxDepth {
		return errDepth
	}
	var parent, last uint32
	switch {
	case len(b.open) > 0:
		top := &b.open[len(b.open)-1]
		parent, last = top.id, top.last
	case b.count > 0:
		return errors.New("there is a second root element " + clip(element.Name.Local))
	}
	id, err := b.add(parent, last, node{kind: kindElement, name: b.nameID([]byte(element.Name.Local))})
	if err != nil {
		return err
	}
	if len(b.open) > 0 {
		b.open[len(b.open)-1].last = id
	}
	last = 0
	for _, a := range element.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		n := node{kind: kindAttribute, name: b.nameID([]byte(a.Name.Local))}
		n.begin, n.length = b.keep([]byte(a.Value))
		if last, err = b.add(id, last, n); err != nil {
			return err
		}
	}
	b.open = append(b.open, openElement{id: id, last: last})
	return nil
}
