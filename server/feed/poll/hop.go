package poll

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"flightboard/server/feed/source"
)

// A hop is a request on its way: it changes with each redirect.
type hop struct {
	*source.Request
	method string
	url    *url.URL
	body   string
	bearer string
	home   bool // the secrets may go to the URL's host
}

func newHop(r *source.Request, secrets bool, bearer string) *hop {
	h := &hop{Request: r, method: http.MethodGet, url: r.URL, body: r.Body, bearer: bearer, home: secrets}
	if r.Body != "" {
		h.method = http.MethodPost
	}
	return h
}

// request returns what is sent.
func (h *hop) request(ctx context.Context, agent string) (*http.Request, error) {
	to := *h.url
	if h.home && len(h.Query) > 0 {
		query := to.Query()
		maps.Copy(query, h.Query)
		to.RawQuery = query.Encode()
	}
	var body io.Reader
	if h.body != "" {
		body = strings.NewReader(h.body)
	}
	request, err := http.NewRequestWithContext(ctx, h.method, to.String(), body)
	if err != nil {
		return nil, errors.New("the URL is not valid")
	}
	request.Header.Set("User-Agent", agent)
	maps.Copy(request.Header, h.Header)
	if h.home {
		maps.Copy(request.Header, h.Secret)
		if h.bearer != "" {
			request.Header.Set("Authorization", "Bearer "+h.bearer)
		}
	}
	if body != nil && request.Header.Get("Content-Type") == "" {
		kind := "application/x-www-form-urlencoded"
		if c := strings.TrimSpace(h.body)[:1]; c == "{" || c == "[" {
			kind = "application/json"
		}
		request.Header.Set("Content-Type", kind)
	}
	return request, nil
}

var (
	errDowngrade = errors.New("leads from https to http, and the request has a key")
	errLocation  = errors.New("redirects to no URL")
)

func isRedirect(r *http.Response) bool {
	switch r.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow makes the hop the request that a redirect asks for. Another host does not get the secrets, even if it is the
// first one's URL that repeats them.
func (h *hop) follow(response *http.Response) error {
	location := response.Header.Get("Location")
	to, err := h.url.Parse(location)
	if err != nil || location == "" || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return errLocation
	}
	if h.url.Scheme == "https" && to.Scheme == "http" && (h.bearer != "" || hasSecrets(h.Request)) {
		return errDowngrade
	}
	if !sameHost(h.url, to) {
		h.home = false
		query := to.Query()
		for name := range query {
			if _, secret := h.Query[name]; secret {
				query.Del(name)
			}
		}
		if len(h.Query) > 0 {
			to.RawQuery = query.Encode()
		}
		to.User = nil
	}
	switch response.StatusCode {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		h.method, h.body = http.MethodGet, ""
	}
	h.url = to
	return nil
}

func hasSecrets(r *source.Request) bool {
	return len(r.Secret) > 0 || len(r.Query) > 0 || r.URL.User != nil
}

// sameHost reports whether two URLs have one host. A host is the same with http and https on their own ports.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && (port(a) == port(b) || plainPort(a) && plainPort(b))
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

func plainPort(u *url.URL) bool { return u.Port() == "" }

// address returns a URL without its query and its user, which may be secret.
func address(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
