package mapping

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An expr is an expression: alternatives, each of which joins texts. It is what a mapping has for a value.
type expr struct {
	text string
	any  [][]term
	id   int // its index in the mapping's expressions
}

// A term is a literal or a path.
type term struct {
	literal string
	path    path // nil: the term is a literal
}

// parseExpr reads an expression such as a.b + ' ' + c | d.
func parseExpr(text string) (*expr, error) {
	e := &expr{text: text, any: [][]term{nil}}
	p := pathParser{text: text}
	for {
		p.blanks()
		var one term
		var err error
		if p.peek() == '\'' {
			one.literal, err = p.quoted('\'')
		} else {
			one.path, err = p.path()
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", quote(text), err)
		}
		last := &e.any[len(e.any)-1]
		*last = append(*last, one)
		p.blanks()
		switch c := p.peek(); c {
		case 0:
			return e, nil
		case '+', '|':
			p.at++
			if c == '|' {
				e.any = append(e.any, nil)
			}
		default:
			return nil, fmt.Errorf("%s: want + or | before %s", quote(text), quote(text[p.at:]))
		}
	}
}

// A pathParser reads the parts of an expression.
type pathParser struct {
	text string
	at   int
}

func (p *pathParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *pathParser) blanks() {
	for p.peek() == ' ' || p.peek() == '\t' || p.peek() == '\n' {
		p.at++
	}
}

// quoted reads a text between two quotes; a quote in it is doubled.
func (p *pathParser) quoted(quote byte) (string, error) {
	var text strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		if c := p.text[p.at]; c != quote {
			text.WriteByte(c)
			continue
		}
		p.at++
		if p.peek() != quote {
			return text.String(), nil
		}
		text.WriteByte(quote)
	}
	return "", fmt.Errorf("want %c at the end of the text", quote)
}

// path reads a path such as ../a.b[0].c.
func (p *pathParser) path() (path, error) {
	steps := path{}
	for strings.HasPrefix(p.text[p.at:], "..") {
		steps = append(steps, step{up: true})
		p.at += len("..")
		if p.peek() != '/' {
			return steps, nil
		}
		p.at++
	}
	if p.peek() == '.' {
		p.at++
		return append(steps, step{}), nil
	}
	for {
		one, err := p.step()
		if err != nil {
			return nil, err
		}
		steps = append(steps, one)
		if p.peek() != '.' {
			return steps, nil
		}
		p.at++
	}
}

func (p *pathParser) step() (s step, err error) {
	begin := p.at
	if p.peek() == '@' {
		s.attribute = true
		p.at++
	}
	if p.peek() == '`' {
		s.name, err = p.quoted('`')
	} else {
		s.name = p.name()
	}
	for err == nil && p.peek() == '[' {
		var one pick
		one, err = p.pick()
		s.picks = append(s.picks, one)
	}
	switch {
	case err != nil:
		return s, err
	case p.at == begin && p.peek() == 0:
		return s, errors.New("a name is missing at the end")
	case p.at == begin:
		return s, fmt.Errorf("want a name before %s; a name with such characters stands between backquotes",
			quote(p.text[p.at:]))
	case s.attribute && s.name == "":
		return s, errors.New("want the name of an attribute after @")
	}
	return s, nil
}

// name reads what needs no quotes: all but the characters that have a meaning in expressions.
func (p *pathParser) name() string {
	begin := p.at
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		if strings.ContainsRune(".[]'`+|/=", r) || unicode.IsSpace(r) {
			break
		}
		p.at += size
	}
	return p.text[begin:p.at]
}
