package mapping

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// describe returns what a node is, for the reader of an error.
func (t *tree) describe(id uint32) string {
	switch t.node(id).kind {
	case kindNull:
		return "null"
	case kindTrue, kindFalse:
		return t.text(id)
	case kindNumber:
		return "the number " + clip(t.text(id))
	case kindText, kindAttribute:
		return "the text " + quote(t.text(id))
	case kindArray:
		first := t.node(id).first
		if first == 0 {
			return "an empty array"
		}
		return "an array, and its first element is " + t.describe(first)
	}
	var names []string
	for c := range t.children(id) {
		name := clip(t.name(c))
		if !slices.Contains(names, name) {
			if len(names) == 12 {
				names = append(names, "…")
				break
			}
			names = append(names, name)
		}
	}
	is := "an object"
	if t.isXML {
		is = "the element " + clip(t.name(id))
	}
	if len(names) == 0 {
		return is + " that is empty"
	}
	return is + " with " + strings.Join(names, ", ")
}

const mostQuoted = 80 // bytes of a text in an error

func quote(text string) string { return strconv.Quote(clip(text)) }

func clip(text string) string {
	if len(text) <= mostQuoted {
		return text
	}
	end := mostQuoted
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

var errEmpty = errors.New("the answer is empty")
