package www

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
)

// A parameter that cannot be used has its default and a sentence; the others count.
func TestTheParametersOfAWall(t *testing.T) {
	tests := []struct{ reason, search, want, problems string }{
		{"the defaults", "?kiosk", "0 rows, 15000 ms, ", ""},
		{"all of them", "?kiosk&rows=12&rotate=10s&lang=en,he", "12 rows, 10000 ms, en he", ""},
		{"as browsers write it", "?kiosk=&rows=+12+&lang=en%2C+zh-Hant", "12 rows, 15000 ms, en zh-Hant", ""},
		{"seconds have no unit", "?rotate=15", "0 rows, 15000 ms, ", ""},
		{"minutes", "?rotate=1.5m", "0 rows, 90000 ms, ", ""},
		{"minutes as people write them", "?rotate=2min", "0 rows, 120000 ms, ", ""},
		{"one language", "?lang=de", "0 rows, 15000 ms, de", ""},
		{"no row", "?rows=0&rotate=20s", "0 rows, 20000 ms, ", "rows=0: rows is a number from 1 to 60."},
		{"too many rows", "?rows=61", "0 rows, 15000 ms, ", "rows=61: rows is"},
		{"half a row", "?rows=1.5", "0 rows, 15000 ms, ", "rows=1.5: rows is"},
		{"a row less than none", "?rows=-3", "0 rows, 15000 ms, ", "rows=-3: rows is"},
		{"rows of no number", "?rows=", "0 rows, 15000 ms, ", "rows=: rows is"},
		{"a fruit", "?rotate=banana", "0 rows, 15000 ms, ", "rotate=banana: rotate is a time from 3s to 60m."},
		{"too fast to read", "?rotate=2s", "0 rows, 15000 ms, ", "rotate=2s: rotate is"},
		{"never", "?rotate=0", "0 rows, 15000 ms, ", "rotate=0: rotate is"},
		{"more than an hour", "?rotate=61m", "0 rows, 15000 ms, ", "rotate=61m: rotate is"},
		{"milliseconds", "?rotate=5000ms", "0 rows, 15000 ms, ", "rotate=5000ms: rotate is"},
		{"languages of no name", "?lang=en,,he", "0 rows, 15000 ms, ", "lang=en,,he: lang is a list of languages"},
		{"two of them", "?rows=x&rotate=y", "0 rows, 15000 ms, ", "rows=x: rows is a number|rotate=y: rotate is"},
	}
	var expressions []string
	for _, test := range tests {
		expressions = append(expressions, fmt.Sprintf("parametersOf(%q)", test.search))
	}
	for i, value := range evaluate(t, "kiosk.js", expressions...) {
		var got struct {
			Rows, Rotate        int
			Languages, Problems []string
		}
		if err := json.Unmarshal([]byte(value), &got); err != nil {
			t.Fatal(err)
		}
		test := tests[i]
		if is := fmt.Sprintf("%d rows, %d ms, %s", got.Rows, got.Rotate, strings.Join(got.Languages, " ")); is != test.want {
			t.Errorf("%s: %s is read as %s, want %s", test.reason, test.search, is, test.want)
		}
		var want []string
		if test.problems != "" {
			want = strings.Split(test.problems, "|")
		}
		if len(got.Problems) != len(want) {
			t.Errorf("%s: %s has the sentences %q, want %q", test.reason, test.search, got.Problems, want)
			continue
		}
		for n, problem := range got.Problems {
			if !strings.HasPrefix(problem, want[n]) {
				t.Errorf("%s: the sentence is %q, want %q", test.reason, problem, want[n])
			}
		}
	}
}

func TestHowManyRowsFit(t *testing.T) {
	tests := []struct {
		reason              string
		width, height, rows int
	}{
		{"a television", 1920, 1080, 20},
		{"one of four times as many pixels, which readers see no larger", 3840, 2160, 20},
		{"one that reports them as 1080p", 1920, 1080, 20},
		{"a television that stands on its side", 1080, 1920, 37},
		{"a laptop", 1366, 768, 14},
		{"a Raspberry Pi's own screen", 800, 480, 8},
		{"a bar along a wall", 3840, 400, 6},
		{"a window of no height", 100, 1, 1},
		{"a column", 400, 9000, 60},
	}
	var expressions []string
	for _, test := range tests {
		expressions = append(expressions, fmt.Sprintf("rowsThatFit(%d, %d)", test.width, test.height))
	}
	for i, got := range evaluate(t, "kiosk.js", expressions...) {
		if test := tests[i]; got != fmt.Sprint(test.rows) {
			t.Errorf("%s: %s rows fit on %d × %d, want %d", test.reason, got, test.width, test.height, test.rows)
		}
	}
}

func TestWhichPageComesNext(t *testing.T) {
	tests := []struct {
		reason                           string
		page, language, pages, languages int
		want                             string
	}{
		{"the next page", 1, 0, 3, 1, `{"page":2,"language":0}`},
		{"after the last page the first", 3, 0, 3, 1, `{"page":1,"language":0}`},
		{"one page stays", 1, 0, 1, 0, `{"page":1,"language":0}`},
		{"the page in the next language", 2, 0, 3, 2, `{"page":2,"language":1}`},
		{"the next page in the first language", 2, 1, 3, 2, `{"page":3,"language":0}`},
		{"one page in the other language", 1, 0, 1, 2, `{"page":1,"language":1}`},
		{"the first page in the first language", 3, 1, 3, 2, `{"page":1,"language":0}`},
		{"the board has become shorter", 7, 0, 3, 1, `{"page":1,"language":0}`},
		{"the board has become shorter between two languages", 7, 0, 3, 2, `{"page":3,"language":1}`},
	}
	var expressions []string
	for _, test := range tests {
		expressions = append(expressions, fmt.Sprintf("next({ page: %d, language: %d }, %d, %d)",
			test.page, test.language, test.pages, test.languages))
	}
	for i, got := range evaluate(t, "kiosk.js", expressions...) {
		if got != tests[i].want {
			t.Errorf("%s: %s is %s, want %s", tests[i].reason, expressions[i], got, tests[i].want)
		}
	}
}

// The board moves four pixels an hour, by one pixel at a time, and over all places within four pixels of its middle.
func TestTheBoardMovesAllAround(t *testing.T) {
	const days = 4
	got := evaluate(t, "kiosk.js",
		fmt.Sprintf("Array.from({ length: %d * 24 * 4 }, (_, n) => shiftAt(n * 900_000 + 1795867381123))", days),
		"shiftAt(1795867381123) + '' === shiftAt(1795867381123 + 60_000) + ''")
	var shifts [][2]int
	if err := json.Unmarshal([]byte(got[0]), &shifts); err != nil {
		t.Fatal(err)
	}
	seen := make(map[[2]int]bool)
	for i, s := range shifts {
		seen[s] = true
		if math.Abs(float64(s[0])) > 4 || math.Abs(float64(s[1])) > 4 {
			t.Fatalf("the board is shifted by %v", s)
		}
		if i == 0 {
			continue
		}
		before := shifts[i-1]
		if right, down := s[0]-before[0], s[1]-before[1]; right*right != 1 || down*down > 1 {
			t.Fatalf("the board moves from %v to %v", before, s)
		}
	}
	if len(seen) < 72 {
		t.Errorf("in %d days the board has been at %d places, want nearly all of 81", days, len(seen))
	}
	if got[1] != "true" {
		t.Error("the board moves within a minute")
	}
}
