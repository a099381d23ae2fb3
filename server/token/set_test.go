package token

import (
	"net/http"
	"strings"
	"testing"
)

func TestASetFindsTokens(t *testing.T) {
	a, b := strings.Repeat("a", 16), strings.Repeat("b", 16)
	s := NewSet([]Token{{Name: "anna", Text: a}, {Name: "bert", Text: b}, {Name: "again", Text: a}, {Name: "empty"}})
	for text, want := range map[string]string{a: "again", b: "bert", a + "a": "", a[1:]: "", "": "", "anna:" + a: ""} {
		if got, ok := s.Find(text); got.Name != want || ok != (want != "") {
			t.Errorf("Find(%q) = %q, %t, want %q", text, got.Name, ok, want)
		}
	}
	if got, ok := new(Set).Find(a); ok {
		t.Errorf("an empty set has %v", got)
	}
}

func TestBearer(t *testing.T) {
	for _, c := range []struct {
		headers []string
		text    string
		given   bool
	}{
		{nil, "", false},
		{[]string{"Bearer abc"}, "abc", true},
		{[]string{"bearer  abc "}, "abc", true},
		{[]string{"abc"}, "", true},
		{[]string{"Basic abc"}, "", true},
		{[]string{"Bearer abc", "Bearer abc"}, "", true},
	} {
		text, given := Bearer(&http.Request{Header: http.Header{"Authorization": c.headers}})
		if text != c.text || given != c.given {
			t.Errorf("Bearer(%q) = %q, %t, want %q, %t", c.headers, text, given, c.text, c.given)
		}
	}
}
