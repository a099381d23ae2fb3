package poll

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A trouble is why a source has given no answer.
type trouble struct {
	kind   string // troubles of one kind in a row are logged once
	err    error
	status int           // of HTTP; 0: there was no response
	retry  time.Duration // how long to wait, as the source asks; 0: it does not ask
	rarely bool          // a person has to mend it
}

func (t *trouble) Error() string { return t.err.Error() }
func (t *trouble) Unwrap() error { return t.err }

var (
	errSlow  = fmt.Errorf("the response takes longer than %v", maxTime)
	errLarge = fmt.Errorf("the answer is larger than %d MiB", maxBytes>>20)
)

// statusTrouble returns the trouble of a response's status.
func (c *client) statusTrouble(at *url.URL, r *http.Response) error {
	t := &trouble{kind: r.Status, status: r.StatusCode, retry: retryAfter(r.Header, time.Now())}
	t.err = fmt.Errorf("%s answers %s", address(at), statusText(r))
	if t.status == http.StatusUnauthorized || t.status == http.StatusForbidden {
		t.kind, t.rarely = "denied", true
		t.err = fmt.Errorf("%w: %s", t.err, c.keys())
	}
	return t
}

// keys names the variables that should hold the source's keys.
func (c *client) keys() string {
	names := make([]string, 0, len(c.about.Keys)+2)
	add := func(name string) {
		if slices.Contains(names, "$"+name) {
			return
		}
		names = append(names, "$"+name)
	}
	for _, name := range c.about.Keys {
		add(name)
	}
	if t := c.about.Token; t != nil {
		add(t.ID)
		add(t.Secret)
	}
	switch len(names) {
	case 0:
		return "it denies access, although it needs no key"
	case 1:
		return "it does not accept the key in " + names[0]
	}
	last := len(names) - 1
	return "it does not accept the keys in " + strings.Join(names[:last], ", ") + " and " + names[last]
}

// statusText returns a status with the standard's words, not with those of the server.
func statusText(r *http.Response) string {
	if text := http.StatusText(r.StatusCode); text != "" {
		return fmt.Sprint(r.StatusCode, " ", text)
	}
	return fmt.Sprint(r.StatusCode)
}

// networkTrouble returns the trouble of a request or a body that has failed. The error of a request wraps its URL with
// the query, which may have a key.
func networkTrouble(ctx context.Context, at *url.URL, err error) error {
	kind := "network"
	for {
		inner, ok := errors.AsType[*url.Error](err)
		if !ok {
			break
		}
		err = inner.Err
	}
	switch cause := context.Cause(ctx); {
	case cause == errSlow:
		kind, err = "slow", errSlow
	case errors.Is(err, errLarge):
		kind = "large"
	case errors.Is(err, errHalf):
		kind = "half"
	default:
		if wrong, ok := errors.AsType[*net.OpError](err); ok {
			err = wrong.Err // the address is that of a resolver or a port, which says little
			if wrong.Op == "dial" {
				err = fmt.Errorf("no connection: %w", err)
			}
		}
	}
	return &trouble{kind: kind, err: fmt.Errorf("%s: %w", address(at), err)}
}
