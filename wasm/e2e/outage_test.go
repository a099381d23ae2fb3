package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// These tests check the texts that readers see in outages, and the board at the end. The tests of wasm/follow play the
// same outages second by second, with a fake clock; here the EventSource, the network and the clock are a browser's.

// outages run at the same time for all readers, because most of an outage is waiting. The longest come first.
var outages = []struct {
	name string
	test func(t *testing.T, r reader)
}{
	{"the server is away for 30 s", awayForHalfAMinute},
	{"the network drops everything", blackHole},
	{"the server is killed and goes on where it was", killedWithALog},
	{"the server is killed and knows nothing more", killedWithoutALog},
	{"other servers answer in its place", impostors},
	{"the reader stops before a restart", stoppedAcrossARestart},
	{"five minutes pass without contact", longOutage},
	{"the feed falls silent", silentFeed},
}

func TestOutages(t *testing.T) {
	for _, outage := range outages {
		t.Run(outage.name, func(t *testing.T) {
			t.Parallel()
			byEveryReader(t, outage.test)
		})
	}
}

const (
	patient     = "Reconnecting, board as of CLOCK AGE" // the browser tries by itself, the first time
	unreachable = "Reconnecting in SOME s, board as of CLOCK AGE; the server cannot be reached"
	silent      = "Reconnecting, board as of CLOCK AGE; the server sends no heartbeat any more"
)

// board1 publishes the flights that the outages begin with.
func board1(t *testing.T, s *server) {
	t.Helper()
	s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
}

// restart starts another server at the address of the killed one.
func (s *server) restart(t *testing.T, flags ...string) *server {
	t.Helper()
	return startServer(t, append(flags, "-addr", strings.TrimPrefix(s.url, "http://"))...)
}

// mustResume waits for the server's first viewer and checks whether it has resumed.
func (s *server) mustResume(t *testing.T, want string) {
	t.Helper()
	got, err := s.output.Find(soon(t), s.exited, regexp.MustCompile(`msg="viewer arrives" .*resumed=(\w+)`))
	must(t, err)
	if got != want {
		t.Errorf("the first viewer of the new server arrives with resumed=%s, want %s", got, want)
	}
}

func killedWithALog(t *testing.T, r reader) {
	flags := []string{"-feed", "none", "-heartbeat", "3s", "-log", t.TempDir()}
	s := startServer(t, flags...)
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	s.kill()
	b.waitForWords(t, "reconnecting", patient)
	outage := b.waitForWords(t, "reconnecting", unreachable)
	s = s.restart(t, flags...)
	s.publish(t, stateIs("I768", "landing"), leaves("A123"), flightIs("G119", "Tokyo", "10:35", ""))
	outage = append(outage, b.waitForWords(t, "live", "Live")...)
	mustNotBeLive(t, outage)
	s.mustResume(t, "true")
	b.mustShow(t, s)
	s.publish(t, stateIs("I768", "landed"))
	b.waitForState(t, "I768", "landed")
	b.mustShow(t, s)
}

func killedWithoutALog(t *testing.T, r reader) {
	flags := []string{"-feed", "none", "-heartbeat", "3s"}
	s := startServer(t, flags...)
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	must(t, b.Eval(soon(t), `void (document.querySelector('tr[data-flight=I768]').mark = 'kept')`, nil))
	s.kill()
	b.waitForWords(t, "reconnecting", patient)
	b.waitForWords(t, "reconnecting", unreachable)
	s = s.restart(t, flags...)
	s.publish(t, flightIs("I768", "Rome", "10:10", "diverted"), flightIs("U213", "New York", "09:05", ""))
	b.waitForWords(t, "live", "Live")
	s.mustResume(t, "false")
	b.mustShow(t, s)
	s.publish(t, stateIs("U213", "landed"))
	b.waitForState(t, "U213", "landed")
}

func awayForHalfAMinute(t *testing.T, r reader) {
	flags := []string{"-feed", "none", "-heartbeat", "3s", "-log", t.TempDir()}
	s := startServer(t, flags...)
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	s.kill()
	outage := b.waitForWords(t, "reconnecting", patient)
	first := len(outage) - 1
	outage = append(outage, b.waitForWords(t, "reconnecting", unreachable)...)
	for _, age := range []string{"1[5-9]", "3[0-9]"} { // one step after the other: each has a limit
		outage = append(outage, b.waitForEntry(t, `/\(`+age+` s\)/.test(m.Line)`)...)
	}
	outage = outage[first:]
	mustNotBeLive(t, outage)
	clock := regexp.MustCompile(`as of (\S+)`)
	for _, m := range outage {
		if m.Dimmed || m.Banner != "" {
			t.Errorf("within half a minute the page shows %v, which is too early", m)
		}
		if got, want := clock.FindString(m.Line), clock.FindString(outage[0].Line); got != want {
			t.Errorf("the board is %q, want %q for as long as nothing comes: %v", got, want, m)
		}
	}
	s = s.restart(t, flags...)
	s.publish(t, stateIs("I768", "landed"))
	b.retry(t) // the pauses have become long
	b.waitForBoard(t, s)
	s.mustResume(t, "true")
}

func blackHole(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "3s")
	p := startProxy(t, s)
	board1(t, s)
	b := r.openWithDiary(t, p.url)
	p.drop()
	s.publish(t, stateIs("I768", "landing"), leaves("A123"))
	outage := b.waitForWords(t, "reconnecting", silent)
	outage = outage[len(outage)-1:]
	s.publish(t, stateIs("I768", "landed"), flightIs("G119", "Tokyo", "10:35", ""))
	// No error ends the attempt to connect, so the page waits 20 s.
	outage = append(outage, b.waitForEntry(t, `/\(1[0-9] s\)/.test(m.Line)`)...)
	outage = append(outage, b.waitForWords(t, "reconnecting", unreachable)...)
	outage = append(outage, b.waitForEntry(t, `/\((2[5-9]|3[0-9]) s\)/.test(m.Line)`)...)
	p.mend(s)
	outage = append(outage, b.waitForWords(t, "live", "Live")...)
	mustNotBeLive(t, outage)
	b.mustShow(t, s)
	s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
}

