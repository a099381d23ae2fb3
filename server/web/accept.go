package web

import (
	"iter"
	"net/http"
	"strconv"
	"strings"
)

// weight returns the weight (RFC 9110, 12.4.2) of the first of these names that is in a header such as Accept or
// Accept-Encoding. The caller gives a name before the ranges that include it. named is false if the header has none of
// them. An element whose weight cannot be parsed does not count.
func weight(header string, names ...string) (q float64, named bool) {
	for _, name := range names {
		for element := range split(header, ',') {
			have, q, ok := weighted(element)
			if ok && strings.EqualFold(have, name) {
				return q, true
			}
		}
	}
	return 0, false
}

// weighted parses an element: a name, and parameters of which one may be the weight.
func weighted(element string) (name string, q float64, ok bool) {
	q = 1
	for part := range split(element, ';') {
		part = strings.Trim(part, " \t")
		if name == "" {
			name = part
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		if !strings.EqualFold(strings.TrimRight(key, " \t"), "q") {
			continue
		}
		value = strings.TrimLeft(value, " \t")
		var err error
		if q, err = strconv.ParseFloat(value, 64); err != nil || strings.Trim(value, "0123456789.") != "" || q > 1 {
			return name, 0, false
		}
	}
	return name, q, name != ""
}

// split yields the parts of a header between separators. Separators inside quotes do not count.
func split(header string, separator byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, quoted := 0, false
		for i := 0; i < len(header); i++ {
			switch c := header[i]; {
			case c == '"':
				quoted = !quoted
			case c == '\\' && quoted:
				i++
			case c == separator && !quoted:
				if !yield(header[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(header[start:])
	}
}

// accepted returns the offer with the greatest weight in an Accept header (RFC 9110, 12.5.1); of several, or if the
// header has none of them, the first.
func accepted(header string, offers ...string) string {
	best, most := offers[0], 0.0
	for _, offer := range offers {
		kind, _, _ := strings.Cut(offer, "/")
		if q, _ := weight(header, offer, kind+"/*", "*/*"); q > most {
			best, most = offer, q
		}
	}
	return best
}

// acceptsCoding reports whether an Accept-Encoding header gives the coding a weight above 0 (RFC 9110, 12.5.3).
func acceptsCoding(header, coding string) bool {
	q, _ := weight(header, coding, "*")
	return q > 0
}

// coding returns the offer with the greatest weight in the request, of codings in the server's order. "" means no
// coding, which a request accepts unless it says otherwise. ok is false if it accepts none of them, and not "" either.
func coding(r *http.Request, offers ...string) (best string, ok bool) {
	header := list(r.Header, "Accept-Encoding")
	most, named := weight(header, "identity", "*")
	ok = most > 0 || !named
	for _, offer := range offers {
		if q, _ := weight(header, offer, "*"); q > 0 && (q >= most && best == "" || q > most) {
			best, most, ok = offer, q, true
		}
	}
	return best, ok
}

// list returns a header's lines as one list.
func list(h http.Header, name string) string { return strings.Join(h.Values(name), ",") }

// matchesAny reports whether an If-None-Match header has the entity tag, weak or not, or is * (RFC 9110, 13.1.2).
func matchesAny(header, etag string) bool {
	for tag := range split(header, ',') {
		tag = strings.Trim(tag, " \t")
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
