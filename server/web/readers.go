package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"flightboard/server/metrics"
	"flightboard/server/token"
)

// Readers decides who may read a board that is not public. Its methods may be called concurrently.
//
// A request for flights that belongs to no session is answered with 401, one for the page with a redirect to sign-in.
type Readers interface {
	// Reader returns the session to which a request belongs. It returns false if it belongs to none, or to one that has
	// ended.
	Reader(r *http.Request) (Session, bool)

	// ServeHTTP answers GET and POST requests for /sign-in and all that is below it, and POST /sign-out. The site may be
	// below a path that a proxy removes, so addresses in answers are relative. [ReturnTo] tells where the reader wants
	// to go.
	http.Handler
}

// A Session is a reader's permission to read.
type Session struct {
	Name    string    // of the reader, for logs
	Expires time.Time // zero: it does not expire

	// Watch has end called when the session ends before it expires, for instance because the reader signs out, unless
	// stop is called first. Neither blocks. Nil: it ends only when it expires.
	Watch func(end func()) (stop func())
}

// onEnd calls end once or twice when the session has ended, unless stop is called first.
func (s *Session) onEnd(end func()) (stop func()) {
	forget := func() {}
	if s.Watch != nil {
		forget = s.Watch(end)
	}
	if s.Expires.IsZero() {
		return forget
	}
	timer := time.AfterFunc(time.Until(s.Expires), end)
	return func() {
		timer.Stop()
		forget()
	}
}

// signInAgain is the last event of a stream whose session has ended.
const signInAgain = "event: closedConnection\ndata: {\"reason\":\"signInAgain\"}\n\n"

// whenEnded returns a context that is done when a session has ended: see [Session.onEnd]. The caller must call stop.
func whenEnded(onEnd func(end func()) (stop func())) (ended context.Context, stop func()) {
	if onEnd == nil {
		return context.Background(), func() {}
	}
	ended, cancel := context.WithCancel(context.Background())
	forget := onEnd(cancel)
	return ended, func() {
		forget()
		cancel()
	}
}

// expiry returns a context that is done when the request's session has ended. The caller must call stop.
func expiry(r *http.Request) (ended context.Context, stop func()) {
	if s := sessionOf(r); s != nil {
		return whenEnded(s.onEnd)
	}
	return whenEnded(nil)
}

// ReturnTo returns where a reader wants to go who is asked to sign in: an address relative to the site's first page, ""
// for that page itself. It is in the parameter "to" of /sign-in. It is never one of another site, and is short enough
// for a cookie.
func ReturnTo(r *http.Request) string {
	to := r.URL.Query().Get("to")
	if len(to) > mostReturn {
		return ""
	}
	rest := strings.TrimPrefix(to, "check")
	if rest != "" && rest[0] != '?' && rest[0] != '#' {
		return ""
	}
	if _, err := url.Parse(to); err != nil {
		return ""
	}
	return to
}

const mostReturn = 1 << 10

// Watches are the functions that sessions call when they end early, by keys. The zero value is ready to use, and safe
// for concurrent use. It is for implementations of [Session.Watch].
type Watches[Key any] struct {
	mu  sync.Mutex
	all map[*watch[Key]]struct{}
}

type watch[Key any] struct {
	key Key
	end func()
}

// Add returns a Session.Watch for sessions with this key. HasEnded reports whether the session has ended; it may have
// done so since the request was admitted, before there was anything to end.
func (w *Watches[Key]) Add(key Key, hasEnded func() bool) func(end func()) (stop func()) {
	return func(end func()) (stop func()) {
		one := &watch[Key]{key, end}
		w.mu.Lock()
		if w.all == nil {
			w.all = make(map[*watch[Key]]struct{})
		}
		w.all[one] = struct{}{}
		w.mu.Unlock()
		if hasEnded() {
			end()
		}
		return func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			delete(w.all, one)
		}
	}
}

// End ends the sessions with the keys for which ended returns true.
func (w *Watches[Key]) End(ended func(Key) bool) {
	w.mu.Lock()
	var ends []func()
	for one := range w.all {
		if ended(one.key) {
			delete(w.all, one)
			ends = append(ends, one.end)
		}
	}
	w.mu.Unlock()
	for _, end := range ends {
		end()
	}
}

// access admits the readers of a board that is not public. Publishers may read it too.
type access struct {
	readers    Readers // nil: the board is public
	publishers *guard
	denied     *metrics.Counts
}

type sessionKey struct{}

// sessionOf returns the session of a request that access has admitted; nil: the board is public.
func sessionOf(r *http.Request) *Session {
	s, _ := r.Context().Value(sessionKey{}).(*Session)
	return s
}

// admit returns the request with its session, or false if it may not read. The answers differ from reader to reader.
func (a access) admit(w http.ResponseWriter, r *http.Request) (*http.Request, bool) {
	if a.readers == nil {
		return r, true
	}
	w.Header().Add("Vary", "Authorization, Cookie")
	s, ok := a.publishers.reader(r)
	if !ok {
		s, ok = a.readers.Reader(r)
	}
	if !ok {
		w.Header().Set("Cache-Control", "no-store")
		return r, false
	}
	return r.WithContext(context.WithValue(r.Context(), sessionKey{}, &s)), true
}

// only lets readers through to next.
func (a access) only(next http.Handler) http.Handler {
	if a.readers == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, ok := a.admit(w, r)
		if !ok {
			w.Header().Set("WWW-Authenticate", `Bearer realm="flights"`)
			a.denied.Add(signedOut)
			http.Error(w, "reading needs a token, Authorization: Bearer …, or a session of sign-in", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// signIn redirects a request for a page of the site to the sign-in page, which leads back.
func signIn(w http.ResponseWriter, r *http.Request) {
	to := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"), "index.html")
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	address := "sign-in"
	if to != "" {
		address += "?to=" + url.QueryEscape(to)
	}
	w.Header().Set("Location", address) // http.Redirect would make it absolute, and the site may be below a path
	w.WriteHeader(http.StatusSeeOther)
}

// cached returns the Cache-Control of an answer with flights, which is public on a public board.
func cached(r *http.Request, public string) string {
	if sessionOf(r) == nil {
		return public
	}
	return "private, no-store, no-transform"
}

// reader returns the session of a publisher that reads with its token.
func (g *guard) reader(r *http.Request) (s Session, ok bool) {
	text, given := token.Bearer(r)
	if !given {
		return s, false
	}
	found, ok := g.tokens.Load().Find(text)
	hash := token.HashOf(text)
	hasEnded := func() bool { return !g.tokens.Load().Has(hash) }
	return Session{Name: found.Name, Watch: g.reading.Add(hash, hasEnded)}, ok
}
