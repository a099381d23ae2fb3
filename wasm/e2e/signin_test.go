package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// A private server has readers, of whom anna is one.
type private struct {
	*server
	readers string // the file
}

const annasToken = "the-token-of-anna"

// startPrivateServer starts a server whose board is not public, with a flight from London and one from Rome.
func startPrivateServer(t *testing.T, flags ...string) *private {
	t.Helper()
	p := &private{readers: filepath.Join(t.TempDir(), "readers")}
	p.setToken(t, annasToken)
	p.server = startServer(t, append(flags, "-feed", "none", "-readers", p.readers, "-heartbeat", "1s")...)
	p.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
	return p
}

// setToken makes a token the only one. The sessions that were begun with another one end.
func (p *private) setToken(t *testing.T, token string) {
	t.Helper()
	must(t, os.WriteFile(p.readers, []byte("anna:"+token+"\n"), 0o600))
}

// arrive waits until an expression is true, on this page or on one to which it leads. A browser may never answer what
// it was asked on a page that goes to another site.
func (b *board) arrive(t *testing.T, expression string) {
	t.Helper()
	for ctx := soon(t); ; {
		once, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := b.WaitFor(once, expression)
		cancel()
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			b.waitFor(t, "%s", expression)
		}
	}
}

// signIn fills in the form, which is about to be shown.
func (b *board) signIn(t *testing.T, token string) {
	t.Helper()
	b.arrive(t, `document.activeElement.id === 'token'`) // a reader can type at once
	must(t, b.Type(soon(t), token))
	must(t, b.Press(soon(t), "Enter"))
}

const isLive = `document.querySelector('#status')?.dataset.status === 'live'`

// A reader signs in by the form, sees the board live, is told when the session has ended, signs in again, and is at the
// same place: what was asked of the board is asked again. After signing out the browser has kept nothing.
func TestAReaderSignsInAgainAtTheSamePlace(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startPrivateServer(t)
		const isSamePlace = isLive + ` && location.search === '?q=rome&sort=-arrival' &&
			document.querySelector('#search').value === 'rome' &&
			document.querySelectorAll('#flights tbody tr[data-flight]').length === 1`
		b := r.open(t, s.url+"/?q=rome&sort=-arrival", browser.PageOptions{})
		b.signIn(t, annasToken+"a")
		b.arrive(t, `document.querySelector('#wrong')?.textContent === 'This token is not known here.'`)
		b.signIn(t, annasToken)
		b.arrive(t, isSamePlace)
		s.publish(t, stateIs("I768", "landing"))
		b.waitForState(t, "I768", "landing")

		s.setToken(t, annasToken+"-2")
		b.waitForStatus(t, "signedOut")
		b.waitFor(t, `document.querySelector('#status').textContent
			.startsWith('Your sign-in has ended, sign in again, board as of ')`)
		must(t, b.Click(soon(t), "#sign-in"))
		b.signIn(t, annasToken+"-2")
		b.arrive(t, isSamePlace)
		s.publish(t, stateIs("I768", "landed"))
		b.waitForState(t, "I768", "landed")

		must(t, b.Eval(soon(t), `void flightboard.store.ask?.()`, nil)) // the page asks once a minute
		b.waitUntilKept(t, "landed")
		must(t, b.Click(soon(t), "#reader a"))
		b.arrive(t, `document.readyState === 'complete' && document.querySelector('bdi')?.textContent === 'anna'`)
		must(t, b.Click(soon(t), "form button"))
		b.arrive(t, `document.querySelector('#token') !== null && caches.keys().then(names => names.length === 0)`)
		must(t, b.Navigate(soon(t), s.url))
		b.arrive(t, `location.pathname === '/sign-in'`)
	})
}

// sentScript counts the boards that a page sends to the worker.
const sentScript = `if (globalThis.ServiceWorker) { // an empty page has none in WebKit
	window.sent = 0
	const { postMessage } = ServiceWorker.prototype
	ServiceWorker.prototype.postMessage = function (message) {
		if (message.board) window.sent++
		postMessage.call(this, message)
	}
}`

