package e2e

import (
	"fmt"
	"regexp"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// kept is true when the browser has kept the page, and a board in which a flight has a state.
const kept = `(async () => {
	const scope = new URL('.', location).href
	const find = async path => caches.match(scope + path, { cacheName: 'flightboard ' + scope })
	return !!await find('') && (await (await find('board')).json()).flights.includes('"state":"%s"')
})()`

// waitUntilKept waits until the browser has kept a board in which a flight has a state.
func (b *board) waitUntilKept(t *testing.T, state string) {
	t.Helper()
	b.waitFor(t, kept, state)
}

// statusLine notes the status line of the page as it comes, before its scripts run.
const statusLine = `addEventListener('readystatechange', () => {
	if (document.readyState === 'interactive') window.first = document.querySelector('#status').textContent
}, { capture: true })`

// A reload while the server is off shows the last board and as of when it is, before and after the program runs. When
// the server is back the page is live again.
func TestAReloadWithoutTheServerShowsTheLastBoard(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		flags := []string{"-feed", "none", "-heartbeat", "1s"}
		s := startServer(t, flags...)
		board1(t, s)
		b := r.open(t, s.url, browser.PageOptions{Preload: statusLine})
		b.waitForStatus(t, "live")
		b.waitUntilKept(t, "expected")

		// What came after that is kept when the page goes.
		s.publish(t, stateIs("I768", "landing"), flightIs("U213", "New York", "09:05", ""))
		b.waitForState(t, "I768", "landing")
		b.mustShow(t, s)
		last := s.rows(t)
		s.kill()
		for range 2 { // the second reload is one of a kept page
			must(t, b.Navigate(soon(t), s.url))
			var first string
			must(t, b.Eval(soon(t), `window.first`, &first))
			if !regexp.MustCompile(`^Not live, board as of 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$`).MatchString(first) {
				t.Errorf("before the program runs the status is %q", first)
			}
			b.waitFor(t, `/^Reconnecting.*, board as of \d\d:\d\d:\d\d \(\d+ s\); the server cannot be reached/
				.test(document.querySelector('#status').textContent)`)
			b.mustBe(t, last)
		}
		s = s.restart(t, flags...)
		s.publish(t, flightIs("I768", "Rome", "10:10", "diverted"))
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
	})
}

// A recording is called one without the server as well.
func TestTheLastBoardOfARecordingIsCalledOne(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-at", "14:00")
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitUntilKept(t, "landed")
		var before, after string
		// Some browsers write a comma after the weekday; the server, whose text may be kept, does not.
		const head = `document.querySelector('#airport').innerText + ', ' +
			document.querySelector('#recording').innerText.replace(/^(Recording of ...),/, '$1')`
		must(t, b.Eval(soon(t), head, &before))
		s.kill()
		must(t, b.Navigate(soon(t), s.url))
		must(t, b.Eval(soon(t), head, &after))
		if !regexp.MustCompile(`^New York JFK, Recording of .*2023`).MatchString(before) || after != before {
			t.Errorf("the head says %q and then, without the server, %q", before, after)
		}
	})
}

// While the server answers, all answers are its own: a reload shows a new release, of which the browser keeps the files
// and forgets those of the old one.
func TestANewReleaseReplacesTheKeptOne(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		board1(t, s)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitUntilKept(t, "expected")
		s.kill()

		// With -www the page names its files otherwise, as another release does.
		s = s.restart(t, "-feed", "none", "-www", pageFolder)
		s.publish(t, flightIs("I768", "Rome", "10:10", "landed"))
		must(t, b.Navigate(soon(t), s.url))
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
		b.waitFor(t, `document.querySelector('[data-program]').dataset.program === 'built/app.wasm'`)
		b.waitUntilKept(t, "landed")
		b.waitFor(t, `caches.keys().then(async names => {
			const keys = (await Promise.all(names.map(async name => (await caches.open(name)).keys()))).flat()
			return names.length === 1 && keys.some(({ url }) => url.endsWith('/built/app.wasm')) &&
				keys.every(({ url }) => !/\.[0-9a-f]{24}\./.test(url))
		})`)
		s.kill()
		must(t, b.Navigate(soon(t), s.url))
		b.waitFor(t, `/^Reconnecting.*as of/.test(document.querySelector('#status').textContent)`)
		b.waitFor(t, `document.querySelector('[data-program]').dataset.program === 'built/app.wasm'`)
		b.waitForState(t, "I768", "landed")
	})
}

// With -offline=false browsers forget what they have kept, and the worker.
func TestTheWorkerCanBeSwitchedOff(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		board1(t, s)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitUntilKept(t, "expected")
		s.kill()
		s = s.restart(t, "-feed", "none", "-offline=false")
		board1(t, s)
		must(t, b.Navigate(soon(t), s.url))
		b.waitForStatus(t, "live")
		b.waitFor(t, `Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()]).then(
			([names, registrations]) => !names.length && registrations.every(({ active }) => !active))`)
		must(t, b.Navigate(soon(t), s.url))
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
	})
}

