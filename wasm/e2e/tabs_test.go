package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// A tab is one of a reader's several tabs.
type tab struct {
	board
	kind   browser.Kind
	closed bool
}

// A user opens tabs that share what a browser's tabs share. Their visibility and their clock can be set: window.see,
// and window.ahead in milliseconds.
type user struct {
	reader
	first *board // a page without the program
	url   string
}

const tabScript = `{
  let seen
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, 'visibilityState')
  Object.defineProperty(Document.prototype, 'visibilityState', { get() { return seen ?? get.call(this) } })
  window.see = state => { seen = state; document.dispatchEvent(new Event('visibilitychange')) }
  window.ahead = 0
  const now = performance.now.bind(performance)
  performance.now = () => now() + window.ahead
}`

func (r reader) user(t *testing.T, url string) user {
	t.Helper()
	return user{r, r.open(t, url+"/style.css", browser.PageOptions{AnyCertificate: true}), url}
}

// open opens a tab. It need not be closed, and may be.
func (u user) open(t *testing.T) *tab {
	t.Helper()
	options := browser.PageOptions{Beside: u.first.Page, Preload: tabScript, AnyCertificate: true}
	p := u.newPage(t, options)
	b := &tab{board: board{p}, kind: u.kind}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("a tab's messages: %v", p.Messages())
		}
		for _, m := range p.Messages() {
			if m.Level == "exception" {
				t.Errorf("the page threw: %s", m.Text)
			}
		}
		if !b.closed {
			p.Close()
		}
	})
	must(t, p.Navigate(soon(t), u.url))
	b.waitForStatus(t, "live")
	return b
}

func (b *tab) close(t *testing.T) {
	t.Helper()
	b.closed = true
	must(t, b.Close())
}

// eval evaluates an expression, of which the value does not matter.
func (b *tab) eval(t *testing.T, expression string) {
	t.Helper()
	must(t, b.Eval(soon(t), "void ("+expression+")", nil))
}

// waitForDocument waits for the page after a navigation, with which a result may be lost.
func (b *tab) waitForDocument(t *testing.T) {
	t.Helper()
	for ctx := soon(t); ; {
		once, cancel := context.WithTimeout(ctx, time.Second)
		var there bool
		err := b.Eval(once, `!!document.querySelector('#status')`, &there)
		cancel()
		if err == nil && there {
			return
		}
		if ctx.Err() != nil {
			t.Fatal("the page is not there", err)
		}
	}
}

// viewers returns how many connections there are, and how many there have been.
func (s *server) viewers() (now, ever int) {
	log := s.output.String()
	ever = strings.Count(log, `msg="viewer arrives"`)
	return ever - strings.Count(log, `msg="viewer leaves"`), ever
}

// waitForOneViewer waits until there is one connection. On a slow machine tabs take over more often than they need.
func (s *server) waitForOneViewer(t *testing.T) {
	t.Helper()
	ctx := soon(t)
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		now, ever := s.viewers()
		if now == 1 {
			t.Logf("there were %d connections", ever)
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("there are %d connections of %d, want one", now, ever)
		}
	}
}

// Browsers open six connections to a host over HTTP/1.1, so the seventh tab would not even get its page. Only the
// newest tab is visible. It takes over from the one before, if that was hidden long ago.
func TestTwentyTabsHaveOneConnection(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
		u := r.user(t, s.url)
		count := 20
		if r.kind != browser.Chromium { // where they open faster
			count = 8
		}
		var tabs []*tab
		for i := range count {
			b := u.open(t)
			b.mustShow(t, s)
			for _, before := range tabs[max(i-1, 0):] {
				before.eval(t, `see('hidden')`)
			}
			tabs = append(tabs, b)
			s.publish(t, stateIs("I768", fmt.Sprint("at ", i)))
		}
		for i, b := range tabs {
			b.eval(t, `see('visible')`)
			b.mustShow(t, s)
			b.waitForStatus(t, "live")
			if i < len(tabs)-1 {
				b.eval(t, `see('hidden')`)
			}
		}
		most, now := 0, 0
		for line := range strings.Lines(s.output.String()) {
			switch {
			case strings.Contains(line, `msg="viewer arrives"`):
				now++
			case strings.Contains(line, `msg="viewer leaves"`):
				now--
			}
			most = max(most, now)
		}
		if _, ever := s.viewers(); now != 1 || most > 2 {
			t.Errorf("there are %d connections, were %d at once, and %d in all, want 1, 2 during a takeover", now, most, ever)
		} else {
			t.Logf("there were %d connections, one after the other", ever)
		}
	})
}

