package mapping

import (
	"regexp"
	"strings"
	"time"
)

// A value is one way in which a mapping gets a field, and values are several: the first that yields something counts.
type values []*value

type value struct {
	place string // in the mapping, such as arrival or landed[1]
	expr  *expr
	match *regexp.Regexp // nil: the whole text
	words *words         // nil: there are none
	upper bool
	when  []condition

	layouts []layout // of a time; empty: the usual forms, or the unit
	unit    string   // unix, unixms, minutes, or ""
	zone    *zone    // nil: the text's own offset, or else the airport's zone
}

// A zone is that of a time.
type zone struct {
	place *time.Location // nil: the airport's
	expr  *expr          // not nil: its name stands in the answer
}

// A condition holds if an expression yields one of some texts.
type condition struct {
	expr    *expr
	texts   map[string]bool // folded
	nothing bool            // it also holds if the expression yields nothing
}

// holds reports whether all conditions hold for a row.
func (r *reader) holds(conditions []condition, row uint32) bool {
	for i := range conditions {
		if !r.holdsOne(&conditions[i], row) {
			return false
		}
	}
	return true
}

func (r *reader) holdsOne(c *condition, row uint32) bool {
	some := false
	for _, text := range r.evaluate(c.expr, row, true) {
		if c.texts[fold(text)] {
			return true
		}
		some = some || text != ""
	}
	return c.nothing && !some
}

// texts returns what a value yields for a row, before its words.
func (r *reader) texts(v *value, row uint32) []string {
	if !r.holds(v.when, row) {
		return nil
	}
	texts := r.evaluate(v.expr, row, false)
	if v.match != nil {
		texts = matches(v.match, texts)
	}
	if v.upper {
		for i, text := range texts {
			texts[i] = strings.ToUpper(text)
		}
	}
	return texts
}

// matches returns the part of each text that a regular expression names: the group called value, or else all groups,
// joined by blanks, or, without groups, what it matches.
func matches(match *regexp.Regexp, texts []string) []string {
	var found []string
	named := match.SubexpIndex("value")
	for _, text := range texts {
		groups := match.FindStringSubmatch(text)
		switch {
		case groups == nil:
			continue
		case named > 0:
			text = groups[named]
		case len(groups) == 1:
			text = groups[0]
		default:
			text = strings.Join(strings.Fields(strings.Join(groups[1:], " ")), " ")
		}
		if text = something(text); text != "" {
			found = append(found, text)
		}
	}
	return found
}

// all returns the texts of the first value that yields any.
func (r *reader) all(values values, row uint32) []string {
	for _, v := range values {
		texts := r.texts(v, row)
		if v.words != nil {
			kept := texts[:0]
			for _, text := range texts {
				if word, ok := v.words.whole[fold(text)]; ok {
					text = word
				}
				if text != "" {
					kept = append(kept, text)
				}
			}
			texts = kept
		}
		if len(texts) > 0 {
			return texts
		}
	}
	return nil
}

// one returns the first text.
func (r *reader) one(values values, row uint32) string {
	if texts := r.all(values, row); len(texts) > 0 {
		return texts[0]
	}
	return ""
}
