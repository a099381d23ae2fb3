// Package page shows the pages on which readers sign in and out: in the reader's language, and with the board's style
// and theme. Those who admit readers say what is on a page.
package page

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"flightboard/timetable/words"
)

//go:embed page.html page.css page.js
var files embed.FS

var parsed = template.Must(template.ParseFS(files, "page.html"))

// A Page is what a reader sees.
type Page struct {
	Title words.Message
	Text  words.Message // "": none
	Name  string        // of the reader who has signed in; follows the text, above a button to sign out
	Form  bool          // asks for a token
	Wrong words.Message // with the token that was sent; "": nothing
	Link  string        // absolute, or relative to the site's first page; "": none
	Label words.Message // of the link
	After int           // the browser follows the link by itself after these seconds; 0: it does not
}

// A shown is a page for one reader.
type shown struct {
	Page
	*language
	Root   string // from the page to the site's first page
	Choice string // the languages of which the script takes the one that the browser has kept; "": it does not look
}

// In returns a text in the reader's language. Its element has the English one, so that the script can replace it.
func (s *shown) In(m words.Message) template.HTML {
	return template.HTML(`<span data-text="` + template.HTMLEscapeString(string(m)) + `">` +
		template.HTMLEscapeString(s.text(m)) + `</span>`)
}

// Heading returns the title in the reader's language.
func (s *shown) Heading() string { return s.text(s.Title) }

// Show answers with a page. Its referrer policy makes browsers send the page's origin with a form, without which those
// that do not send Sec-Fetch-Site could not post it.
func Show(w http.ResponseWriter, r *http.Request, status int, p Page) {
	s := shown{Page: p, Root: strings.Repeat("../", strings.Count(strings.Trim(r.URL.Path, "/"), "/"))}
	s.language, s.Choice = languageOf(r)
	if s.Link != "" && !strings.Contains(s.Link, "://") {
		s.Link = s.Root + s.Link
	}
	h := w.Header()
	if s.After > 0 {
		h.Set("Refresh", fmt.Sprintf("%d; url=%s", s.After, s.Link))
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	parsed.Execute(w, &s) // fails only if the connection is broken
}

// Handle adds the files of the pages to the routes. Their names are beside those that the site's page has.
func Handle(mux *http.ServeMux) {
	for _, name := range []string{"page.css", "page.js"} {
		mux.HandleFunc("GET /sign-in/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, files, name)
		})
	}
}

// SeeOther redirects to an address that is absolute, or relative to the request's. http.Redirect would make it
// absolute, and the site may be below a path that the server does not know.
func SeeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}