// whenTheLeader lets something happen to the tab that has the connection. The others go on with one of their own, which
// resumes the stream.
func whenTheLeader(t *testing.T, happens func(*testing.T, *tab), after func(*testing.T, *tab, *server)) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
		u := r.user(t, s.url)
		tabs := []*tab{u.open(t), u.open(t), u.open(t)}
		for _, b := range tabs {
			b.mustShow(t, s)
		}
		happens(t, tabs[0])
		s.publish(t, stateIs("I768", "landed"), leaves("A123"))
		began := time.Now()
		for _, b := range tabs[1:] {
			b.mustShow(t, s)
		}
		t.Logf("the other tabs have the next event after %v", time.Since(began))
		s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
		for _, b := range tabs[1:] {
			b.waitForStatus(t, "live")
		}
		after(t, tabs[0], s)
		s.waitForOneViewer(t)
	})
}

func TestTheLeadingTabCloses(t *testing.T) {
	whenTheLeader(t, func(t *testing.T, b *tab) { b.close(t) },
		func(*testing.T, *tab, *server) {})
}

func TestTheLeadingTabStopsUpdates(t *testing.T) {
	whenTheLeader(t, func(t *testing.T, b *tab) {
		must(t, b.Click(soon(t), "#stop"))
		b.waitForStatus(t, "stopped")
	}, func(t *testing.T, b *tab, s *server) {
		b.waitForStatus(t, "stopped")
		b.waitForState(t, "I768", "expected")
		must(t, b.Click(soon(t), "#stop"))
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
	})
}

func TestTheLeadingTabLeavesAndComesBack(t *testing.T) {
	whenTheLeader(t, func(t *testing.T, b *tab) { b.eval(t, `location.href = '/style.css'`) },
		func(t *testing.T, b *tab, s *server) {
			b.eval(t, `setTimeout(() => history.back())`)
			b.waitForDocument(t)
			b.waitForStatus(t, "live")
			b.mustShow(t, s)
		})
}

func TestTheLeadingTabIsFrozen(t *testing.T) {
	whenTheLeader(t, func(t *testing.T, b *tab) { must(t, b.Freeze(soon(t), true)) },
		func(t *testing.T, b *tab, s *server) {
			must(t, b.Freeze(soon(t), false))
			b.eval(t, `see('visible')`) // Chromium leaves it hidden
			b.waitForStatus(t, "live")
			b.mustShow(t, s)
		})
}

func TestTheLeadingTabHangs(t *testing.T) {
	whenTheLeader(t, func(t *testing.T, b *tab) {
		if b.kind == browser.Firefox {
			t.Skip("firefox runs the tabs of a site in one process, so all of them hang")
		}
		b.eval(t, `setTimeout(() => { for (const until = Date.now() + 5000; Date.now() < until;); })`)
	}, func(t *testing.T, b *tab, s *server) {
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
	})
}

func TestTheLeadingTabCrashes(t *testing.T) {
	whenTheLeader(t, func(t *testing.T, b *tab) { must(t, b.Crash(soon(t))) },
		func(*testing.T, *tab, *server) {})
}

// Three minutes after the last tab was hidden there is no connection. The tab that is shown has the board within two
// seconds.
func TestHiddenTabsHaveNoConnection(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-heartbeat", "1s")
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
		u := r.user(t, s.url)
		tabs := []*tab{u.open(t), u.open(t)}
		for _, b := range tabs {
			b.eval(t, `see('hidden')`)
		}
		for _, b := range tabs {
			b.eval(t, `window.ahead += 200_000`)
		}
		s.waitForLog(t, `msg="viewer leaves"`)
		s.publish(t, stateIs("I768", "landed"), leaves("A123"))
		began := time.Now()
		tabs[1].eval(t, `see('visible')`)
		tabs[1].mustShow(t, s)
		tabs[1].waitForStatus(t, "live")
		t.Logf("the board is right after %v", time.Since(began))
		s.waitForOneViewer(t)
		s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
	})
}
