//go:build js && wasm

package main

import (
	"strings"

	"github.com/hack-pad/safejs"

	"flightboard/wasm/follow"
)

// A question is one request that asks for the status which EventSource hides. It ends when the answer's head is there:
// the body would be another event stream.
type question struct {
	controller     safejs.Value
	answered, lost safejs.Func
	dropped        bool
}

// ask requests the URL. What comes of it is told to f once, unless it is dropped before.
func ask(url string, f func(follow.Answer)) (*question, error) {
	var d dom
	global := safejs.Global()
	constructor := d.get(global, "AbortController")
	if d.err != nil {
		return nil, d.take()
	}
	controller, err := constructor.New()
	if err != nil {
		return nil, err
	}
	q := &question{controller: controller}
	if q.answered, err = callback(func(response safejs.Value) {
		a, err := head(response)
		if err != nil {
			report(err)
		}
		q.tell(f, a)
	}); err != nil {
		return nil, err
	}
	if q.lost, err = callback(func(safejs.Value) { q.tell(f, follow.Answer{}) }); err != nil {
		q.answered.Release()
		return nil, err
	}
	promise := d.call(global, "fetch", url, map[string]any{
		"headers": map[string]any{"Accept": "text/event-stream"},
		"cache":   "no-store",
		"signal":  d.get(controller, "signal"),
	})
	d.call(promise, "then", q.answered, q.lost)
	if err := d.take(); err != nil {
		q.answered.Release()
		q.lost.Release()
		return nil, err
	}
	return q, nil
}

// head reads what an answer's head says.
func head(response safejs.Value) (follow.Answer, error) {
	var d dom
	status, err := d.get(response, "status").Int()
	if err != nil {
		return follow.Answer{}, err
	}
	a := follow.Answer{Status: status, Moved: d.yes(d.get(response, "redirected"))}
	if contentType := d.call(d.get(response, "headers"), "get", "Content-Type"); !contentType.IsNull() {
		a.Type, _, _ = strings.Cut(d.text(contentType), ";")
		a.Type = strings.ToLower(strings.TrimSpace(a.Type))
	}
	return a, d.take()
}

// tell is called by exactly one of the two callbacks, in the end. So it may release both.
func (q *question) tell(f func(follow.Answer), a follow.Answer) {
	q.answered.Release()
	q.lost.Release()
	if !q.dropped {
		q.drop()
		f(a)
	}
}

// drop ends the request.
func (q *question) drop() {
	q.dropped = true
	if _, err := q.controller.Call("abort"); err != nil {
		report(err)
	}
}