// An impostor is a web server at our server's address that has no event stream.
type impostor struct {
	*httptest.Server
	answer   atomic.Value // of func(http.ResponseWriter, *http.Request)
	requests atomic.Int64
}

func (s *server) replaceByImpostor(t *testing.T, answer http.HandlerFunc) *impostor {
	t.Helper()
	s.kill()
	listener, err := net.Listen("tcp", strings.TrimPrefix(s.url, "http://"))
	must(t, err)
	i := new(impostor)
	i.answer.Store(answer)
	i.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.requests.Add(1)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		i.answer.Load().(http.HandlerFunc)(w, r)
	}))
	i.Listener.Close()
	i.Listener = listener
	i.Start()
	t.Cleanup(i.leave)
	return i
}

func (i *impostor) leave() {
	i.CloseClientConnections()
	i.Close()
}

// respond returns a handler that answers with a page of HTML.
func respond(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		w.Write([]byte("<!doctype html><title>Hello</title><p>This is not an event stream."))
	}
}

func leadsToLogin(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/login" {
		respond(http.StatusOK)(w, r)
		return
	}
	http.Redirect(w, r, "/login", http.StatusFound)
}

func impostors(t *testing.T, r reader) {
	flags := []string{"-feed", "none", "-heartbeat", "3s", "-log", t.TempDir()}
	s := startServer(t, flags...)
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	i := s.replaceByImpostor(t, respond(http.StatusOK))
	var outage []entry
	for _, stage := range []struct {
		answer http.HandlerFunc
		cause  string
	}{
		{respond(http.StatusOK), "the server answers with text/html instead of events"},
		{respond(http.StatusServiceUnavailable), "the server answers 503"},
		{respond(http.StatusForbidden), "the server answers 403"},
		{leadsToLogin, "the server redirects to another page, perhaps to sign in"},
	} {
		i.answer.Store(stage.answer)
		if outage != nil {
			b.retry(t)
		}
		outage = append(outage, b.waitForWords(t, "reconnecting",
			"Reconnecting in SOME s, board as of CLOCK AGE; "+stage.cause)...)
	}
	i.leave()
	s = s.restart(t, flags...)
	s.publish(t, stateIs("I768", "landed"))
	b.retry(t)
	b.waitForBoard(t, s)
	s.mustResume(t, "true")
}

func stoppedAcrossARestart(t *testing.T, r reader) {
	flags := []string{"-feed", "none", "-heartbeat", "3s", "-log", t.TempDir()}
	s := startServer(t, flags...)
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	must(t, b.Click(soon(t), "#stop"))
	b.waitForWords(t, "stopped", "Stopped by you at CLOCK")
	before := b.rows(t)
	s.kill()
	s = s.restart(t, flags...)
	s.publish(t, stateIs("I768", "landed"), leaves("A123"))
	if after := b.rows(t); len(after) != len(before) || after[1] != before[1] {
		t.Errorf("while stopped the rows became %v, want %v", after, before)
	}
	must(t, b.Click(soon(t), "#stop"))
	entries := b.waitForWords(t, "live", "Live")
	for _, m := range entries[:len(entries)-1] { // it did not try to connect while it was stopped
		if m.Status == "reconnecting" && m.Retry {
			t.Errorf("after Resume the page shows %v, although the server is there", m)
		}
	}
	b.mustShow(t, s)
	s.mustResume(t, "true")
}

// longOutage sets the page's clock forward, which is like a sleep for the page: it tries at once, and shows its board's
// age.
func longOutage(t *testing.T, r reader) {
	flags := []string{"-feed", "none", "-heartbeat", "3s", "-log", t.TempDir()}
	s := startServer(t, flags...)
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	s.kill()
	b.waitForWords(t, "reconnecting", unreachable)
	must(t, b.Eval(soon(t), `void (window.ahead += 61_000)`, nil))
	b.waitForEntry(t, `m.Dimmed && m.Banner === '' && m.Line.includes('(1 min)')`)
	must(t, b.Eval(soon(t), `void (window.ahead += 240_000)`, nil))
	const banner = "No contact with the server since CLOCK. These flights may be out of date."
	escaped := strings.ReplaceAll(pattern(banner), `\`, `\\`)
	b.waitForEntry(t, `m.Dimmed && RegExp("`+escaped+`").test(m.Banner) && m.Line.includes('(5 min)')`)
	s = s.restart(t, flags...)
	s.publish(t, stateIs("I768", "landed"))
	b.retry(t)
	b.waitForEntry(t, `m.Status === 'live' && !m.Dimmed && m.Banner === '' && !m.Retry`)
	b.mustShow(t, s)
}

func silentFeed(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-silent", "6s", "-heartbeat", "3s")
	board1(t, s)
	b := r.open(t, s.url, browser.PageOptions{Preload: diary})
	const lamp = `m.Status === 'live' && m.Line === 'Live' && /^Feed .+ silent since \d\d:\d\d:\d\d$/.test(m.Feed)`
	b.waitForEntry(t, lamp)
	b.mustShow(t, s)
	s.publish(t, stateIs("I768", "landed"))
	b.waitForEntry(t, `m.Status === 'live' && m.Feed === ''`)
	b.waitForEntry(t, lamp)
	b.mustShow(t, s)
}
