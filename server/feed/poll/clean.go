package poll

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"flightboard/server/feed/source"
)

// A cleaner knows the source's secrets, and removes them from texts: a server may repeat a key in what it answers.
type cleaner struct {
	secrets map[string]bool
	pairs   []string // for strings.NewReplacer
}

// learn notes the secrets of a request.
func (c *cleaner) learn(r *source.Request) {
	for _, values := range r.Secret {
		for _, value := range values {
			c.add(value)
			if _, after, ok := strings.Cut(value, " "); ok { // Bearer, Basic, ApiKey
				c.add(after)
			}
		}
	}
	for _, values := range r.Query {
		for _, value := range values {
			c.add(value)
		}
	}
	if r.URL.User != nil {
		password, _ := r.URL.User.Password()
		c.add(password)
	}
}

// add notes a secret in the forms in which it is written. One that is too short to be a key stays, as it would be
// found in any text.
func (c *cleaner) add(secret string) {
	if len(secret) < 4 || c.secrets[secret] {
		return
	}
	if c.secrets == nil || len(c.secrets) > 100 { // tokens come and go
		c.secrets, c.pairs = make(map[string]bool), nil
	}
	c.secrets[secret] = true
	for _, form := range [...]string{secret, url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret))} {
		c.pairs = append(c.pairs, form, "…")
	}
}

func (c *cleaner) text(s string) string {
	if len(c.pairs) == 0 {
		return s
	}
	return strings.NewReplacer(c.pairs...).Replace(s)
}

// err returns the error if it has no secret, and otherwise one with its text without secrets.
func (c *cleaner) err(err error) error {
	if err == nil {
		return nil
	}
	if text := err.Error(); c.text(text) != text {
		return errors.New(c.text(text))
	}
	return err
}

// trouble returns the error without secrets, as a trouble.
func (c *cleaner) trouble(err error) error {
	if err == nil {
		return nil
	}
	t, ok := errors.AsType[*trouble](err)
	if !ok {
		t = &trouble{kind: "answer", err: err}
	}
	t.err = c.err(t.err)
	return t
}

// answer removes the secrets from the complaints and words of an answer.
func (c *cleaner) answer(a *source.Answer) {
	for i := range a.Complaints {
		one := &a.Complaints[i]
		one.Place, one.Err = c.text(one.Place), c.err(one.Err)
	}
	for word, n := range a.Unmapped {
		if clean := c.text(word); clean != word {
			delete(a.Unmapped, word)
			a.Unmapped[clean] += n
		}
	}
}
