package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/web"
)

// A last event ID may be any text. Whatever it is, in the header or in the query, and whatever else is in the query:
// the answer is 200 or, at the end of a feed, 204; a position of the log resumes exactly, anything else gets the board;
// and nothing of the text comes back.
func FuzzLastEventID(f *testing.F) {
	for _, id := range []string{"", "0", "-1", "+1", "01", "1", "#0", "#1", "#2", "#3", "#4", "#5", "#6",
		"18446744073709551615", "18446744073709551616", "1e3", "0x10", " #2", "#2 ", "#2,#3", "٣", "null", "\x00", "\xff",
		"a\r\nSet-Cookie: b=c",
		"a\nevent: closedConnection\ndata:\n\n", "%00", "#2&lastEventId=#3", "#2;x", strings.Repeat("9", 10_000)} {
		for _, ended := range []bool{false, true} {
			f.Add(id, "", "", ended)
			f.Add("", id, "", ended)
			f.Add("#1", id, id, ended)
			f.Add(id, "#1", "x=%zz&lastEventId=%", ended)
		}
	}
	f.Fuzz(func(t *testing.T, header, query, rest string, ended bool) {
		log := eventlog.New(eventlog.Options{})
		var positions []string
		for n := range 5 {
			positions = append(positions, logtest.Append(t, log, logtest.Addition(n)).String())
		}
		if ended {
			at, err := log.End(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			positions = append(positions, at.String())
		}
		place := func(text string) string { // #2 stands for a position of the log
			for i, position := range positions {
				text = strings.ReplaceAll(text, "#"+string(rune('0'+i)), position)
			}
			return text
		}
		header, query = place(header), place(query)
		left, leave := context.WithCancel(t.Context())
		leave() // after what there is; the stream itself has no end
		r := httptest.NewRequestWithContext(left, "GET", "http://localhost/events", nil)
		r.URL.RawQuery = "lastEventId=" + url.QueryEscape(query) + "&" + rest
		if q := r.URL.Query(); q.Has("batch") || q.Has("wait") {
			return // other forms of the stream
		}
		if header != "" {
			r.Header.Set("Last-Event-ID", header)
		}
		w := httptest.NewRecorder()
		web.New(log, web.Options{AllowOrigin: []string{"*"}}).ServeHTTP(w, r)

		id := header
		if id == "" {
			id = query
		}
		from := slices.Index(positions, id)
		if over := ended && from == len(positions)-1; over {
			if w.Code != http.StatusNoContent || w.Body.Len() > 0 {
				t.Errorf("%q, the end: %d %q, want 204", id, w.Code, w.Body)
			}
			return
		}
		if w.Code != http.StatusOK {
			t.Fatalf("%q: %d, want 200", id, w.Code)
		}
		checkHeaders(t, w.Header())
		var got []string // the events' types, or their IDs where records are sent again
		for e, err := range eventstream.Read(w.Body) {
			switch {
			case err != nil:
				t.Fatalf("%q: the stream cannot be read: %v", id, err)
			case e.Type == "flightBoard":
			case e.Type == "flightAddition":
				got = append(got, e.ID)
			default:
				got = append(got, e.Type)
			}
		}
		want := []string{"flightSnapshot"}
		if from >= 0 {
			want = positions[from+1 : 5]
		}
		if ended {
			want = append(slices.Clone(want), "closedConnection")
		}
		if from >= 0 && !slices.Equal(got, want) || from < 0 && (len(got) == 0 || got[0] != want[0]) {
			t.Errorf("%q of %q: the stream is %q, want %q", id, positions, got, want)
		}
	})
}

// checkHeaders fails when the answer holds a header that a stream has not, or one that is more than a line.
func checkHeaders(t *testing.T, h http.Header) {
	t.Helper()
	want := map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform",
		"X-Accel-Buffering": "no", "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*",
		"Access-Control-Expose-Headers": "ETag, Last-Event-ID", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "no-referrer", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Cross-Origin-Resource-Policy": "cross-origin",
		"Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), " +
			"magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"}
	for name, values := range h {
		if len(values) != 1 || values[0] != want[name] {
			t.Errorf("the answer has %s: %q, want %q", name, values, want[name])
		}
	}
}
