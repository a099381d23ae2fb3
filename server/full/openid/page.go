package openid

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"flightboard/server/signin/page"
	"flightboard/server/web"
	"flightboard/timetable/words"
)

// The pages after an attempt to sign in that has failed.
var (
	away    = failed(words.ProviderAway)
	stale   = failed(words.SignInStale)
	refused = failed(words.ProviderRefuses)
	invalid = failed(words.ProviderInvalid)
	denied  = page.Page{Title: words.NotAllowed, Text: words.MayNotRead, Label: words.OtherUser}
)

func failed(text words.Message) page.Page {
	return page.Page{Title: words.SignInFirst, Text: text, Label: words.TryAgain}
}

// askedAgain is the time after which the page tries again if the provider does not answer, in seconds.
const askedAgain = 10

// show answers with a page whose link begins anew, and leads back to the same place.
func show(w http.ResponseWriter, r *http.Request, status int, p page.Page, to string) {
	query := make(url.Values)
	if to != "" {
		query.Set("to", to)
	}
	if p.Label == words.OtherUser {
		query.Set(otherUser, "")
	}
	p.Link = strings.TrimSuffix("sign-in?"+query.Encode(), "?")
	if p.Text == words.ProviderAway {
		p.After = askedAgain
		w.Header().Set("Retry-After", strconv.Itoa(askedAgain))
	}
	page.Show(w, r, status, p)
}

// showReader answers a reader who has signed in.
func showReader(w http.ResponseWriter, r *http.Request, name string) {
	page.Show(w, r, http.StatusOK, page.Page{Title: words.SignedIn, Text: words.SignedInAs, Name: name,
		Link: "./" + web.ReturnTo(r), Label: words.ToTheBoard})
}

// showSignedOut answers a reader who has signed out. Next is the address at which the provider ends its own session; ""
// if it has none.
func showSignedOut(w http.ResponseWriter, r *http.Request, next string) {
	p := page.Page{Title: words.HasSignedOut, Link: "sign-in", Label: words.SignIn}
	if next != "" {
		p.Text, p.Link, p.Label, p.After = words.EndsThereToo, next, words.Continue, 1
	}
	page.Show(w, r, http.StatusOK, p)
}
