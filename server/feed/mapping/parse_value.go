package mapping

import (
	"regexp"
	"slices"
	"strings"

	"flightboard/timetable"
)

// A role is what a value is for.
type role uint8

const (
	textValue role = iota
	stateValue
	timeValue
)

// values reads the value of a key: an expression, an object with a path, or an array of those.
func (p *parser) values(o *object, key string, is role) values {
	nodes, places := o.elements(key)
	var all values
	for i, n := range nodes {
		if v := p.value(n, places[i], is); v != nil {
			all = append(all, v)
		}
	}
	return all
}

func (p *parser) value(n uint32, place string, is role) *value {
	v := &value{place: place}
	if p.tree.node(n).kind == kindText {
		v.expr = p.expr(n, place)
		return v
	}
	o, ok := p.object(n, place)
	if !ok {
		return nil
	}
	if at, ok := o.get("path"); ok {
		if p.tree.node(at).kind == kindText {
			v.expr = p.expr(at, place+".path")
		} else {
			o.text("path")
		}
	} else {
		o.fail("path", "is missing")
	}
	if text, ok := o.text("match"); ok {
		var err error
		if v.match, err = regexp.Compile(text); err != nil {
			o.fail("match", "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	}
	v.when = p.conditions(o, "if")
	switch is {
	case timeValue:
		p.timeValue(o, v)
	case stateValue:
		v.upper = o.bool("upper")
		v.words = p.words(o, true)
	default:
		v.upper = o.bool("upper")
		v.words = p.words(o, false)
	}
	o.end()
	return v
}

// expr reads an expression, and gives it its place among the mapping's. One that is wrong is replaced, so that the rest
// of the file can be checked.
func (p *parser) expr(n uint32, place_ string) *expr {
	text, _ := p.text(n, place_)
	e, err := parseExpr(text)
	if err != nil {
		p.fail(n, place_, "%s", err)
		e = &expr{}
	}
	e.id = len(p.m.expressions)
	p.m.expressions = append(p.m.expressions, place{place_, e})
	return e
}

// words reads a table of words.
func (p *parser) words(o *object, states bool) *words {
	table := map[string]string{}
	for word, n := range o.each("words") {
		at := join(o.place, "words."+word)
		value, ok := p.text(n, at)
		if states && ok && value != "" {
			state := timetable.StateOf(value)
			if state == "" {
				p.fail(n, at, "%s is not a state: want one of %s", quote(value), strings.Join(timetable.States, ", "))
			}
			value = state
		}
		table[word] = value
	}
	if !o.has("words") {
		return nil
	}
	return newWords(table)
}

// timeValue reads what only times have.
func (p *parser) timeValue(o *object, v *value) {
	nodes, places := o.elements("time")
	for i, n := range nodes {
		text, ok := p.text(n, places[i])
		switch {
		case !ok:
		case slices.Contains([]string{"unix", "unixms", "minutes"}, text):
			v.unit = text
			if len(nodes) > 1 {
				p.fail(n, places[i], "%s stands alone, without layouts", text)
			}
		default:
			l, err := newLayout(text)
			if err != nil {
				p.fail(n, places[i], "%s %s", quote(text), err)
			}
			v.layouts = append(v.layouts, l)
		}
	}
	n, ok := o.get("zone")
	if !ok {
		return
	}
	v.zone = &zone{}
	if p.tree.node(n).kind == kindObject {
		inner, _ := o.object("zone")
		if at, ok := inner.get("path"); ok {
			v.zone.expr = p.expr(at, join(inner.place, "path"))
		} else {
			inner.fail("path", "is missing")
		}
		inner.end()
		return
	}
	name, ok := o.text("zone")
	if !ok || name == "airport" {
		return
	}
	if v.zone.place = loadZone(name); v.zone.place == nil {
		o.fail("zone", "%s is not a zone: want airport, UTC, a name such as Europe/Berlin, or {\"path\": …}", quote(name))
	}
}

// conditions reads an object of expressions and the texts of which one of them has to be one.
func (p *parser) conditions(o *object, key string) []condition {
	var all []condition
	for text, n := range o.each(key) {
		at := join(o.place, key) + "." + text
		e, err := parseExpr(text)
		if err != nil {
			p.fail(n, join(o.place, key), "%s", err)
			continue
		}
		e.id = len(p.m.expressions)
		p.m.expressions = append(p.m.expressions, place{at, e})
		c := condition{expr: e, texts: map[string]bool{}}
		wanted := []uint32{n}
		if p.tree.node(n).kind == kindArray {
			wanted = p.tree.flat(n, nil)
		}
		for _, one := range wanted {
			switch p.tree.node(one).kind {
			case kindNull:
				c.nothing = true
			case kindObject:
				p.fail(one, at, "is an object: want texts, numbers, true, false or null")
			default:
				text := fold(tidy(p.tree.text(one)))
				c.texts[text] = true
				c.nothing = c.nothing || text == ""
			}
		}
		all = append(all, c)
	}
	return all
}
