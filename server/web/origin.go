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

// withOrigin returns a copy of a request from a trusted proxy, with what the proxy reports. In a list, the first
// proxy's report is that of the client's request.
func withOrigin(r *http.Request) *http.Request {
	first, _, _ := strings.Cut(r.Header.Get("Forwarded"), ",")
	reported := url.URL{
		Scheme: cmp.Or(parameter(first, "proto"), firstOf(r.Header.Get("X-Forwarded-Proto")), scheme(r)),
		Host:   cmp.Or(parameter(first, "host"), firstOf(r.Header.Get("X-Forwarded-Host")), r.Host),
	}
	reported.Scheme = strings.ToLower(reported.Scheme)
	if reported.Scheme != "http" && reported.Scheme != "https" || strings.ContainsAny(reported.Host, "/\\@?# ") {
		return r.WithContext(r.Context())
	}
	return r.WithContext(context.WithValue(r.Context(), originKey{}, reported))
}

func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
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
