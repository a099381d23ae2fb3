package mapping

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"flightboard/server/feed/source"
)

func TestPlaceholders(t *testing.T) {
	now := time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC) // the 21st in Frankfurt
	for text, want := range map[string]string{
		"/{airport}/{icao}":                        "/FRA/EDDF",
		"/{date}/{date-1}/{date+1}":                "/2026-11-21/2026-11-20/2026-11-22",
		"/{date:02.01.2006}":                       "/21.11.2026",
		"/?t={now}":                                "/?t=2026-11-21T00%3A30%3A00%2B01%3A00",
		"/{now-2h:2006-01-02T15:04}":               "/2026-11-20T22:30",
		"/?a={utc-2h:2006-01-02T15:04:05Z}":        "/?a=2026-11-20T21%3A30%3A00Z",
		"/?b={unix-36h}&e={unix}":                  "/?b=1795087800&e=1795217400",
		"/{now:15 04}?{now:15 04}":                 "/00%2030?00+30",
		"/?$format=JSON&q={{x}}":                   "/?$format=JSON&q={x}",
		"/?filters=%7B%22CHAORD%22%3A%22A%22%7D&x": "/?filters=%7B%22CHAORD%22%3A%22A%22%7D&x",
	} {
		file := fmt.Sprintf(`{"url": %q, "airport": "FRA", "flight": "n"}`, "https://example.org"+text)
		m, err := Parse("f", []byte(file), Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		requests, err := m.Requests(now)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimPrefix(requests[0].URL.String(), "https://example.org"); got != want {
			t.Errorf("%s = %s, want %s", text, got, want)
		}
	}
}

