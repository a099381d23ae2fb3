package openid

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"flightboard/server/web"
)

//go:embed page.html page.css page.js
var files embed.FS

var page = template.Must(template.ParseFS(files, "page.html"))

// A message is what a page of sign-in shows: a text, or, with a name, that a reader has signed in.
type message struct {
	Name  string
	Title string
	Text  string
	Link  string // where the link below the text leads
	Label string // of the link
	Again int    // the page is loaded again after these seconds; 0: it is not

	Root string // from the page to the first page of the site
}

const (
	notSignedIn = "Not signed in"
	tryAgain    = "Try again"
)

// The messages after an attempt to sign in that has failed.
var (
	away = message{Title: notSignedIn, Label: tryAgain, Again: 10,
		Text: "The service at which you sign in does not answer. This page tries again every 10 seconds."}
	stale = message{Title: notSignedIn, Label: tryAgain,
		Text: "This sign-in began in another browser, or too long ago. The browser must accept this site's cookies."}
	refused = message{Title: notSignedIn, Label: tryAgain, Text: "The service at which you sign in has refused."}
	invalid = message{Title: notSignedIn, Label: tryAgain,
		Text: "The answer of the service at which you sign in does not count. The log of this board's server tells why."}
	denied = message{Title: "Not allowed", Label: "Sign in as another user",
		Text: "You have signed in, but you may not read this board. Whoever runs it decides who may."}
)

// to returns the message with a link that begins anew and leads back to the same place.
func (m message) to(one attempt) message {
	m.Link = signInLink(one.To, m.Title == denied.Title)
	return m
}

func signInLink(to string, other bool) string {
	query := make(url.Values)
	if to != "" {
		query.Set("to", to)
	}
	if other {
		query.Set(otherUser, "")
	}
	return strings.TrimSuffix("sign-in?"+query.Encode(), "?")
}

// show answers with a page. A browser must be allowed to follow the redirect of the form to the provider.
func (p *Readers) show(w http.ResponseWriter, r *http.Request, status int, m message) {
	to := web.ReturnTo(r)
	forms := "'self'"
	if m.Name != "" {
		m.Title, m.Text, m.Link, m.Label = "Signed in", "You have signed in as", "./"+to, "To the board"
		if at := p.endSession(r); at != nil {
			forms += " " + at.Scheme + "://" + at.Host
		}
	} else if m.Link == "" {
		m.Link = signInLink(to, false)
	}
	m.Root = strings.Repeat("../", strings.Count(strings.Trim(r.URL.Path, "/"), "/"))
	h := w.Header()
	if m.Again > 0 {
		h.Set("Retry-After", strconv.Itoa(m.Again))
		h.Set("Refresh", fmt.Sprintf("%d; url=%s", m.Again, m.Link))
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "same-origin") // so browsers send the page's origin with the form
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "+
		"base-uri 'none'; form-action "+forms+"; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	page.Execute(w, m) // fails only if the connection is broken
}
