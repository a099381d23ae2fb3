package e2e

import (
	"context"
	"net/http"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// Pages are hidden, left and shown again, networks change, and computers sleep. Afterwards the page checks or replaces
// its connection, and shows that it does.

func TestWakeUps(t *testing.T) {
	for _, wakeUp := range []struct {
		name string
		test func(t *testing.T, r reader)
	}{
		{"a hidden page receives and does not draw", hiddenPage},
		{"the browser is offline and online again", offline},
		{"the computer sleeps for an hour", slept},
		{"the reader leaves the page and comes back", leftPage},
		{"the reader comes back to a page that has ended", leftEndedPage},
		{"the reader comes back to a page that was answered 204", leftRefusedPage},
	} {
		t.Run(wakeUp.name, func(t *testing.T) {
			t.Parallel()
			byEveryReader(t, wakeUp.test)
		})
	}
}

// setUnseen hides or shows the page, by the visibilityState of diary: the window of a headless browser cannot be
// covered.
func (b *board) setUnseen(t *testing.T, unseen bool) {
	t.Helper()
	script := `void (window.unseen = false, document.dispatchEvent(new Event('visibilitychange')))`
	if unseen {
		script = `void (window.unseen = true, document.dispatchEvent(new Event('visibilitychange')))`
	}
	must(t, b.Eval(soon(t), script, nil))
}

func hiddenPage(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "1s")
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	b.mustShow(t, s)
	b.setUnseen(t, true)
	before := b.rows(t)
	s.publish(t, stateIs("I768", "landing"), leaves("A123"))
	b.waitFor(t, `(now => (window.then ??= now) + 2 <= now)(beats)`) // heartbeats come when everything else has come
	if after := b.rows(t); len(after) != len(before) || after[1] != before[1] {
		t.Errorf("while the page was hidden the rows became %v, want %v", after, before)
	}
	b.setUnseen(t, false)
	b.mustShow(t, s)
}

// The browser reports to be offline. Servers on this machine may still be reached, and then the next heartbeat ends the
// state.
func offline(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "1s")
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	must(t, b.Throttle(soon(t), browser.Conditions{Offline: true}))
	b.waitForEntry(t, `m.Status === 'offline' && m.Line.startsWith('Offline, board as of ')`)
	s.publish(t, stateIs("I768", "landed"), leaves("A123"))
	must(t, b.Throttle(soon(t), browser.Conditions{}))
	b.waitForWords(t, "live", "Live")
	b.mustShow(t, s)
	s.publish(t, flightIs("G119", "Tokyo", "10:35", ""))
	b.mustShow(t, s)
}

// slept sets the page's clock forward by an hour. The connection is replaced, although it still works, and no banner is
// shown meanwhile.
func slept(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none")
	board1(t, s)
	b := r.open(t, s.url, browser.PageOptions{Preload: diary})
	b.waitForWords(t, "live", "Live")
	b.mustShow(t, s)
	must(t, b.Eval(soon(t), `void (window.ahead += 3_600_000)`, nil))
	entries := b.waitForEntry(t, `m.Status === 'reconnecting' && m.Line.endsWith(' (1 h)')`)
	if m := entries[len(entries)-1]; m.Retry || m.Dimmed || m.Banner != "" {
		t.Errorf("after a sleep the page shows %v during its first attempt", m)
	}
	b.waitForWords(t, "live", "Live")
	s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
	s.publish(t, stateIs("I768", "landed"))
	b.mustShow(t, s)
}

// leave goes to another page, calls f, and goes back. It reports whether the page came from the back/forward cache.
func (b *board) leave(t *testing.T, home string, f func()) (kept bool) {
	t.Helper()
	must(t, b.Navigate(soon(t), home+"/style.css"))
	f()
	must(t, b.Eval(soon(t), `void setTimeout(() => history.back())`, nil))
	ctx := soon(t)
	// The result may be lost with the document, and a hidden document draws no frame, so the loop evaluates again.
	const script = `new Promise(done => requestAnimationFrame(() =>
		done(window.kept !== undefined && !!document.querySelector('#status'))))`
	for {
		var back bool
		once, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := b.Eval(once, script, &back)
		cancel()
		if ctx.Err() != nil {
			t.Fatalf("the page has not come back: %v", err)
		}
		if err == nil && back {
			break
		}
	}
	must(t, b.Eval(soon(t), `kept`, &kept))
	t.Logf("the page was kept: %t", kept)
	return kept
}

// leftPage is served by a static host: our server forbids browsers to store the page, so they do not cache it either.
func leftPage(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "1s")
	board1(t, s)
	home := staticHost(t, s.url+"/events").URL
	b := r.openWithDiary(t, home)
	b.mustShow(t, s)
	kept := b.leave(t, home, func() {
		s.waitForLog(t, `msg="viewer leaves"`)
		s.publish(t, stateIs("I768", "landed"), leaves("A123"))
	})
	b.waitForEntry(t, `m.Status === 'live'`)
	b.mustShow(t, s)
	if kept {
		s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
	}
}

const ended = "Ended at CLOCK, no more updates will come"

func leftEndedPage(t *testing.T, r reader) {
	s := startServer(t, "-feed", "tutorial", "-heartbeat", "1s")
	home := staticHost(t, s.url+"/events").URL
	b := r.open(t, home, browser.PageOptions{Preload: diary})
	b.waitForWords(t, "ended", ended)
	b.mustShow(t, s)
	if kept := b.leave(t, home, func() {}); kept {
		b.mustStayEnded(t)
		return
	}
	b.waitForEntry(t, `m.Status === 'live'`) // a new page gets the feed from its beginning
}

func leftRefusedPage(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "1s")
	board1(t, s)
	home := staticHost(t, s.url+"/events").URL
	b := r.openWithDiary(t, home)
	i := s.replaceByImpostor(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	b.waitForWords(t, "ended", ended)
	asked := i.requests.Load()
	if kept := b.leave(t, home, func() {}); kept {
		b.mustStayEnded(t)
		if n := i.requests.Load(); n != asked {
			t.Errorf("the server was asked %d more times by a page that it had answered 204", n-asked)
		}
		return
	}
	b.waitForWords(t, "ended", ended) // a new page shows the same
}

// mustStayEnded checks that the page shows the end, and that its buttons are disabled or hidden.
func (b *board) mustStayEnded(t *testing.T) {
	t.Helper()
	var now struct {
		Status            string
		Disabled, NoRetry bool
		Words             string
	}
	must(t, b.Eval(soon(t), `(status => ({
	  Status: status.dataset.status, Words: status.textContent,
	  Disabled: document.querySelector('#stop').disabled, NoRetry: document.querySelector('#retry').hidden,
	}))(document.querySelector('#status'))`, &now))
	if now.Status != "ended" || !now.Disabled || !now.NoRetry {
		t.Errorf("the page that had ended comes back as %+v", now)
	}
}
