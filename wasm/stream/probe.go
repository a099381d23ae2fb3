//go:build js && wasm

package stream

import (
	"strconv"
	"strings"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// A probe is a request for the status of the response, which EventSource does not expose. It ends when the head has
// arrived: the body would be another event stream. If parse is set, the probe is for a whole response.
type probe struct {
	controller          safejs.Value // an AbortController
	url                 string
	fulfilled, rejected safejs.Func
	answered            func(a follow.Answer, events safejs.Value)
	parse               safejs.Value  // boot.js's copy, which has the method events
	head                follow.Answer // of a response whose body is awaited
	blind               bool          // it is the second request, of which the browser shows nothing
	aborted             bool
}

// newProbe requests the URL. It calls f once with the answer, unless the probe is aborted before. Parse may be
// undefined.
func newProbe(url string, parse safejs.Value, f func(a follow.Answer, events safejs.Value)) (*probe, error) {
	var c dom.Caller
	p := &probe{controller: c.New(safejs.Global(), "AbortController"), url: url, parse: parse, answered: f}
	if err := c.Take(); err != nil {
		return nil, err
	}
	var err error
	if p.fulfilled, err = dom.Func(func(response safejs.Value) {
		switch {
		case p.blind:
			p.settle(follow.Answer{Hidden: true}, safejs.Value{})
			return
		case p.head.Status != 0: // it is the body's text
			p.complete(response)
			return
		}
		a, err := readHead(response)
		if err != nil {
			dom.Report(err)
		}
		if !p.parse.IsUndefined() && a.Status == 200 && a.Position != "" {
			p.head = a
			var c dom.Caller
			if c.Call(c.Call(response, "text"), "then", p.fulfilled, p.rejected); c.Take() == nil {
				return
			}
		}
		p.settle(a, safejs.Value{})
	}); err != nil {
		return nil, err
	}
	if p.rejected, err = dom.Func(func(safejs.Value) { p.fail() }); err != nil {
		p.fulfilled.Release()
		return nil, err
	}
	if err := p.request(map[string]any{"headers": map[string]any{"Accept": "text/event-stream"}}); err != nil {
		p.fulfilled.Release()
		p.rejected.Release()
		return nil, err
	}
	return p, nil
}

// request makes a request with these options of fetch's, and others.
func (p *probe) request(options map[string]any) error {
	var c dom.Caller
	options["cache"], options["signal"] = "no-store", c.Get(p.controller, "signal")
	if sendsCookies(&c) {
		options["credentials"] = "include"
	}
	promise := c.Call(safejs.Global(), "fetch", p.url, options)
	c.Call(promise, "then", p.fulfilled, p.rejected)
	return c.Take()
}

// fail is called when there is no answer, or none that the page may read: another origin that redirects, or wants the
// reader to sign in, fails like a server that is down. A request without CORS tells these apart.
func (p *probe) fail() {
	if !p.aborted && !p.blind && isElsewhere(p.url) {
		p.blind = true
		if err := p.request(map[string]any{"mode": "no-cors"}); err == nil {
			return
		}
	}
	p.settle(follow.Answer{}, safejs.Value{})
}

// complete takes the text of a whole response apart. An event without an ID has the one before it, so the last event
// tells whether there is one.
func (p *probe) complete(text safejs.Value) {
	var c dom.Caller
	events := c.Call(p.parse, "events", text)
	if n, _ := events.Length(); c.Err() == nil && n > 0 {
		p.head.News = c.Text(c.Get(c.Index(events, n-1), "lastEventId")) != ""
	}
	if err := c.Take(); err != nil {
		dom.Report(err)
		p.head.Status = 0
	}
	p.settle(p.head, events)
}

// isElsewhere reports whether an address is another origin's than the page's.
func isElsewhere(address string) bool {
	var c dom.Caller
	origin := c.Text(c.Get(resolve(&c, address), "origin"))
	return origin != c.Text(c.Get(c.Global("location"), "origin")) && c.Err() == nil
}

// isMixed reports whether an address is mixed content, which browsers block: http on a page that came by https, unless
// it is this machine's.
func isMixed(address string) bool {
	var c dom.Caller
	url := resolve(&c, address)
	mixed := c.Text(c.Get(c.Global("location"), "protocol")) == "https:" && c.Text(c.Get(url, "protocol")) == "http:"
	host := c.Text(c.Get(url, "hostname"))
	return mixed && c.Err() == nil && host != "localhost" && host != "[::1]" && !strings.HasPrefix(host, "127.")
}

// resolve returns the URL that an address on the page means.
func resolve(c *dom.Caller, address string) safejs.Value {
	return c.New(safejs.Global(), "URL", address, c.Get(c.Global("document"), "baseURI"))
}

// readHeader returns a header of a Response, "" if there is none.
func readHeader(c *dom.Caller, response safejs.Value, name string) string {
	value := c.Call(c.Get(response, "headers"), "get", name)
	if c.Err() != nil || value.IsNull() || value.IsUndefined() {
		return ""
	}
	return strings.TrimSpace(c.Text(value))
}

// readHead reads the head of a Response.
func readHead(response safejs.Value) (follow.Answer, error) {
	var c dom.Caller
	a := follow.Answer{Status: c.Int(c.Get(response, "status")), Moved: c.Truthy(c.Get(response, "redirected"))}
	a.Type, _, _ = strings.Cut(readHeader(&c, response, "Content-Type"), ";")
	a.Type = strings.ToLower(strings.TrimSpace(a.Type))
	a.Position = readHeader(&c, response, "Last-Event-ID")
	if at, ok := milliseconds(&c, readHeader(&c, response, "Date")); ok {
		a.Date = time.UnixMilli(at)
	}
	if after := readHeader(&c, response, "Retry-After"); after != "" { // seconds or, rarely, a date
		if seconds, err := strconv.Atoi(after); err == nil {
			a.Wait = time.Duration(min(max(seconds, 0), 1<<20)) * time.Second
		} else if at, ok := milliseconds(&c, after); ok {
			a.Wait = max(time.Until(time.UnixMilli(at)), 0)
		}
	}
	return a, c.Take()
}

// settle is called by one of the callbacks, in the end. So it may release both.
func (p *probe) settle(a follow.Answer, events safejs.Value) {
	p.fulfilled.Release()
	p.rejected.Release()
	if !p.aborted {
		p.abort()
		p.answered(a, events)
	}
}

// abort ends the request.
func (p *probe) abort() {
	p.aborted = true
	if _, err := p.controller.Call("abort"); err != nil {
		dom.Report(err)
	}
}
