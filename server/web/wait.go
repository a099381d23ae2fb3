package web

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web/fanout"
)

// mostWait is the longest time that a request may wait. It is shorter than the time-outs of most proxies.
const mostWait = time.Minute

// waitOf returns how long a request may wait for events. waiting is false if it asks for a stream.
func waitOf(query url.Values) (longest time.Duration, waiting bool, err error) {
	values, waiting := query["wait"]
	if !waiting {
		return 0, false, nil
	}
	longest, err = time.ParseDuration(values[0])
	if err != nil || longest < 0 || longest > mostWait {
		return 0, true, fmt.Errorf("wait=%.40q is not a duration from 0s to 1m, such as 25s", values[0])
	}
	return longest, true, nil
}

// wait answers a request with the events that follow its position, as soon as there are any, and otherwise with a
// heartbeat when the time is over or the server drains. The answer is complete and its length is known, so it passes
// proxies that hold back the parts of a stream.
//
// Viewers that poll arrive again and again, so only those without a position are logged.
func (s *streamHandler) wait(w http.ResponseWriter, r *http.Request, cursor eventlog.Cursor, longest time.Duration) {
	if cursor.Fresh() {
		s.logger.Info("viewer polls", "viewer", r.RemoteAddr, "resumed", false, "request", requestID(r))
	}
	s.arrived(cursor.Fresh())
	cursor.Short()
	to := http.NewResponseController(w)
	to.SetWriteDeadline(time.Time{}) // of the request before on this connection: it would pass meanwhile
	over := time.NewTimer(longest)
	defer over.Stop()
	closing, leave := s.closing, (<-chan time.Time)(nil)
	expired, stop := expiry(r)
	defer stop()
	for waited := false; ; waited = true {
		found, wake := s.answers.find(cursor, waited)
		if found.events > 0 {
			if found.size > piece {
				fanout.LimitUnsent(r.Context(), unsent)
			}
			found.send(w, to)
			s.log.Worked(loopWork)
			s.measures.polled(pollNews, cursor.Form(), found)
			return
		}
		select {
		case <-wake:
			continue
		case <-closing:
			closing, leave = nil, time.After(rand.N(s.within))
			continue
		case <-leave:
			w.Header().Set("Connection", "close")
		case <-over.C:
		case <-expired.Done(): // the next answer is 401
		case <-r.Context().Done():
			s.measures.polls.Add(pollLeft)
			return
		}
		nothing := s.nothing(cursor)
		nothing.send(w, to)
		s.measures.polled(pollNothing, cursor.Form(), nothing)
		return
	}
}

// nothing returns the answer without news. Its reconnection time is random, so it is not shared.
func (s *streamHandler) nothing(cursor eventlog.Cursor) *answer {
	text := append(s.greeting(), s.heartbeat.withoutDescription(time.Now())...)
	a := &answer{at: cursor.Position()}
	a.add(cursor.Wrap(text))
	a.add(cursor.Finish())
	return a
}

// send writes the answer. The header with its position is for clients that compare it with a stream's.
func (a *answer) send(w http.ResponseWriter, to *http.ResponseController) {
	h := w.Header()
	h.Set("Last-Event-ID", a.at.String())
	h.Set("Content-Length", strconv.Itoa(a.size))
	p := &paced{w, to}
	defer p.renew() // for the bytes that net/http writes afterwards
	for _, part := range a.parts {
		if _, err := p.Write(part); err != nil {
			return
		}
	}
}
