package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
)

type originKey struct{}

// Origin returns the site's web origin as the client of a request sees it. Its scheme and host are those of the
// request, or those that a trusted proxy reports by Forwarded, X-Forwarded-Proto and X-Forwarded-Host.
func Origin(r *http.Request) string {
	if reported, ok := r.Context().Value(originKey{}).(url.URL); ok {
		return reported.String()
	}
	return (&url.URL{Scheme: scheme(r), Host: r.Host}).String()
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// withOrigin returns a copy of a request from a trusted proxy, with what the proxies report. Hops is how many of their
// nodes are known. In a list the report about the client's own request is the one of that node: what is before it, the
// client may have sent. If no node is known, it is the first one.
func withOrigin(r *http.Request, hops int) *http.Request {
	report := func(name string) string {
		elements := listed(r.Header, name)
		if len(elements) == 0 {
			return ""
		}
		at := 0
		if hops > 0 {
			at = max(len(elements)-hops, 0)
		}
		return elements[at]
	}
	forwarded := ""
	if r.Header.Get("X-Forwarded-For") == "" { // otherwise it is a stranger's: see forwardedFor
		forwarded = report("Forwarded")
	}
	reported := url.URL{
		Scheme: cmp.Or(parameter(forwarded, "proto"), report("X-Forwarded-Proto"), scheme(r)),
		Host:   cmp.Or(parameter(forwarded, "host"), report("X-Forwarded-Host"), r.Host),
	}
	reported.Scheme = strings.ToLower(reported.Scheme)
	if reported.Scheme != "http" && reported.Scheme != "https" || strings.ContainsAny(reported.Host, "/\\@?# ") {
		return r.WithContext(r.Context())
	}
	return r.WithContext(context.WithValue(r.Context(), originKey{}, reported))
}

// parameter returns the value of a parameter of a Forwarded element (RFC 7239, 4).
func parameter(element, name string) string {
	for pair := range strings.SplitSeq(element, ";") {
		if key, value, _ := strings.Cut(strings.TrimSpace(pair), "="); strings.EqualFold(key, name) {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}
