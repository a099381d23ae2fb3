package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"regexp"
)

// open reads the body of a response. The error says what came if it is not what the mapping reads.
func (m *Mapping) open(header http.Header, body []byte) (*tree, error) {
	_, parameters, _ := mime.ParseMediaType(header.Get("Content-Type"))
	body = bytes.TrimSpace(toUTF8(body, parameters["charset"]))
	if len(body) == 0 {
		return nil, errEmpty
	}
	if isHTML(body) {
		return nil, errHTML(body)
	}
	isXML := body[0] == '<'
	switch {
	case isXML && m.format == "json":
		return nil, fmt.Errorf("the answer is XML, and format is json: it begins with %s", beginning(body))
	case !isXML && m.format == "xml":
		return nil, fmt.Errorf("the answer is not XML, and format is xml: it begins with %s", beginning(body))
	case isXML:
		return parseXML(body)
	}
	t, err := parseJSON(unwrapped(body))
	if err != nil && bytes.IndexByte([]byte("{[\""), body[0]) < 0 {
		return nil, fmt.Errorf("the answer is neither JSON nor XML: it begins with %s", beginning(body))
	}
	return t, err
}

func beginning(body []byte) string { return quote(string(body[:min(len(body), 2*mostQuoted)])) }

var (
	html      = regexp.MustCompile(`(?is)^(<!--.*?-->\s*)*(<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])`)
	htmlTitle = regexp.MustCompile(`(?is)<(?:title|h1)[^>]*>\s*(.*?)\s*</`)
	jsonp     = regexp.MustCompile(`^(?:/\*.*?\*/)?\s*[\w$.]+\s*\(`)
)

const mostHTML = 64 << 10 // bytes in which the title of a page is looked for

func isHTML(body []byte) bool { return html.Match(body[:min(len(body), mostHTML)]) }

func errHTML(body []byte) error {
	title := htmlTitle.FindSubmatch(body[:min(len(body), mostHTML)])
	if title == nil || len(title[1]) == 0 {
		return errors.New("the answer is a page of HTML")
	}
	return fmt.Errorf("the answer is a page of HTML: %s", quote(string(bytes.Join(bytes.Fields(title[1]), []byte(" ")))))
}

// unwrapped returns a document of JSON without what makes it a script: callback(…); or )]}' before it.
func unwrapped(body []byte) []byte {
	if bytes.HasPrefix(body, []byte(")]}'")) {
		body = bytes.TrimLeft(body[4:], ",\r\n ")
	}
	if call := jsonp.Find(body[:min(len(body), 200)]); call != nil {
		inside := bytes.TrimRight(body, "; \r\n\t")
		if bytes.HasSuffix(inside, []byte(")")) {
			return inside[len(call) : len(inside)-1]
		}
	}
	return body
}
