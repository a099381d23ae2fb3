package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// The pages of sign-in have the language and the theme that the reader has chosen on the board, which the server does
// not know.
func TestTheSignInPageIsAsTheReaderHasChosen(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startPrivateServer(t)
		b := r.open(t, s.url+"/sign-in", browser.PageOptions{Width: 420, Height: 640, Dark: true})
		const isIn = `document.documentElement.lang === '%s' && document.documentElement.dir === '%s' &&
			document.querySelector('h1').textContent === '%s' && document.title === '%[3]s'`
		picture := func(name string) {
			t.Helper()
			shot, err := b.Screenshot(soon(t))
			must(t, err)
			must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), shot, 0o644))
		}
		b.waitFor(t, isIn, "en", "ltr", "Sign in")
		picture("first")
		must(t, b.Eval(soon(t), `void (localStorage.setItem('flightboard.lang', 'he'),
			localStorage.setItem('flightboard.theme', 'light'))`, nil))
		must(t, b.Navigate(soon(t), s.url+"/sign-in"))
		b.waitFor(t, isIn, "he", "rtl", "התחברות")
		b.waitFor(t, `document.documentElement.dataset.theme === 'light' &&
			getComputedStyle(document.body).backgroundColor === 'rgb(233, 235, 238)'`)
		b.signIn(t, "a-token-of-nobody")
		b.arrive(t, `document.querySelector('#wrong')?.textContent === 'האסימון הזה אינו מוכר כאן.'`)
		picture("hebrew")

		must(t, b.Navigate(soon(t), s.url+"/sign-in?lang=ja")) // comes before what was chosen
		b.waitFor(t, isIn, "ja", "ltr", "サインイン")
		must(t, b.Navigate(soon(t), s.url+"/sign-in"))
		b.signIn(t, annasToken)
		b.arrive(t, isLive)
		must(t, b.Navigate(soon(t), s.url+"/sign-in"))
		b.waitFor(t, isIn, "he", "rtl", "מחוברים")
	})
}
