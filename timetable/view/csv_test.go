package view

import "testing"

func TestNoCellIsAFormula(t *testing.T) {
	for _, c := range []struct{ reason, text, want string }{
		{"an empty text", "", ""},
		{"a plain text", "São Paulo", "São Paulo"},
		{"no formula begins inside a text", "a = b - c", "a = b - c"},
		{"an equals sign", "=1+1", "'=1+1"},
		{"a plus sign", "+49", "'+49"},
		{"a minus sign", "-1", "'-1"},
		{"an at sign", "@SUM(A1)", "'@SUM(A1)"},
		{"white space that some programs drop", "\t=1", "'\t'=1"},
		{"a line's end", "\r=1", "'\r'=1"},
		{"a space before it", " =1+1", "' =1+1"},
		{"quotes before it", `"=1+1"`, `'"=1+1"`},
		{"full-width signs, as East Asian keyboards have them", "＝1＋1", "'＝1＋1"},
		{"a full-width plus", "＋1", "'＋1"},
		{"a full-width minus", "－1", "'－1"},
		{"a full-width at sign", "＠A1", "'＠A1"},
		{"a semicolon ends a cell in many locales", "x;=1+1", "x;'=1+1"},
		{"so does a tab in others", "x\t=1+1", "x\t'=1+1"},
		{"each cell by itself", "=1;b;-2;c", "'=1;b;'-2;c"},
		{"quotes after a semicolon", `x;"=1+1"`, `x;'"=1+1"`},
		{"a semicolon alone is none", "landed; belt 7", "landed; belt 7"},
		{"nor is one at the end", "=;", "'=;"},
	} {
		if got := NoFormula(c.text); got != c.want {
			t.Errorf("%s: NoFormula(%q) = %q, want %q", c.reason, c.text, got, c.want)
		}
	}
}
