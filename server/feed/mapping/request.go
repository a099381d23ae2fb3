package mapping

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"flightboard/server/feed/source"
)

// A parameter is a header or a parameter of the query.
type parameter struct {
	place string // in the mapping
	name  string
	value template // without keys
	parts []string // with keys: texts and, at each odd index, names of variables
}

func (p *parameter) isSecret() bool { return len(p.parts) > 1 }

// cutKeys parts a text at the names of variables: $NAME. A dollar is doubled.
func cutKeys(text string) (parts []string, err error) {
	parts = []string{""}
	for text != "" {
		before, after, ok := strings.Cut(text, "$")
		parts[len(parts)-1] += before
		if !ok {
			break
		}
		if rest, ok := strings.CutPrefix(after, "$"); ok {
			parts[len(parts)-1] += "$"
			text = rest
			continue
		}
		rest := strings.TrimLeft(after, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
		name := after[:len(after)-len(rest)]
		if name == "" || name[0] <= '9' {
			return nil, fmt.Errorf("%s: want the name of a variable after $, or $$ for a dollar", quote("$"+after))
		}
		parts = append(parts, name, "")
		text = rest
	}
	return parts, nil
}

// reveal returns the value with the keys in it.
func (m *Mapping) reveal(p *parameter) (string, error) {
	var value strings.Builder
	for i, text := range p.parts {
		if i%2 == 1 {
			name := text
			if text, _ = m.environ(name); text == "" {
				return "", fmt.Errorf("the variable %s of the environment is empty: %s needs the key in it", name, p.place)
			}
		}
		value.WriteString(text)
	}
	return value.String(), nil
}

// Requests returns one request for each address of the mapping.
func (m *Mapping) Requests(now time.Time) ([]source.Request, error) {
	header, secret, err := m.headersAt(now)
	if err != nil {
		return nil, err
	}
	if t := m.about.Token; t != nil {
		for _, name := range []string{t.ID, t.Secret} {
			if value, _ := m.environ(name); value == "" {
				return nil, fmt.Errorf("the variable %s of the environment is empty: token needs the key in it", name)
			}
		}
	}
	open, hidden, err := m.queryAt(now)
	if err != nil {
		return nil, err
	}
	requests := make([]source.Request, 0, len(m.urls))
	for _, address := range m.urls {
		u, err := url.Parse(address.fill(m, now, inAddress))
		if err != nil {
			return nil, fmt.Errorf("url: %w", err)
		}
		if query := open.Encode(); query != "" {
			u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+query, "&")
		}
		if slices.ContainsFunc(requests, func(other source.Request) bool { return other.URL.String() == u.String() }) {
			continue // two moments of one day
		}
		requests = append(requests, source.Request{URL: u, Header: header.Clone(), Secret: secret.Clone(), Query: hidden,
			Body: m.body.fill(m, now, asItIs)})
	}
	return requests, nil
}

func (m *Mapping) headersAt(now time.Time) (open, secret http.Header, err error) {
	open, secret = http.Header{}, http.Header{}
	if err := m.setAll(m.headers, now, open.Set, secret.Set); err != nil {
		return nil, nil, err
	}
	if len(m.body) > 0 && open.Get("Content-Type") == "" {
		open.Set("Content-Type", "application/x-www-form-urlencoded")
		if text := strings.TrimSpace(m.body[0].literal); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			open.Set("Content-Type", "application/json")
		}
	}
	return open, secret, nil
}

func (m *Mapping) queryAt(now time.Time) (open, secret url.Values, err error) {
	open, secret = url.Values{}, url.Values{}
	if err := m.setAll(m.query, now, open.Set, secret.Set); err != nil {
		return nil, nil, err
	}
	return open, secret, nil
}

// setAll sets the parameters with their values at a moment, those with a key by setSecret.
func (m *Mapping) setAll(all []parameter, now time.Time, set, setSecret func(name, value string)) error {
	for i := range all {
		p := &all[i]
		if !p.isSecret() {
			set(p.name, p.value.fill(m, now, asItIs))
			continue
		}
		value, err := m.reveal(p)
		if err != nil {
			return err
		}
		setSecret(p.name, value)
	}
	return nil
}
