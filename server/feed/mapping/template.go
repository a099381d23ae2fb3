package mapping

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A template is a text with placeholders such as {airport} and {utc-2h:2006-01-02T15:04}.
type template []part

type part struct {
	literal string
	name    string // airport, icao, date, now, utc or unix; "": the part is a literal
	shift   time.Duration
	days    int
	layout  string
}

var (
	placeholder  = regexp.MustCompile(`^\{([a-z]+)([+-][^:{}]*)?(?::([^{}]*))?\}`)
	placeholders = "want {airport}, {icao}, {date}, {date-1}, {now-2h:2006-01-02T15:04}, {utc+1h} or {unix-36h}"
)

// parseTemplate reads a text. In an address, braces that are no placeholder are an error, because a misspelled one
// would be asked for; in other texts, such as a body of JSON, they stay. {{ and }} are braces everywhere.
func parseTemplate(text string, isAddress bool) (template, error) {
	var t template
	literal := func(s string) {
		if n := len(t); n > 0 && t[n-1].name == "" {
			t[n-1].literal += s
		} else {
			t = append(t, part{literal: s})
		}
	}
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			literal(text)
			break
		}
		literal(text[:i])
		text = text[i:]
		found := placeholder.FindStringSubmatch(text)
		switch {
		case isAddress && (strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "}}")):
			literal(text[:1])
			text = text[2:]
		case found != nil:
			p, err := newPart(found[0], found[1], found[2], found[3])
			if err != nil {
				return nil, err
			}
			t = append(t, p)
			text = text[len(found[0]):]
		case isAddress:
			return nil, fmt.Errorf("%s is not a placeholder: %s, or {{ for a brace", quote(text), placeholders)
		default:
			literal(text[:1])
			text = text[1:]
		}
	}
	return t, nil
}

func newPart(whole, name, shift, layout string) (p part, err error) {
	p = part{name: name, layout: layout}
	switch name {
	case "airport", "icao":
		if shift != "" || layout != "" {
			err = errors.New("takes neither a shift nor a layout")
		}
	case "date":
		p.days, err = strconv.Atoi(strings.TrimSuffix(shift+"0"[:max(0, 1-len(shift))], "d"))
		if err != nil {
			err = errors.New("want days, as in {date-1}")
		}
		if p.layout == "" {
			p.layout = time.DateOnly
		}
	case "now", "utc", "unix":
		if shift != "" {
			p.shift, err = time.ParseDuration(shift)
		}
		if p.layout == "" {
			p.layout = time.RFC3339
		} else if name == "unix" {
			err = errors.New("takes no layout")
		}
	default:
		err = errors.New("is not a placeholder: " + placeholders)
	}
	if err != nil {
		return p, fmt.Errorf("%s: %w", whole, err)
	}
	return p, nil
}

// uses reports whether the template has a placeholder.
func (t template) uses(name string) bool {
	for _, p := range t {
		if p.name == name {
			return true
		}
	}
	return false
}

// fill returns the text at a moment.
func (t template) fill(m *Mapping, now time.Time, escape func(text string, before string) string) string {
	var filled strings.Builder
	for _, p := range t {
		text := p.literal
		switch at := now.Add(p.shift); p.name {
		case "airport":
			text = m.airport
		case "icao":
			text = m.icao
		case "date":
			text = now.In(m.about.Zone).AddDate(0, 0, p.days).Format(p.layout)
		case "now":
			text = at.In(m.about.Zone).Format(p.layout)
		case "utc":
			text = at.UTC().Format(p.layout)
		case "unix":
			text = strconv.FormatInt(at.Unix(), 10)
		}
		if p.name != "" {
			text = escape(text, filled.String())
		}
		filled.WriteString(text)
	}
	return filled.String()
}

// inAddress escapes a text for the part of an address in which it stands.
func inAddress(text, before string) string {
	if strings.Contains(before, "?") {
		return url.QueryEscape(text)
	}
	return url.PathEscape(text)
}

func asItIs(text, _ string) string { return text }
