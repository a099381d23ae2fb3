package web

import (
	"net/http"
	"testing"
)

func TestWeights(t *testing.T) {
	for _, c := range []struct {
		reason, header string
		names          []string
		want           float64
		named          bool
	}{
		{"no header", "", []string{"gzip"}, 0, false},
		{"a name without a weight", "br, gzip", []string{"gzip"}, 1, true},
		{"another name", "br", []string{"gzip"}, 0, false},
		{"a weight", "gzip;q=0.25", []string{"gzip"}, 0.25, true},
		{"names have no case", "GZip", []string{"gzip"}, 1, true},
		{"parameters have no case", "gzip;Q=0", []string{"gzip"}, 0, true},
		{"spaces around all of it", " gzip ; q = 0.000 , br", []string{"gzip"}, 0, true},
		{"tabs", "\tgzip\t;\tq=0.5", []string{"gzip"}, 0.5, true},
		{"a parameter before the weight", "text/csv;header=present;q=0.5", []string{"text/csv"}, 0.5, true},
		{"separators inside quotes", `text/csv;x="a,b;q=1\",";q=0.5, text/plain`, []string{"text/csv"}, 0.5, true},
		{"after such quotes", `text/csv;x="a,b", text/plain;q=0.3`, []string{"text/plain"}, 0.3, true},
		{"the name comes before the range", "*;q=1, gzip;q=0", []string{"gzip", "*"}, 0, true},
		{"the range, when the name is not there", "*;q=0.5, br", []string{"gzip", "*"}, 0.5, true},
		{"a weight that is none", "gzip;q=high", []string{"gzip"}, 0, false},
		{"an empty weight", "gzip;q=", []string{"gzip"}, 0, false},
		{"a weight above 1", "gzip;q=2", []string{"gzip"}, 0, false},
		{"a negative weight", "gzip;q=-1", []string{"gzip"}, 0, false},
		{"a number that HTTP does not know", "gzip;q=1e-1", []string{"gzip"}, 0, false},
		{"no number at all", "gzip;q=NaN", []string{"gzip"}, 0, false},
		{"empty elements", ",, gzip,", []string{"gzip"}, 1, true},
	} {
		if got, named := weight(c.header, c.names...); got != c.want || named != c.named {
			t.Errorf("%s: weight(%q, %q) = %v, %v, want %v, %v", c.reason, c.header, c.names, got, named, c.want, c.named)
		}
	}
}

func TestCodings(t *testing.T) {
	for _, c := range []struct {
		reason, header, want string
		ok                   bool
	}{
		{"nothing is asked for", "", "", true},
		{"what every browser asks for", "gzip, deflate, br, zstd", "br", true},
		{"the server's order among equals", "gzip, br", "br", true},
		{"the browser's order", "gzip, br;q=0.5", "gzip", true},
		{"a coding that is refused", "br;q=0, gzip;q=0.5", "gzip", true},
		{"refused in capitals", "gzip;Q=0", "", true},
		{"codings that the server lacks", "zstd, deflate", "", true},
		{"anything", "*", "br", true},
		{"anything but one", "*, br;q=0", "gzip", true},
		{"none is liked best", "identity, gzip;q=0.5", "", true},
		{"none is liked less", "identity;q=0.5, gzip", "gzip", true},
		{"as it is, and nothing else", "identity;q=1, *;q=0", "", true},
		{"not as it is", "identity;q=0, gzip;q=0.1", "gzip", true},
		{"not as it is, and the server lacks the others", "identity;q=0, zstd", "", false},
		{"nothing at all", "*;q=0", "", false},
		{"nothing but one", "*;q=0, gzip", "gzip", true},
	} {
		got, ok := coding(&http.Request{Header: http.Header{"Accept-Encoding": {c.header}}}, "br", "gzip")
		if got != c.want || ok != c.ok {
			t.Errorf("%s: coding(%q) = %q, %v, want %q, %v", c.reason, c.header, got, ok, c.want, c.ok)
		}
	}
}

func TestAHeaderMayHaveSeveralLines(t *testing.T) {
	r := &http.Request{Header: http.Header{"Accept-Encoding": {"deflate", "gzip"}}}
	if got, _ := coding(r, "gzip"); got != "gzip" {
		t.Errorf("coding = %q, want what the second line names", got)
	}
}

func TestMediaTypes(t *testing.T) {
	for _, c := range []struct{ reason, header, want string }{
		{"the first offer when nothing is asked for", "", "application/json"},
		{"the best weight", "application/json;q=0.5, text/csv;Q=0.9", "text/csv"},
		{"a range", "text/*", "text/csv"},
		{"the type comes before the range that has it", "text/*, text/csv;q=0.1", "text/plain"},
		{"a type that is refused", "*/*, application/json;q=0", "text/csv"},
		{"a type among all", "*/*;q=0.1, text/plain", "text/plain"},
		{"parameters are no matter", "text/csv;header=present", "text/csv"},
	} {
		if got := accepted(c.header, "application/json", "text/csv", "text/plain"); got != c.want {
			t.Errorf("%s: accepted(%q) = %q, want %q", c.reason, c.header, got, c.want)
		}
	}
}

func TestEntityTags(t *testing.T) {
	for _, c := range []struct {
		reason, header string
		want           bool
	}{
		{"no header", "", false},
		{"the tag", `"7"`, true},
		{"another", `"8"`, false},
		{"one that has it inside", `"17"`, false},
		{"one that has it at its end, with a quote of its own", `"1"7"`, false},
		{"a weak one", `W/"7"`, true},
		{"a list", `"5", W/"6" ,"7"`, true},
		{"a list without it", `"5", "6"`, false},
		{"any", "*", true},
		{"the text of the tag without quotes", "7", false},
		{"a comma inside of a tag", `"5,"7","`, false},
	} {
		if got := matchesAny(c.header, `"7"`); got != c.want {
			t.Errorf("%s: matchesAny(%s) = %v, want %v", c.reason, c.header, got, c.want)
		}
	}
}
