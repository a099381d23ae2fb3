package mapping

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"flightboard/server/feed/source"
)

// A pager says where the address of the next page is.
type pager struct {
	header bool             // in the header Link
	link   *expr            // in the answer
	sets   map[string]*expr // parameters that are set to values of the page
	counts map[string]int   // parameters that are counted up until a page has no rows
}

const usualPages = 50

// Next returns the request for the next page, or nil. It returns nil as well when the most pages have been read.
func (m *Mapping) Next(response *source.Response) (*source.Request, error) {
	next, err := m.nextPage(response)
	if err != nil || next == nil || response.Request.Page+1 >= m.pages {
		return nil, err
	}
	return next, nil
}

func (m *Mapping) nextPage(response *source.Response) (*source.Request, error) {
	if m.next == nil || len(response.Body) == 0 {
		return nil, nil
	}
	this := response.Request
	if m.next.header {
		return turn(this, linkHeader(response.Header))
	}
	r := m.newReader(&source.Answer{})
	var err error
	if r.tree, err = m.open(response.Header, response.Body); err != nil {
		return nil, err
	}
	if m.next.link != nil {
		return turn(this, r.oneFromRoot(m.next.link))
	}
	rows, err := r.rows()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	query := this.URL.Query()
	some := false
	for name, e := range m.next.sets {
		if value := r.oneFromRoot(e); value != "" && value != query.Get(name) {
			query.Set(name, value)
			some = true
		}
	}
	for name, step := range m.next.counts {
		count, _ := strconv.Atoi(query.Get(name))
		query.Set(name, strconv.Itoa(count+step))
		some = true
	}
	if !some {
		return nil, nil
	}
	u := *this.URL
	u.RawQuery = query.Encode()
	return turn(this, u.String())
}

// turn returns a request that is like this one with another address, or nil if there is none, or it is the same.
func turn(this *source.Request, address string) (*source.Request, error) {
	if address == "" {
		return nil, nil
	}
	u, err := this.URL.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("next: %s is not an address", quote(address))
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("next: %s is not an address of the web", quote(address))
	}
	if u.String() == this.URL.String() {
		return nil, nil
	}
	next := *this
	next.URL, next.Page = u, this.Page+1
	if u.Host != this.URL.Host || u.Scheme != this.URL.Scheme {
		next.Secret, next.Query = http.Header{}, url.Values{}
	}
	return &next, nil
}

// linkHeader returns the address of the next page in the header Link (RFC 8288).
func linkHeader(header http.Header) string {
	for _, line := range header.Values("Link") {
		for _, link := range strings.Split(line, "<")[1:] {
			address, parameters, _ := strings.Cut(link, ">")
			for parameter := range strings.SplitSeq(parameters, ";") {
				name, value, _ := strings.Cut(strings.Trim(parameter, " ,"), "=")
				if strings.EqualFold(name, "rel") && slices.Contains(strings.Fields(strings.Trim(value, `" ,`)), "next") {
					return address
				}
			}
		}
	}
	return ""
}
