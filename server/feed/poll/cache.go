package poll

import (
	"net/http"
	"strings"

	"flightboard/server/feed/source"
)

// A cache has the responses of the last answer that can be asked for conditionally (RFC 9110, section 13).
type cache struct {
	last, next map[string]*cached
}

// A cached is a response with what identifies it. The methods of nil do nothing.
type cached struct {
	response       *source.Response
	etag, modified string
}

// begin begins another answer.
func (c *cache) begin() { c.next = make(map[string]*cached) }

// end forgets the responses of the answer before. It is called only after an answer that could be read, so that a
// response which could not is not asked for again with a condition.
func (c *cache) end() { c.last, c.next = c.next, nil }

func (c *cache) get(r *source.Request) *cached { return c.last[identity(r)] }

func (c *cache) keep(r *source.Request, have *cached) { c.next[identity(r)] = have }

func (c *cache) put(r *source.Request, response *source.Response) {
	one := &cached{response, response.Header.Get("ETag"), response.Header.Get("Last-Modified")}
	if r.Body == "" && (one.etag != "" || one.modified != "") {
		c.keep(r, one)
	}
}

// condition asks for the response only if it has changed.
func (c *cached) condition(h http.Header) {
	if c == nil {
		return
	}
	if c.etag != "" {
		h.Set("If-None-Match", c.etag)
	}
	if c.modified != "" {
		h.Set("If-Modified-Since", c.modified)
	}
}

// identity tells requests apart.
func identity(r *source.Request) string {
	var b strings.Builder
	b.WriteString(r.URL.String())
	b.WriteString("\n" + r.Query.Encode() + "\n" + r.Body + "\n")
	r.Header.Write(&b)
	r.Secret.Write(&b)
	return b.String()
}
