package presets

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"flightboard/server/feed/poll/daytest"
)

// A day is a fake server of a preset's source.
type day struct {
	shape
	t      *testing.T
	random *rand.Rand
	zone   *time.Location
	legs   []*daytest.Leg
	calm   time.Time // there are no faults from then on

	moment  time.Time // of the last request
	rows    []flight  // that the answer of this moment has
	at      time.Time // of the rows
	fault   string    // of this moment
	faulty  int       // the request that has it
	asked   int       // requests at this moment
	omitted bool      // an answer before lacked rows

	requests, answers int
	faults            map[string]int
	token             string
	expires           time.Time
}

// A flight is a leg as it is at a moment.
type flight struct {
	*daytest.Leg
	daytest.Phase
}

// RoundTrip answers a request. Nothing goes over the network.
func (d *day) RoundTrip(r *http.Request) (*http.Response, error) {
	d.requests++
	if now := time.Now(); !now.Equal(d.moment) {
		d.look(now)
	}
	fault := ""
	if d.asked == d.faulty {
		fault = d.fault
	}
	if d.asked > 0 && d.omitted && (fault == "204" || fault == "404") {
		fault = "500" // it would be the end of the pages, for the second time
	}
	d.asked++
	if r.Method == http.MethodPost {
		return d.authorize(r), nil
	}
	if d.shape.token && (r.Header.Get("Authorization") != "Bearer "+d.token || time.Now().After(d.expires)) {
		return reply(r, 401, "{}", nil), nil
	}
	if fault != "" {
		if d.faults == nil {
			d.faults = make(map[string]int)
		}
		d.faults[fault]++
	}
	switch fault {
	case "500", "503":
		return reply(r, 500, "<h1>sorry", nil), nil
	case "204":
		d.omitted = d.omitted || d.asked > 1 // it is the end of the pages
		return reply(r, 204, "", nil), nil
	case "404":
		d.omitted = d.omitted || d.asked > 1
		return reply(r, 404, "{}", nil), nil
	case "429":
		return reply(r, 429, "", http.Header{"Retry-After": {"240"}}), nil
	case "html":
		return reply(r, 200, "<!doctype html><title>Maintenance</title>", http.Header{"Content-Type": {"text/html"}}), nil
	case "nothing":
		return reply(r, 200, "", nil), nil
	case "silence":
		<-r.Context().Done()
		return nil, r.Context().Err()
	case "revoked":
		d.token = ""
	}
	is, header := d.answer(d, r)
	if is == nil {
		d.t.Errorf("the server has no %s", r.URL)
		return reply(r, 404, "", nil), nil
	}
	body, ok := is.(string)
	if !ok {
		text, err := json.Marshal(is)
		if err != nil {
			return nil, err
		}
		body = string(text)
	}
	switch fault {
	case "half":
		return reply(r, 200, body[:len(body)/2], header), nil
	case "broken":
		half := reply(r, 200, "", header)
		half.Body = io.NopCloser(io.MultiReader(strings.NewReader(body[:len(body)/2]), broken{}))
		return half, nil
	}
	d.answers++
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(body)))
	if r.Header.Get("If-None-Match") == tag {
		return reply(r, 304, "", header), nil
	}
	if header == nil {
		header = make(http.Header)
	}
	header.Set("ETag", tag)
	return reply(r, 200, body, header), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func reply(r *http.Request, status int, body string, header http.Header) *http.Response {
	if header == nil {
		header = make(http.Header)
	}
	return &http.Response{StatusCode: status, Status: fmt.Sprint(status, " ", http.StatusText(status)), Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: -1,
		Body: io.NopCloser(strings.NewReader(body))}
}

// authorize gives out a token for an hour.
func (d *day) authorize(r *http.Request) *http.Response {
	d.token, d.expires = fmt.Sprint("token-", d.requests), time.Now().Add(time.Hour)
	if r.ParseForm(); r.Form.Get("grant_type") != "client_credentials" || r.Form.Get("client_secret") == "" {
		return reply(r, 400, "{}", nil)
	}
	return reply(r, 200, fmt.Sprintf(`{"access_token":%q,"expires_in":3600}`, d.token), nil)
}

// look lists the legs of a moment. All requests of that moment see the same.
func (d *day) look(now time.Time) {
	rows, at, failed := d.rows, d.at, d.fault != ""
	d.moment, d.at, d.asked, d.fault, d.rows = now, now, 0, "", nil
	for _, l := range d.legs {
		p, ok := l.Listed(now)
		if !ok {
			continue
		}
		d.rows = append(d.rows, flight{l, p})
	}
	slices.SortStableFunc(d.rows, func(a, b flight) int { return a.Sched.Compare(b.Sched) })
	listed, omitted := len(d.rows), d.omitted
	if now.Before(d.calm) {
		faults := []string{"500", "204", "404", "429", "html", "nothing", "silence", "half", "broken", "revoked"}
		switch n := d.random.IntN(120); {
		case n < len(faults):
			d.fault, d.faulty = faults[n], d.random.IntN(3)
			return
		case n == 20 && !omitted:
			d.rows = d.rows[:len(d.rows)/3]
		case n < 30 && !omitted && len(d.rows) > 0:
			i := d.random.IntN(len(d.rows))
			d.rows = slices.Delete(d.rows, i, i+1)
		case n < 35 && !omitted && d.stamped && !failed:
			d.rows, d.at, d.omitted = rows, at, true // a cache has the answer before
			return
		case n < 50:
			d.rows = append(d.rows, d.rows[:len(d.rows)/5]...)
		}
	}
	d.omitted = len(d.rows) < listed
}

// text writes a time of the airport's clock; nil: there is none.
func (d *day) text(at time.Time, layout string) any {
	if at.IsZero() {
		return nil
	}
	return at.In(d.zone).Format(layout)
}

// utc writes a time in UTC; nil: there is none.
func utc(at time.Time, layout string) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(layout)
}

// first returns the first time that there is.
func first(times ...time.Time) time.Time {
	for _, at := range times {
		if !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}