// The worker answers requests for the page, and for the files of a page that it has answered with, and no others. The
// test runs sw.js in a page, so that it sees which events the worker takes.
func TestTheWorkerAnswersForThePageOnly(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		b := r.open(t, staticHost(t, "events").URL+"/icon.svg", browser.PageOptions{})
		must(t, b.Eval(soon(t), workerScript, nil))
		for _, c := range []struct {
			reason, method, mode, client, url string
			taken                             bool
		}{
			{"the page", "GET", "navigate", "", "https://a.example/board/", true},
			{"with a query", "GET", "navigate", "", "https://a.example/board/?q=rome&page=2", true},
			{"by its name", "GET", "navigate", "", "https://a.example/board/index.html", true},
			{"another page in the scope", "GET", "navigate", "", "https://a.example/board/check", false},
			{"the board as a document", "GET", "navigate", "", "https://a.example/board/flights", false},
			{"a form", "POST", "navigate", "", "https://a.example/board/", false},
			{"the page, for its script", "GET", "cors", "kept", "https://a.example/board/", false},
			{"a file", "GET", "cors", "kept", "https://a.example/board/built/app.0123456789abcdef01234567.wasm", true},
			{"a plain name", "GET", "no-cors", "kept", "https://a.example/board/style.css", true},
			{"a file, for a page of the server's", "GET", "no-cors", "live", "https://a.example/board/style.css", false},
			{"a file with a query", "GET", "cors", "kept", "https://a.example/board/style.css?x", false},
			{"a folder above", "GET", "no-cors", "kept", "https://a.example/style.css", false},
			{"another origin", "GET", "no-cors", "kept", "https://b.example/board/style.css", false},
			{"the stream", "GET", "cors", "kept", "https://a.example/board/events", false},
			{"with changes in batches", "GET", "cors", "kept", "https://a.example/board/events?batch", false},
			{"a waiting request", "GET", "cors", "kept", "https://a.example/board/events?wait=25s", false},
			{"the stream elsewhere", "GET", "cors", "kept", "https://b.example/events", false},
			{"publishing", "POST", "cors", "kept", "https://a.example/board/flights", false},
			{"removing", "DELETE", "cors", "kept", "https://a.example/board/flights/LH1.js", false},
			{"the board", "GET", "cors", "kept", "https://a.example/board/flights", false},
			{"the server's health", "GET", "cors", "kept", "https://a.example/board/healthz", false},
			{"a measurement", "GET", "cors", "kept", "https://a.example/board/sse?count=1", false},
		} {
			var taken bool
			must(t, b.Eval(soon(t), fmt.Sprintf(`take(%q, %q, %q, %q)`, c.method, c.mode, c.client, c.url), &taken))
			if taken != c.taken {
				t.Errorf("%s: %s %s is answered by the worker: %v, want %v", c.reason, c.method, c.url, taken, c.taken)
			}
		}
	})
}

// workerScript runs sw.js with a browser that has a page, and a server that is off. The client "kept" gets that page;
// take tells whether the worker answers a request.
const workerScript = `fetch('sw.js').then(answer => answer.text()).then(async text => {
	const listeners = {}
	const answer = () => Promise.resolve(new Response('<p id="status">Not live</p>'))
	const caches = { match: answer, open: async () => ({ match: async url => /board$/.test(url) ? undefined : answer() }) }
	const listen = (type, f) => { listeners[type] = f }
	new Function('registration', 'addEventListener', 'skipWaiting', 'caches', 'fetch', text)(
		{ scope: 'https://a.example/board/' }, listen, () => {}, caches, () => Promise.reject(1))
	window.take = (method, mode, clientId, url) => {
		let taken
		listeners.fetch({ request: { method, mode, url }, clientId, resultingClientId: 'kept', waitUntil() {},
			respondWith(answer) { taken = answer } })
		return Promise.resolve(taken).then(() => taken !== undefined)
	}
	await take('GET', 'navigate', '', 'https://a.example/board/')
})`

// A static host's page shows the last board of the stream that it reads, whether the host or the stream's server is
// off.
func TestAStaticPageShowsTheLastBoard(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		p := startProxy(t, s)
		s.publish(t, flightIs("LH400", "Frankfurt", "08:15", "expected"))
		host := staticHost(t, p.url+"/events")
		b := r.open(t, host.URL, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitUntilKept(t, "expected")
		last := s.rows(t)
		p.cut()
		must(t, b.Navigate(soon(t), host.URL))
		b.waitFor(t, `/^Reconnecting.*, board as of \d\d:\d\d:\d\d/.test(document.querySelector('#status').textContent)`)
		b.mustBe(t, last)
		host.Close()
		must(t, b.Navigate(soon(t), host.URL))
		b.waitFor(t, `/^Reconnecting.*, board as of \d\d:\d\d:\d\d/.test(document.querySelector('#status').textContent)`)
		b.mustBe(t, last)
		p.mend(s)
		b.waitForStatus(t, "live")
	})
}
