package mapping

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// requests reads what to ask for.
func (p *parser) requests(root *object) {
	m := p.m
	nodes, places := root.elements("url")
	if !root.has("url") {
		root.fail("url", "is missing: want the address of the arrivals")
	}
	for i, n := range nodes {
		if text, ok := p.text(n, places[i]); ok {
			m.urls = append(m.urls, p.address(n, places[i], text))
		}
	}
	m.headers = p.parameters(root, "headers")
	m.query = p.parameters(root, "query")
	if text, ok := root.text("body"); ok {
		n, _ := root.get("body")
		m.body = p.template(n, "body", text, false)
	}
	if text, ok := root.text("format"); ok && text != "json" && text != "xml" {
		root.fail("format", "%s is neither json nor xml", quote(text))
	} else {
		m.format = text
	}
}

func (p *parser) address(n uint32, place, text string) template {
	t := p.template(n, place, text, true)
	if t == nil {
		return nil
	}
	u, err := url.Parse(t.fill(p.m.orUTC(), time.Unix(0, 0), inAddress))
	if err != nil || !isWeb(u) {
		p.fail(n, place, "%s is not an address that begins with https:// or http://", quote(text))
	}
	return t
}

func isWeb(u *url.URL) bool { return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") }

// orUTC returns the mapping, or one in UTC if the zone is unknown, which has been reported.
func (m *Mapping) orUTC() *Mapping {
	if m.about.Zone == nil {
		m.about.Zone = time.UTC
	}
	return m
}

func (p *parser) template(n uint32, place, text string, isAddress bool) template {
	t, err := parseTemplate(text, isAddress)
	if err != nil {
		p.fail(n, place, "%s", err)
		return nil
	}
	if t.uses("icao") && p.m.icao == "" {
		p.fail(n, place, "the code of ICAO of %s is unknown", p.m.airport)
	}
	return t
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// parameters reads headers or parameters of the query. A value that names a variable of the environment is secret.
func (p *parser) parameters(root *object, key string) []parameter {
	var all []parameter
	for name, n := range root.each(key) {
		one := parameter{place: key + "." + name, name: name}
		text, ok := p.text(n, one.place)
		if !ok {
			continue
		}
		var err error
		if one.parts, err = cutKeys(text); err != nil {
			p.fail(n, one.place, "%s", err)
			continue
		}
		if one.isSecret() {
			for i := 1; i < len(one.parts); i += 2 {
				p.key(one.parts[i])
			}
		} else {
			one.value = p.template(n, one.place, one.parts[0], false)
		}
		if key == "headers" && !headerName.MatchString(name) {
			p.fail(n, key, "%s is not the name of a header", quote(name))
		}
		all = append(all, one)
	}
	return all
}

// rows reads where the rows are, and which of them count.
func (p *parser) rows(root *object) {
	m := p.m
	m.list = p.paths(root, "list")
	if !root.has("list") {
		m.list = []path{{{}}} // the answer itself
	}
	p.next(root)
	m.keep = p.conditions(root, "keep")
	m.drop = p.conditions(root, "drop")
	if text, ok := root.text("window"); ok {
		from, to, _ := strings.Cut(text, "..")
		var err, err2 error
		m.from, err = time.ParseDuration(from)
		m.to, err2 = time.ParseDuration(to)
		if err != nil || err2 != nil || m.from >= m.to {
			root.fail("window", "%s is not a window such as -12h..+36h", quote(text))
		}
	}
	nodes, places := root.elements("fold")
	for i, n := range nodes {
		m.fold = append(m.fold, p.expr(n, places[i]))
	}
}

// paths reads a path, or an array of them.
func (p *parser) paths(root *object, key string) []path {
	nodes, places := root.elements(key)
	var all []path
	for i, n := range nodes {
		text, ok := p.text(n, places[i])
		if !ok {
			continue
		}
		e, err := parseExpr(text)
		switch {
		case err != nil:
			p.fail(n, places[i], "%s", err)
		case len(e.any) > 1 || len(e.any[0]) > 1 || e.any[0][0].path == nil:
			p.fail(n, places[i], "%s is not one path", quote(text))
		default:
			all = append(all, e.any[0][0].path)
		}
	}
	return all
}

// next reads where the address of the next page is.
func (p *parser) next(root *object) {
	m := p.m
	m.pages = usualPages
	if n, ok := root.get("pages"); ok {
		count, err := strconv.Atoi(p.tree.text(n))
		if p.tree.node(n).kind != kindNumber || err != nil || count < 1 || count > 10000 {
			root.fail("pages", "is %s: want a number of at least 1", p.tree.describe(n))
		}
		m.pages = count
	}
	n, ok := root.get("next")
	switch {
	case !ok:
		return
	case p.tree.node(n).kind == kindText && strings.EqualFold(p.tree.text(n), "header Link"):
		m.next = &pager{header: true}
		return
	case p.tree.node(n).kind == kindText:
		m.next = &pager{link: p.expr(n, "next")}
		m.expressions[m.next.link.id].name = "" // it is not one of rows
		return
	}
	m.next = &pager{sets: map[string]*expr{}, counts: map[string]int{}}
	for name, n := range root.each("next") {
		at := "next." + name
		text, ok := p.text(n, at)
		if step, err := strconv.Atoi(text); ok && strings.HasPrefix(text, "+") && err == nil && step > 0 {
			m.next.counts[name] = step
			continue
		}
		if ok {
			e := p.expr(n, at)
			m.expressions[e.id].name = ""
			m.next.sets[name] = e
		}
	}
	if len(m.next.counts) > 0 && len(m.next.sets) > 0 {
		root.fail("next", "has parameters that are counted and others that are set: want one kind")
	}
}
