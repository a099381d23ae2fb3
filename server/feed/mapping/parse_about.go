package mapping

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"flightboard/server/feed/source"
)

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
	if t.URL, err = url.Parse(address); err != nil || !isWeb(t.URL) {
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
	if slices.Contains(p.m.about.Keys, name) {
		return
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
