package mapping

import (
	"cmp"
	"errors"
	"fmt"
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
	m := &Mapping{environ: o.Environ, about: source.About{Name: strings.TrimSuffix(filepath.Base(name), Suffix)}}
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
