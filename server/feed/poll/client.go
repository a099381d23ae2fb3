package poll

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"flightboard/server/feed/source"
)

const (
	maxBytes     = 64 << 20         // of all responses of an answer together, decompressed
	maxTime      = 30 * time.Second // of a response with its body
	maxPages     = 200              // of an answer, whatever the source says
	maxRedirects = 5
)

// A client asks a source, one answer at a time. It is not safe for concurrent use.
type client struct {
	source source.Source
	about  source.About
	http   http.Client
	agent  string
	cache  cache
	token  token
	quota  quota
	clean  cleaner
}

// An answer is what a source has said at a moment.
type answer struct {
	source.Answer
	at       time.Time
	nothing  string        // the status of a response that means that there are no flights now; "": there is none
	fresh    time.Duration // how long the answer stays as it is, as the source says
	requests int           // that it took
}

func newClient(s source.Source, o Options) *client {
	c := &client{source: s, about: s.About(), agent: agent(o.Contact)}
	if o.Client != nil {
		c.http = *o.Client
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http.Jar, c.http.Timeout = nil, 0
	c.token.Token = c.about.Token
	c.quota.Quota = c.about.Quota
	return c
}

// ask asks for one answer. It blocks until all responses are read or ctx is done. The error is a [*trouble], and has no
// secrets.
func (c *client) ask(ctx context.Context) (a answer, err error) {
	defer func() { err = c.clean.trouble(err) }()
	requests, err := c.source.Requests(time.Now())
	if err != nil {
		return a, &trouble{kind: "request", err: err, rarely: true}
	}
	c.cache.begin()
	before := c.quota.used
	var responses []*source.Response
	room, pages := int64(maxBytes), 0
	for i := range requests {
		c.clean.learn(&requests[i])
		secrets := true
		for page := &requests[i]; page != nil; {
			if pages++; pages > maxPages {
				return a, &trouble{kind: "pages", err: fmt.Errorf("the answer has more than %d pages", maxPages)}
			}
			got, err := c.get(ctx, page, secrets, &room)
			a.requests = c.quota.used - before
			if err != nil {
				return a, err
			}
			a.fresh = max(a.fresh, got.fresh)
			if got.response == nil && page == &requests[i] {
				a.nothing = got.status
			}
			if got.response == nil { // or there are no more pages
				break
			}
			responses = append(responses, got.response)
			next, err := c.source.Next(got.response)
			if err != nil {
				return a, &trouble{kind: "answer", err: err}
			}
			if next != nil {
				secrets = secrets && sameHost(page.URL, next.URL)
				if page.URL.Scheme == "https" && next.URL.Scheme != "https" && hasSecrets(&requests[i]) {
					return a, &trouble{kind: "redirect", err: errDowngrade}
				}
			}
			page = next
		}
	}
	a.at = time.Now()
	if len(responses) > 0 {
		if a.Answer, err = c.source.Read(a.at, responses); err != nil {
			return a, &trouble{kind: "answer", err: err}
		}
		c.clean.answer(&a.Answer)
	}
	c.cache.end()
	return a, nil
}

// A got is what one request has brought.
type got struct {
	response *source.Response // nil: there are no flights now
	status   string           // of the response, if it is nil
	fresh    time.Duration
}

// get sends a request, follows its redirects, and reads the response. secrets tells whether the request's host may
// have the source's secrets. room is how many bytes of responses may come.
func (c *client) get(ctx context.Context, r *source.Request, secrets bool, room *int64) (got, error) {
	private := secrets && c.about.Token != nil
	for again := false; ; again = true {
		bearer := ""
		if private {
			var err error
			if bearer, err = c.bearer(ctx); err != nil {
				return got{}, err
			}
		}
		one, err := c.exchange(ctx, r, secrets, bearer, room)
		t, _ := errors.AsType[*trouble](err)
		if private && !again && t != nil && t.status == http.StatusUnauthorized {
			c.token.forget() // it may have been withdrawn before its time
			continue
		}
		return one, err
	}
}

// exchange is get with one token.
func (c *client) exchange(
	ctx context.Context, r *source.Request, secrets bool, bearer string, room *int64,
) (got, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, maxTime, errSlow)
	defer cancel()
	h := newHop(r, secrets, bearer)
	have := c.cache.get(r)
	for redirects := 0; ; redirects++ {
		request, err := h.request(ctx, c.agent)
		if err != nil {
			return got{}, &trouble{kind: "request", err: err, rarely: true}
		}
		have.condition(request.Header)
		c.quota.take(time.Now())
		response, err := c.http.Do(request)
		if err != nil {
			return got{}, networkTrouble(ctx, h.url, err)
		}
		if isRedirect(response) {
			response.Body.Close()
			if redirects == maxRedirects {
				err := fmt.Errorf("%s redirects more than %d times", address(r.URL), maxRedirects)
				return got{}, &trouble{kind: "redirect", err: err}
			}
			if err := h.follow(response); err != nil {
				return got{}, &trouble{kind: "redirect", err: fmt.Errorf("%s: %w", address(h.url), err)}
			}
			continue
		}
		defer response.Body.Close()
		return c.read(ctx, r, h, have, response, room)
	}
}

// read reads a response that is no redirect.
func (c *client) read(
	ctx context.Context, r *source.Request, h *hop, have *cached, response *http.Response, room *int64,
) (got, error) {
	one := got{fresh: freshness(response.Header, time.Now())}
	switch response.StatusCode {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		body, err := readBody(response, room)
		if err != nil {
			return got{}, networkTrouble(ctx, h.url, err)
		}
		one.response = &source.Response{Request: r, Header: response.Header, Body: body}
		c.cache.put(r, one.response)
		return one, nil
	case http.StatusNotModified:
		if have == nil {
			err := fmt.Errorf("%s answers 304 Not Modified to a request without a condition", address(h.url))
			return got{}, &trouble{kind: "status", err: err}
		}
		c.cache.keep(r, have)
		one.response = have.response
		return one, nil
	case http.StatusNoContent, http.StatusNotFound:
		one.status = statusText(response)
		return one, nil
	}
	return got{}, c.statusTrouble(h.url, response)
}
