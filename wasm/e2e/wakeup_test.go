package e2e

import (
	"context"
	"net/http"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// Pages are hidden, left and come back to, networks go and come, and computers sleep. Whatever the page knew before, it
// does not trust it afterwards, and it says what it does meanwhile.

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
		{"the reader comes back to a page that was told 204", leftRefusedPage},
	} {
		t.Run(wakeUp.name, func(t *testing.T) {
			t.Parallel()
			byEveryReader(t, wakeUp.test)
		})
	}
}

// look says to the page whether somebody looks at it. No headless browser has a window that could be covered.
func (b *board) look(t *testing.T, unseen bool) {
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
	b.look(t, true)
	before := b.rows(t)
	s.publish(t, stateIs("I768", "landing"), leaves("A123"))
	b.waitFor(t, `(now => (window.then ??= now) + 2 <= now)(beats)`) // heartbeats come when everything else has come
	if after := b.rows(t); len(after) != len(before) || after[1] != before[1] {
		t.Errorf("while nobody looked the rows became %v, want %v", after, before)
	}
	b.look(t, false)
	b.mustShow(t, s)
}

// offline has nothing but the browser's word for it: servers on this machine may be reached all the same, and then
// the next heartbeat proves it wrong.
func offline(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "1s")
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	must(t, b.Throttle(soon(t), browser.Conditions{Offline: true}))
	b.waitForMoment(t, `m.Status === 'offline' && m.Line.startsWith('Offline, board as of ')`)
	s.publish(t, stateIs("I768", "landed"), leaves("A123"))
	must(t, b.Throttle(soon(t), browser.Conditions{}))
	b.waitForWords(t, "live", "Live")
	b.mustShow(t, s)
	s.publish(t, flightIs("G119", "Tokyo", "10:35", ""))
	b.mustShow(t, s)
}

// slept sets the page's clock forward by an hour. The connection is replaced, although it has survived, and nobody is
// frightened by a banner for the moment that it takes.
func slept(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none")
	board1(t, s)
	b := r.open(t, s.url, browser.PageOptions{Preload: diary})
	b.waitForWords(t, "live", "Live")
	b.mustShow(t, s)
	must(t, b.Eval(soon(t), `void (window.ahead += 3_600_000)`, nil))
	said := b.waitForMoment(t, `m.Status === 'reconnecting' && m.Line.endsWith(' (1 h)')`)
	if m := said[len(said)-1]; m.Retry || m.Dimmed || m.Banner != "" {
		t.Errorf("after a sleep the page says %v before its first attempt is over", m)
	}
	b.waitForWords(t, "live", "Live")
	s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
	s.publish(t, stateIs("I768", "landed"))
	b.mustShow(t, s)
}

// leave goes to another page, and back again. Between the two it calls f. It returns whether the browser has kept the
// page as it was (back/forward cache) instead of loading it anew.
func (b *board) leave(t *testing.T, home string, f func()) (kept bool) {
	t.Helper()
	must(t, b.Navigate(soon(t), home+"/style.css"))
	f()
	must(t, b.Eval(soon(t), `void setTimeout(() => history.back())`, nil))
	ctx := soon(t)
	for { // The answer may be lost with the document that was asked, and a document that is left draws no frame: ask again.
		var back bool
		once, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := b.Eval(once, `new Promise(done => requestAnimationFrame(() => done(window.kept !== undefined && !!document.querySelector('#status'))))`, &back)
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

// leftPage is served by a static host, because browsers do not keep what a server of ours forbids them to store.
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
	b.waitForMoment(t, `m.Status === 'live'`)
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
	b.waitForMoment(t, `m.Status === 'live'`) // a new page gets the script anew
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
			t.Errorf("the server was asked %d more times by a page that it had sent away", n-asked)
		}
		return
	}
	b.waitForWords(t, "ended", ended) // a new page is told the same
}

// mustStayEnded wants the page to stand still, with nothing to press.
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