// When a reader has left in one tab, the others send the worker no board any more, whatever they know of it.
func TestNoTabKeepsTheBoardOfAReaderWhoHasLeft(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startPrivateServer(t)
		b := r.open(t, s.url, browser.PageOptions{Preload: sentScript})
		b.signIn(t, annasToken)
		b.arrive(t, isLive)
		const ask = `void flightboard.store.ask?.()`
		must(t, b.Eval(soon(t), ask, nil))
		b.waitUntilKept(t, "expected")
		s.publish(t, stateIs("I768", "landed"))
		b.waitForState(t, "I768", "landed")

		beside := r.open(t, s.url+"/sign-in", browser.PageOptions{Beside: b.Page})
		must(t, beside.Click(soon(t), "form button"))
		beside.arrive(t, `document.querySelector('#token') !== null && caches.keys().then(names => names.length === 0)`)
		b.waitForStatus(t, "signedOut")
		var before, after int
		must(t, b.Eval(soon(t), `window.sent`, &before))
		must(t, b.Eval(soon(t), ask, nil)) // as a tab does that has not been told yet
		must(t, b.Eval(soon(t), `window.sent`, &after))
		if before == 0 || after != before {
			t.Errorf("the tab has sent %d boards, and %d after the reader has left", before, after-before)
		}
	})
}

// What the worker is still keeping when the reader leaves is removed after it, also if files take long to arrive.
func TestTheWorkerForgetsWhatItIsStillKeeping(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		b := r.open(t, staticHost(t, "events").URL+"/icon.svg", browser.PageOptions{})
		for message, kept := range map[string]int{"'forget'": 0, "board": 3} {
			var files int
			must(t, b.Eval(soon(t), fmt.Sprintf(keepingScript, message), &files))
			if files != kept {
				t.Errorf("after boards and %s the worker has kept %d files, want %d", message, files, kept)
			}
		}
	})
}

// keepingScript runs sw.js, sends it two boards and then a message, and lets the boards' file arrive after the sign-in
// page has removed what there is. It returns how many files the worker has kept in the end.
const keepingScript = `fetch('sw.js').then(answer => answer.text()).then(async text => {
	const scope = new URL('kept/', location).href, name = 'flightboard ' + scope
	await caches.delete(name)
	let arrive, hear
	const file = new Promise(resolve => { arrive = () => resolve(new Response('')) })
	const page = async () => new Response('<meta name="flightboard-stream"><script data-program="app">')
	new Function('registration', 'addEventListener', 'skipWaiting', 'fetch', text)({ scope }, (type, f) => {
		if (type === 'message') hear = f
	}, () => {}, async url => url === scope ? page() : (await file).clone())
	const board = { program: 'app', files: [scope + 'a.js'], board: { asOf: 1, stream: 'events' } }
	let handled
	for (const data of [board, board, %s]) hear({ data, waitUntil(promise) { handled = promise } })
	await caches.delete(name)
	arrive()
	await handled
	return await caches.has(name) ? (await (await caches.open(name)).keys()).length : 0
})`

// A tab in which the session has ended goes on by itself when the reader has signed in in another one, which is no
// sooner than the tab asks.
func TestAnotherTabSignsIn(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startPrivateServer(t)
		b := r.open(t, s.url, browser.PageOptions{})
		b.signIn(t, annasToken)
		b.arrive(t, isLive)
		s.setToken(t, annasToken+"-2")
		b.waitForStatus(t, "signedOut")
		beside := r.open(t, s.url, browser.PageOptions{Beside: b.Page})
		beside.signIn(t, annasToken+"-2")
		beside.arrive(t, isLive)
		b.waitForStatus(t, "live")
		s.publish(t, stateIs("I768", "landed"))
		b.waitForState(t, "I768", "landed")
		beside.waitForState(t, "I768", "landed")
	})
}

// A page of another origin, of the same site, reads with the reader's cookie, if it says so and the server allows it.
func TestAPageOfAnotherOriginReadsWithTheCookie(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		var page http.Handler // knows the server's address, which has to know the page's
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { page.ServeHTTP(w, r) }))
		t.Cleanup(host.Close)
		s := startPrivateServer(t, "-allow-origin", host.URL)
		page = staticHostOf(t, s.url+"/events", func(index string) string {
			return strings.Replace(index, `/events">`, `/events" data-credentials>`, 1)
		}).Config.Handler
		b := r.open(t, host.URL, browser.PageOptions{})
		b.waitForStatus(t, "signedOut")
		b.waitFor(t, `document.querySelector('#status').textContent.startsWith('Not signed in')`)
		b.waitFor(t, `document.querySelector('#sign-in').target === '_blank'`)
		beside := r.open(t, s.url, browser.PageOptions{Beside: b.Page})
		beside.signIn(t, annasToken)
		beside.arrive(t, isLive)
		b.waitForStatus(t, "live")
		s.publish(t, stateIs("I768", "landed"))
		b.waitForState(t, "I768", "landed")
		s.setToken(t, annasToken+"-2")
		b.waitForStatus(t, "signedOut")
	})
}
