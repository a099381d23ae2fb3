package signin

import (
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"flightboard/server/web"
)

//go:embed page.html page.css page.js
var files embed.FS

var page = template.Must(template.ParseFS(files, "page.html"))

// A form is what the sign-in page shows.
type form struct {
	Name string // of the reader who has signed in; "": nobody has
	To   string // where the page leads back to
	Wait int    // seconds until the next attempt; 0: the reader may try
	Bad  bool   // the token is not known
}

// handler returns the handler of /sign-in and /sign-out. A page of another site cannot post the forms, because a
// browser in which somebody else has signed in would show what that one may see.
func (t *Tokens) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sign-in", func(w http.ResponseWriter, r *http.Request) {
		s, _ := t.Reader(r)
		show(w, r, http.StatusOK, form{Name: s.Name})
	})
	mux.HandleFunc("POST /sign-in", t.signIn)
	mux.HandleFunc("POST /sign-out", t.leave)
	for _, name := range []string{"page.css", "page.js"} {
		mux.HandleFunc("GET /sign-in/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, files, name)
		})
	}
	return http.NewCrossOriginProtection().Handler(mux)
}

// show answers with the sign-in page. Its referrer policy makes browsers send the page's origin with the form, without
// which those that do not send Sec-Fetch-Site would not be let in.
func show(w http.ResponseWriter, r *http.Request, status int, f form) {
	f.To = "./" + web.ReturnTo(r)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "+
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	if f.Wait > 0 {
		h.Set("Retry-After", strconv.Itoa(f.Wait))
	}
	w.WriteHeader(status)
	page.Execute(w, f) // fails only if the connection is broken
}

// mostForm is the most bytes of a form.
const mostForm = 4 << 10

// signIn answers the form: with the cookie of a session, and the way back.
func (t *Tokens) signIn(w http.ResponseWriter, r *http.Request) {
	if wait := t.limit.take(r.RemoteAddr, time.Now()); wait > 0 {
		t.options.Log.Warn("sign-in: too many attempts", "client", r.RemoteAddr)
		show(w, r, http.StatusTooManyRequests, form{Wait: int((wait + time.Second - 1) / time.Second)})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	found, ok := t.current.Load().set.Find(r.PostFormValue("token"))
	if !ok {
		t.options.Log.Warn("sign-in: the token is not known", "client", r.RemoteAddr)
		show(w, r, http.StatusForbidden, form{Bad: true})
		return
	}
	t.options.Log.Info("sign-in", "reader", found.Name, "client", r.RemoteAddr)
	text := newReader(found).begin(time.Now().Add(t.options.Session))
	setCookie(w, r, text, t.options.Session)
	seeOther(w, "./"+web.ReturnTo(r))
}

// leave answers POST /sign-out. The page to which it leads removes what the browser has kept of the board.
func (t *Tokens) leave(w http.ResponseWriter, r *http.Request) {
	for _, cookie := range r.CookiesNamed(cookieName) {
		if one, by, ok := t.current.Load().verify(cookie.Value, time.Now()); ok {
			t.options.Log.Info("sign-out", "reader", by.Name, "client", r.RemoteAddr)
			t.signOut(one)
		}
	}
	setCookie(w, r, "", 0)
	w.Header().Set("Clear-Site-Data", `"cache"`) // also the pages that the Back button would show
	seeOther(w, "sign-in")
}

// seeOther redirects to an address relative to the request's. http.Redirect would make it absolute, and the site may be
// below a path that the server does not know.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}
