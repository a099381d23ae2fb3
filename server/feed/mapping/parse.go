package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"flightboard/server/airports"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// Parse reads a mapping. name is that of its file, and begins each line of the error, which has the line and the key
// of everything that is wrong.
func Parse(name string, text []byte, o Options) (*Mapping, error) {
	f := &file{name: name}
	body := toUTF8(text, "")
	t, err := parseJSON(body)
	if wrong, ok := errors.AsType[*syntaxError](err); ok {
		return nil, fmt.Errorf("%s:%d:%d: %s", name, wrong.line, wrong.column, wrong.reason)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f.tree = t
	m := &Mapping{environ: o.Environ, about: source.About{Name: strings.TrimSuffix(filepath.Base(name), ".feed.json")}}
	if m.environ == nil {
		m.environ = func(string) (string, bool) { return "", false }
	}
	root, ok := f.object(0, "")
	if ok {
		p := parser{f, m}
		p.place(root, o.Airport)
		p.requests(root)
		p.described(root)
		p.rows(root)
		p.fields(root)
		root.end()
	}
	if len(f.wrong) > 0 {
		return nil, errors.Join(f.wrong...)
	}
	return m, nil
}

// A parser fills a mapping.
type parser struct {
	*file
	m *Mapping
}

// place finds out which airport a mapping is about, and its zone.
func (p *parser) place(root *object, given string) {
	own, _ := root.text("airport")
	code := strings.ToUpper(cmp.Or(own, given))
	zoneName, hasZone := root.text("zone")
	a, known := airports.Lookup(code)
	switch {
	case code == "":
		p.fail(0, "airport", "is missing: want the code of IATA, such as FRA")
		return
	case own != "" && given != "" && !sameAirport(own, given):
		p.fail(0, "airport", "is %s, and not %s", own, given)
		return
	case strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" || len(code) < 3 || len(code) > 4:
		p.fail(0, "airport", "%s is not a code of IATA, such as FRA, or of ICAO", quote(code))
		return
	}
	p.m.airport, p.m.icao, p.m.about.Airport = cmp.Or(a.IATA, code), a.ICAO, a.IATA
	if !known && len(code) == 3 {
		p.m.about.Airport = code
	}
	if !known && len(code) == 4 {
		p.m.icao = code
	}
	if !hasZone {
		zoneName = a.Zone
	}
	if zoneName == "" {
		p.fail(0, "zone", "is missing: the airport %s is not in the table, so that its zone is unknown", code)
		return
	}
	if p.m.about.Zone = loadZone(zoneName); p.m.about.Zone == nil {
		p.fail(0, "zone", "%s is not a zone such as Europe/Berlin", quote(zoneName))
		p.m.about.Zone = time.UTC
	}
}

func sameAirport(a, b string) bool {
	one, ok := airports.Lookup(a)
	other, _ := airports.Lookup(b)
	return strings.EqualFold(a, b) || ok && one.IATA == other.IATA
}

// described reads what a mapping says about the source.
func (p *parser) described(root *object) {
	about := &p.m.about
	about.Credit, _ = root.text("credit")
	about.Terms, _ = root.text("terms")
	root.text("about")
	about.Partial = root.bool("partial")
	about.Every = time.Minute
	if text, ok := root.text("every"); ok {
		every, err := time.ParseDuration(text)
		if err != nil || every < time.Second {
			root.fail("every", "%s is not a time of at least 1s, such as 60s", quote(text))
		}
		about.Every = every
	}
	if text, ok := root.text("quota"); ok {
		quota, err := parseQuota(text)
		if err != nil {
			root.fail("quota", "%s", err)
		}
		about.Quota = quota
	}
	p.token(root)
}

func (p *parser) token(root *object) {
	o, ok := root.object("token")
	if !ok {
		return
	}
	t := &source.Token{}
	address, _ := o.text("url")
	var err error
	if t.URL, err = url.Parse(address); err != nil || t.URL.Host == "" || t.URL.Scheme != "https" && t.URL.Scheme != "http" {
		o.fail("url", "%s is not an address", quote(address))
	}
	variable := func(key string) string {
		text, _ := o.text(key)
		parts, err := cutKeys(text)
		if err != nil || len(parts) != 3 || parts[0]+parts[2] != "" {
			o.fail(key, "%s is not the name of a variable, such as $%s_ID", quote(text), "MY")
			return ""
		}
		p.key(parts[1])
		return parts[1]
	}
	t.ID, t.Secret = variable("id"), variable("secret")
	o.end()
	p.m.about.Token = t
}

// key adds a variable of the environment to those that the source needs.
func (p *parser) key(name string) {
	for _, known := range p.m.about.Keys {
		if known == name {
			return
		}
	}
	p.m.about.Keys = append(p.m.about.Keys, name)
}

var periods = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour,
	"month": 30 * 24 * time.Hour}

func parseQuota(text string) (source.Quota, error) {
	var q source.Quota
	count, per, _ := strings.Cut(text, "/")
	if _, err := fmt.Sscanf(count+"\n", "%d\n", &q.Requests); err != nil || q.Requests < 1 || periods[per] == 0 ||
		q.Requests > math.MaxInt32 {
		return source.Quota{}, fmt.Errorf("%s is not a quota such as 1000/day; the periods are minute, hour, day and month",
			quote(text))
	}
	q.Per = periods[per]
	return q, nil
}

// fields reads what the mapping has for each field of a flight.
func (p *parser) fields(root *object) {
	m := p.m
	for _, field := range [...]struct {
		key  string
		into *values
	}{{"flight", &m.flight}, {"id", &m.id}, {"origin", &m.origin}, {"from", &m.origins}, {"airline", &m.airline},
		{"terminal", &m.terminal}, {"gate", &m.gate}, {"belt", &m.belt}, {"remark", &m.remark},
		{"codeshares", &m.codeshares}, {"via", &m.via}, {"operating", &m.operating}} {
		*field.into = p.values(root, field.key, textValue)
	}
	if len(m.flight) == 0 && !root.has("flight") {
		root.fail("flight", "is missing: want the path of the flight number")
	}
	m.state = p.values(root, "state", stateValue)
	m.arrival = p.values(root, "arrival", timeValue)
	m.expected = p.values(root, "expected", timeValue)
	m.stamp = p.values(root, "stamp", timeValue)
	for k := range timetable.MilestoneCount {
		m.actual[k] = p.values(root, k.String(), timeValue)
	}
	m.updated = p.values(root, "updated", timeValue)
	for _, v := range m.updated { // its path is not one of rows
		m.expressions[v.expr.id].name = ""
	}
}
