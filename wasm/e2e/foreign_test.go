package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// foreignServer is an event stream of another application: it opens at once and sends the events of the test. It sends
// a comment first, because Firefox opens a stream only after its first bytes.
func foreignServer(t *testing.T) (url string, send chan<- string) {
	t.Helper()
	events := make(chan string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		fmt.Fprint(w, ": welcome\n\n")
		for {
			w.(http.Flusher).Flush()
			select {
			case event := <-events:
				fmt.Fprint(w, event)
			case <-r.Context().Done():
				return
			}
		}
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL + "/sse", events
}

const (
	nothingYet = "Connected, waiting for an update, board as loaded with the page"
	foreign    = "Connected, but this server sends nothing about these flights, board as loaded with the page"
)

// The six rows in the page are samples until the server has sent an event about them.
func TestAStreamThatIsNotAboutFlightsIsNoBoard(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		url, send := foreignServer(t)
		b := r.open(t, staticHost(t, url).URL, browser.PageOptions{Preload: diary})
		entries := b.waitForWords(t, "connecting", nothingYet)
		send <- "data: Hello, client! This is a test message.\n\n"
		entries = append(entries, b.waitForWords(t, "foreign", foreign)...)
		if last := entries[len(entries)-1]; !last.Dimmed {
			t.Errorf("rows that are not the server's look live: %v", last)
		}
		if rows := b.rows(t); len(rows) != 6 {
			t.Errorf("the page shows %v, want the six flights that it brings", rows)
		}
		send <- "data: Random number: 42\n\n"
		send <- "event: heartbeat\ndata: {\"time\":\"2026-11-20T15:04:05Z\"}\n\n"
		send <- "data: {\"symbol\":\"XYZ\",\"price\":12.5}\n\n"
		send <- "data: {\"id\":\"17\",\"state\":\"open\"}\n\n"
		send <- "event: flightStateUpdate\ndata: {\"flight\":\"XX9\",\"state\":\"landed\"}\n\n"
		send <- "event: flightStateUpdate\ndata: {\"flight\":\"I768\",\"state\":\"landing\"}\n\n"
		entries = append(entries, b.waitForEntry(t, `m.Status === 'live' && m.Line === 'Live' && !m.Dimmed`)...)
		mustNotBeLive(t, entries)
		b.waitForState(t, "I768", "landing")
	})
}

// A page of HTML that is served as an event stream opens, sends no event, and ends.
func TestAPageOfHTMLThatIsServedAsAnEventStreamIsNoBoard(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			w.Header().Set("Access-Control-Allow-Origin", "*")
			fmt.Fprint(w, "<!doctype html>\n<title>Hello</title>\n\n<p>data: none\n\n")
		}))
		t.Cleanup(s.Close)
		b := r.open(t, staticHost(t, s.URL+"/events").URL, browser.PageOptions{Preload: diary})
		var entries []entry
		for range 2 {
			entries = append(entries, b.waitForEntry(t, `m.Status === 'reconnecting' && `+
				`m.Line === "Reconnecting, no board yet; the server ends the stream without having sent anything"`)...)
			entries = append(entries, b.waitForWords(t, "connecting", "Connected, waiting for an update, no board yet")...)
		}
		mustNotBeLive(t, entries)
	})
}
