package web

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"flightboard/server/eventstream"
	"flightboard/server/metrics"
	"flightboard/server/web/fanout"
)

// A refuser answers requests that a limit refuses. It counts them by reason, and logs them.
type refuser struct {
	counts *metrics.Counts
	log    *refusals
}

// errTooFast is the reason for which a request is refused. For those of viewers see admission.
var errTooFast = errors.New("too many requests from your address")

// refuse answers a request that would be answered at another time.
func (f *refuser) refuse(w http.ResponseWriter, r *http.Request, reason error, wait time.Duration) {
	f.counts.Add(nameOf(reason))
	f.log.add(nameOf(reason), r)
	status := http.StatusServiceUnavailable
	if reason == errFullEach || reason == errTooFast {
		status = http.StatusTooManyRequests
	}
	h := w.Header()
	if reason == fanout.ErrClosing || reason == errTooFast && r.ProtoMajor >= 2 { // or rapid resets would go on
		h.Set("Connection", "close")
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	h.Set("Retry-After", strconv.Itoa(seconds))
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Expose-Headers", "ETag, Last-Event-ID, Retry-After")
	}
	h.Set("Cache-Control", "no-store")
	if !isEventSource(r) {
		http.Error(w, reason.Error(), status)
		return
	}
	h.Set("Content-Type", "text/event-stream")
	w.Write(refusalEvent(status, reason, seconds))
}

// refuseViewer refuses a viewer. The time after which it may return is random, so that such viewers do not return
// together.
func (f *refuser) refuseViewer(w http.ResponseWriter, r *http.Request, reason error) {
	f.refuse(w, r, reason, 5*time.Second+rand.N(10*time.Second))
}

// isEventSource reports whether an EventSource has sent the request, which would give up for ever after any status but
// 200 (HTML, 9.2.3). Those, and few other clients, accept nothing else.
func isEventSource(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Accept") == "text/event-stream" && !r.URL.Query().Has("wait")
}

// refusalEvent returns a whole stream: the time after which an EventSource reconnects, and an event with the status
// that other clients get, for the page. It has no ID, so the viewer's last event ID stays.
func refusalEvent(status int, reason error, seconds int) []byte {
	data, err := json.Marshal(struct {
		Status int    `json:"status"`
		Reason string `json:"reason"`
		Error  string `json:"error"`
		Wait   int    `json:"wait"` // seconds
	}{status, nameOf(reason), reason.Error(), seconds})
	if err != nil {
		panic("web: a refusal cannot be encoded: " + err.Error())
	}
	event := eventstream.Event{Type: "refusal", Data: data, Retry: time.Duration(seconds) * time.Second}
	text, err := event.AppendText(nil)
	if err != nil {
		panic("web: a refusal cannot be encoded: " + err.Error())
	}
	return text
}
