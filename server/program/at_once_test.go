package program

import (
	"strings"
	"testing"
)

// A number that several flights have is told together with the other errors of a body.
func TestAllErrorsOfABody(t *testing.T) {
	url, stop := launch(t, "-feed", "none", "-open-door")
	defer stop()
	d := door{t, url}
	d.do("POST", "/flights", `{"flight":"LH400","id":"a"}`+"\n"+`{"flight":"LH400","id":"b"}`)
	const shared = `"field":"flight","error":"flight: 2 flights have the number \"LH400\": want the id of one of them`
	for body, want := range map[string][]string{
		`{"flight":"LH400","gate":"1"}` + "\n" + `{"flight":"A2","gate":1}`: {`{"line":1,` + shared,
			`{"line":2,"field":"gate"`},
		`{"flight":"LH400","gate":1}`: {`{"line":1,"field":"gate"`, `{"line":1,` + shared},
		`{"flight":"A1","gate":"1","until":"2099-01-01T00:00:00Z"}` + "\n" + `{"flight":"A2","gate":1}` + "\n" +
			`{"flight":"LH400"}`: {`{"line":1,"field":"until","error":"until: an override is published alone"`,
			`{"line":2,"field":"gate"`, `{"line":3,` + shared},
	} {
		status, answer := d.do("POST", "/flights", body)
		if n := strings.Count(answer, `"line":`); status != 422 || n != len(want) {
			t.Errorf("%s: %d %s, want %d errors", body, status, answer, len(want))
		}
		for _, one := range want {
			if !strings.Contains(answer, one) {
				t.Errorf("%s: %s, want %s", body, answer, one)
			}
		}
	}
	if got := d.board(); got != `[{"flight":"LH400","id":"a"},{"flight":"LH400","id":"b"}]` {
		t.Errorf("the board is %s", got)
	}
}
