package mapping

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flightboard/server/feed/source"
)

// Answers that are made to take long take as long as others: the time grows with the size, not with its square.
func TestNoAnswerTakesQuadraticTime(t *testing.T) {
	const count = 30_000
	many := func(format string) string {
		var b strings.Builder
		for i := range count {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, test := range map[string]struct{ keys, body string }{
		"a row in each of many objects": {`"list": "a.r"`, `{"a": [` + many(`{"x%[1]d": 1, "r": {"n": "A%[1]d"}},`) + `{}]}`},
		"a number in all rows":          {`"list": "a", "gate": "g"`, `{"a": [` + many(`{"n": "A1", "g": "%d"},`) + `{}]}`},
		"elements with many names":      {`"list": "a.*.r"`, `<a>` + many(`<e%[1]d><r n="A%[1]d"/></e%[1]d>`) + `</a>`},
		"a complaint about each row": {`"list": "a", "arrival": "t"`,
			`{"a": [` + many(`{"n": "A%[1]d", "t": "x%[1]d"},`) + `{}]}`},
		"a word for each row": {`"list": "a", "state": "s"`,
			`{"a": [` + many(`{"n": "A%[1]d", "s": "word %[1]d"},`) + `{}]}`},
		"a codeshare in each row": {`"list": "a", "operating": "'A1'"`,
			`{"a": [` + many(`{"n": "B%d"},`) + `{}]}`},
	} {
		m := parse(t, test.keys+`, "flight": "n"`)
		start := time.Now()
		answer, err := m.Read(noon, []*source.Response{{Request: &source.Request{}, Body: []byte(test.body)}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %d rows took %v", name, count, took)
		}
		if len(answer.Complaints) > mostComplaints+1 || len(answer.Unmapped) > mostComplaints {
			t.Errorf("%s: %d complaints, %d words", name, len(answer.Complaints), len(answer.Unmapped))
		}
	}
}
