package signin

import (
	"net/http"
	"strconv"
	"time"

	"flightboard/server/signin/page"
	"flightboard/server/web"
	"flightboard/timetable/words"
)

// handler returns the handler of /sign-in and /sign-out. A page of another site cannot post the forms, because a
// browser in which somebody else has signed in would show what that one may see.
func (t *Tokens) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sign-in", func(w http.ResponseWriter, r *http.Request) {
		s, ok := t.Reader(r)
		if !ok {
			ask(w, r, http.StatusOK, "")
			return
		}
		page.Show(w, r, http.StatusOK, page.Page{Title: words.SignedIn, Text: words.SignedInAs, Name: s.Name,
			Link: "./" + web.ReturnTo(r), Label: words.ToTheBoard})
	})
	mux.HandleFunc("POST /sign-in", t.signIn)
	mux.HandleFunc("POST /sign-out", t.leave)
	page.Handle(mux)
	return http.NewCrossOriginProtection().Handler(mux)
}

// ask answers with the form. Wrong is what is wrong with the token that was sent; "": none was sent.
func ask(w http.ResponseWriter, r *http.Request, status int, wrong words.Message) {
	page.Show(w, r, status, page.Page{Title: words.SignIn, Text: words.NotPublic, Form: true, Wrong: wrong})
}

// mostForm is the most bytes of a form.
const mostForm = 4 << 10

// signIn answers the form: with the cookie of a session, and the way back.
func (t *Tokens) signIn(w http.ResponseWriter, r *http.Request) {
	if wait := t.limit.take(r.RemoteAddr, time.Now()); wait > 0 {
		t.options.Log.Warn("sign-in: too many attempts", "client", r.RemoteAddr)
		w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		ask(w, r, http.StatusTooManyRequests, words.TooOften)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	found, ok := t.current.Load().set.Find(r.PostFormValue("token"))
	if !ok {
		t.options.Log.Warn("sign-in: the token is not known", "client", r.RemoteAddr)
		ask(w, r, http.StatusForbidden, words.WrongToken)
		return
	}
	t.limit.giveBack(r.RemoteAddr)
	t.options.Log.Info("sign-in", "reader", found.Name, "client", r.RemoteAddr)
	text := newReader(found).begin(time.Now().Add(t.options.Session))
	setCookie(w, r, text, t.options.Session)
	page.SeeOther(w, "./"+web.ReturnTo(r))
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
	page.SeeOther(w, "sign-in")
}
