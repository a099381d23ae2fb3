//go:build js && wasm

package stream

import (
	"strings"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// A probe is a request for the status of the response, which EventSource does not expose. It ends when the head has
// arrived: the body would be another event stream.
type probe struct {
	controller          safejs.Value // an AbortController
	fulfilled, rejected safejs.Func
	aborted             bool
}

// newProbe requests the URL. It calls f once with the answer, unless the probe is aborted before.
func newProbe(url string, f func(follow.Answer)) (*probe, error) {
	var c dom.Caller
	p := &probe{controller: c.New(safejs.Global(), "AbortController")}
	if err := c.Take(); err != nil {
		return nil, err
	}
	var err error
	if p.fulfilled, err = dom.Func(func(response safejs.Value) {
		a, err := readHead(response)
		if err != nil {
			dom.Report(err)
		}
		p.settle(f, a)
	}); err != nil {
		return nil, err
	}
	if p.rejected, err = dom.Func(func(safejs.Value) { p.settle(f, follow.Answer{}) }); err != nil {
		p.fulfilled.Release()
		return nil, err
	}
	promise := c.Call(safejs.Global(), "fetch", url, map[string]any{
		"headers": map[string]any{"Accept": "text/event-stream"},
		"cache":   "no-store",
		"signal":  c.Get(p.controller, "signal"),
	})
	c.Call(promise, "then", p.fulfilled, p.rejected)
	if err := c.Take(); err != nil {
		p.fulfilled.Release()
		p.rejected.Release()
		return nil, err
	}
	return p, nil
}

// readHead reads the head of a Response.
func readHead(response safejs.Value) (follow.Answer, error) {
	var c dom.Caller
	a := follow.Answer{Status: c.Int(c.Get(response, "status")), Moved: c.Truthy(c.Get(response, "redirected"))}
	if contentType := c.Call(c.Get(response, "headers"), "get", "Content-Type"); c.Err() == nil && !contentType.IsNull() {
		a.Type, _, _ = strings.Cut(c.Text(contentType), ";")
		a.Type = strings.ToLower(strings.TrimSpace(a.Type))
	}
	return a, c.Take()
}

// settle is called by exactly one of the two callbacks, in the end. So it may release both.
func (p *probe) settle(f func(follow.Answer), a follow.Answer) {
	p.fulfilled.Release()
	p.rejected.Release()
	if !p.aborted {
		p.abort()
		f(a)
	}
}

// abort ends the request.
func (p *probe) abort() {
	p.aborted = true
	if _, err := p.controller.Call("abort"); err != nil {
		dom.Report(err)
	}
}