// Clocks change in the day between: {date-1} counts days, and not 24 hours.
func TestDaysOfThePlaceholders(t *testing.T) {
	m := parse(t, `"flight": "n", "query": {"d": "{date-1} {date} {date+1}"}`)
	for at, want := range map[string]string{
		"2026-10-25T22:30:00Z": "2026-10-24 2026-10-25 2026-10-26",
		"2026-03-29T21:30:00Z": "2026-03-28 2026-03-29 2026-03-30",
		"2026-10-24T22:10:00Z": "2026-10-24 2026-10-25 2026-10-26",
	} {
		now, _ := time.Parse(time.RFC3339, at)
		requests, err := m.Requests(now)
		if err != nil {
			t.Fatal(err)
		}
		if got := requests[0].URL.Query().Get("d"); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestKeysAreSecret(t *testing.T) {
	keys := map[string]string{"KEY": "s3cret", "USER": "me"}
	text := `{"url": "https://example.org/?a=1", "airport": "FRA", "flight": "n",
		"headers": {"X-Key": "Bearer $KEY", "Accept": "a/b", "X-Price": "5$$"},
		"query": {"token": "$USER:$KEY", "date": "{date}"}, "body": "{\"q\": {\"d\": \"{date}\"}}",
		"token": {"url": "https://example.org/token", "id": "$USER", "secret": "$SECRET"}}`
	environ := func(name string) (string, bool) { v, ok := keys[name]; return v, ok }
	m, err := Parse("f", []byte(text), Options{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(m.About().Keys, " "); got != "KEY USER SECRET" {
		t.Errorf("Keys = %s", got)
	}
	_, err = m.Requests(noon)
	if err == nil || err.Error() != "the variable SECRET of the environment is empty: token needs the key in it" {
		t.Errorf("without a key: %v", err)
	}
	keys["SECRET"] = "x"
	requests, err := m.Requests(noon)
	if err != nil {
		t.Fatal(err)
	}
	r := requests[0]
	open := fmt.Sprint(r.URL, r.Header, r.Body)
	want := `https://example.org/?a=1&date=2026-11-20 map[Accept:[a/b] Content-Type:[application/json] X-Price:[5$]]` +
		`{"q": {"d": "2026-11-20"}}`
	if open != want {
		t.Errorf("open: %s\nwant  %s", open, want)
	}
	if secret := fmt.Sprint(r.Secret, r.Query); secret != "map[X-Key:[Bearer s3cret]] map[token:[me:s3cret]]" {
		t.Errorf("secret: %s", secret)
	}
	delete(keys, "KEY")
	_, err = m.Requests(noon)
	if err == nil || !strings.Contains(err.Error(), "KEY of the environment is empty: headers.X-Key") {
		t.Errorf("without a key: %v", err)
	}
}

// pages follows Next through the pages of a source, at most ten, and returns the addresses.
func pages(t *testing.T, m *Mapping, bodies map[string]string) (all []string, responses []*source.Response) {
	t.Helper()
	requests, err := m.Requests(noon)
	if err != nil {
		t.Fatal(err)
	}
	for r := &requests[0]; r != nil && len(all) < 10; {
		if len(r.Secret) == 0 {
			t.Errorf("%s has no key", r.URL)
		}
		all = append(all, strings.TrimPrefix(r.URL.String(), "https://example.org"))
		responses = append(responses, &source.Response{Request: r, Body: []byte(bodies[r.URL.RequestURI()])})
		if r, err = m.Next(responses[len(responses)-1]); err != nil {
			t.Fatal(err)
		}
	}
	return all, responses
}

func TestPages(t *testing.T) {
	const head = `{"url": "https://example.org/a?x=1", "airport": "FRA", "flight": "n", "list": "data",
		"headers": {"K": "$K"}, `
	row := func(n, more string) string { return `{"data": [{"n": "` + n + `", "at": "t` + n + `"}]` + more + `}` }
	for _, test := range []struct {
		name, next string
		bodies     map[string]string
		want       string
	}{
		{"a link", `"next": "links.next"`, map[string]string{
			"/a?x=1":      row("1", `, "links": {"next": "/a?cursor=2"}`),
			"/a?cursor=2": row("2", `, "links": {"next": "https://example.org/b"}`),
			"/b":          row("3", `, "links": {"next": null}`)}, "/a?x=1 /a?cursor=2 /b"},
		{"a link to itself", `"next": "next"`, map[string]string{"/a?x=1": row("1", `, "next": "?x=1"`)}, "/a?x=1"},
		{"an offset", `"next": {"offset": "+100"}`, map[string]string{
			"/a?x=1": row("1", ""), "/a?offset=100&x=1": row("2", ""), "/a?offset=200&x=1": `{"data": []}`},
			"/a?x=1 /a?offset=100&x=1 /a?offset=200&x=1"},
		{"a page", `"next": {"x": "+1"}`, map[string]string{"/a?x=1": row("1", ""), "/a?x=2": `{"data": []}`},
			"/a?x=1 /a?x=2"},
		{"a cursor", `"next": {"after": "data[-1].at", "id": "data[-1].n"}`, map[string]string{
			"/a?x=1": row("1", ""), "/a?after=t1&id=1&x=1": row("2", ""), "/a?after=t2&id=2&x=1": row("2", "")},
			"/a?x=1 /a?after=t1&id=1&x=1 /a?after=t2&id=2&x=1"},
		{"the most pages", `"pages": 2, "next": {"x": "+1"}`,
			map[string]string{"/a?x=1": row("1", ""), "/a?x=2": row("2", "")},
			"/a?x=1 /a?x=2 partial"},
		{"204 in the middle", `"next": {"x": "+1"}`, map[string]string{"/a?x=1": row("1", "")}, "/a?x=1 /a?x=2"},
	} {
		m, err := Parse("f", []byte(head+test.next+"}"), Options{Environ: func(string) (string, bool) { return "k", true }})
		if err != nil {
			t.Fatal(err)
		}
		all, responses := pages(t, m, test.bodies)
		got := strings.Join(all, " ")
		if last := responses[len(responses)-1]; len(last.Body) == 0 {
			responses = responses[:len(responses)-1]
		}
		answer, err := m.Read(noon, responses)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if answer.Partial {
			got += " partial"
		}
		if got != test.want || answer.Partial != (len(answer.Complaints) == 1) {
			t.Errorf("%s: %s, want %s; %v", test.name, got, test.want, answer.Complaints)
		}
	}
}

func TestPagesOfTheHeaderLink(t *testing.T) {
	m := parse(t, `"flight": "n", "next": "header Link"`)
	address := &url.URL{Scheme: "https", Host: "example.org", Path: "/a"}
	this := &source.Request{URL: address, Secret: http.Header{"K": {"k"}}}
	for header, want := range map[string]string{
		`<https://example.org/a>; rel="first", <https://example.org/a?page=1>; rel="next"`: "https://example.org/a?page=1 k",
		`<?page=1>; rel=next; title="x"`:                         "https://example.org/a?page=1 k",
		`<https://example.org/a?page=9>; rel="prev"`:             "none",
		`<https://other.example/a?page=1>; rel="next"`:           "https://other.example/a?page=1 ", // without the key
		`<http://example.org/a?page=1>; rel="next"`:              "http://example.org/a?page=1 ",
		`<https://example.org/a>; rel="next"`:                    "none",
		`<file:///etc/passwd>; rel="next"`:                       `next: "file:///etc/passwd" is not an address of the web`,
		`<a>; rel="prev", <b>; rel="last next", <c>; rel="next"`: "https://example.org/b k",
		`rel="next"`: "none", `<`: "none", ``: "none",
	} {
		next, err := m.Next(&source.Response{Request: this, Header: http.Header{"Link": {header}}, Body: []byte("{}")})
		got := "none"
		switch {
		case err != nil:
			got = err.Error()
		case next != nil:
			got = next.URL.String() + " " + next.Secret.Get("K")
			if next.Page != 1 {
				t.Errorf("%s: page %d", header, next.Page)
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
}
