package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// The tutorial has a server in Node and a page in React. The tests replace both by programs that send and receive the
// same bytes, and each must work with our page or server.

// tutorialServer answers like the tutorial's server, only faster: the address must be /events and
// nothing more, not even a query; nothing is sent, not even headers, before the first event; there
// is no snapshot, no heartbeat and no end; every connection plays the whole script from ID 1, with any
// last event ID.
func tutorialServer(t *testing.T, pause time.Duration) *httptest.Server {
	t.Helper()
	script := []string{
		"id: 1\nevent: flightStateUpdate\ndata: {\"flight\": \"I768\", \"state\": \"landing\"}\n\n",
		"id: 2\nevent: flightStateUpdate\ndata: {\"flight\": \"I768\", \"state\": \"landed\"}\n\n",
		"id: 3\nevent: flightRemoval\ndata: {\"flight\": \"I768\"}\n\n",
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.EqualFold(r.RequestURI, "/events") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		for _, event := range script {
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			}
			fmt.Fprint(w, event)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func TestThePageWorksWithTheTutorialsServer(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := tutorialServer(t, time.Second)
		b := r.open(t, staticHost(t, s.URL+"/events").URL, browser.PageOptions{})
		if rows := b.rows(t); len(rows) != 6 {
			t.Errorf("the page begins with %v, want the six flights that it brings", rows)
		}
		b.waitForState(t, "I768", "landing")
		b.waitForStatus(t, "live")
		b.waitForState(t, "I768", "landed")
		b.waitForState(t, "I768", "")
		if rows := b.rows(t); len(rows) != 5 {
			t.Errorf("the page ends with %v, want the five other flights", rows)
		}
	})
}

// The server does not allow the page's origin to send Last-Event-ID, and answers 404 to an address with a query. The
// polyfill then requests the bare address.
func TestThePageReturnsToTheTutorialsServer(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := tutorialServer(t, time.Second)
		b := r.open(t, staticHost(t, s.URL+"/events").URL, browser.PageOptions{Preload: diary})
		b.waitForEntry(t, `m.Status === 'live'`)
		b.waitForState(t, "I768", "")
		s.CloseClientConnections()
		b.waitForEntry(t, `m.Status === 'reconnecting'`)
		b.waitForEntry(t, `m.Status === 'live'`)
	})
}

// tutorialPage listens as the tutorial's page does: it brings its own six rows, knows three event
// types, and closes on closedConnection.
const tutorialPage = `<!doctype html><meta charset=utf-8><table id=flights><tbody>
<tr data-flight=A123><td data-col=state><tr data-flight=D654><td data-col=state>
<tr data-flight=U213><td data-col=state><tr data-flight=A987><td data-col=state>
<tr data-flight=I768><td data-col=state><tr data-flight=G119><td data-col=state>
</table><p id=status data-status=open><script>
  const row = event => document.querySelector('tr[data-flight=' + JSON.parse(event.data).flight + ']')
  const source = new EventSource('%s/events')
  source.addEventListener('flightStateUpdate', event => {
    row(event).cells[0].textContent = JSON.parse(event.data).state
  })
  source.addEventListener('flightRemoval', event => row(event).remove())
  source.addEventListener('closedConnection', () => {
    source.close()
    document.querySelector('#status').dataset.status = 'ended'
  })
</script>`

func TestTheTutorialsPageWorksWithOurServer(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "tutorial")
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, tutorialPage, s.url)
		}))
		t.Cleanup(host.Close)
		b := r.open(t, host.URL, browser.PageOptions{})
		b.waitForState(t, "I768", "landing")
		b.waitForState(t, "I768", "landed")
		b.waitForState(t, "I768", "")
		b.waitForStatus(t, "ended")
		b.waitFor(t, `document.querySelectorAll('tr').length === 5`)
	})
}
