package program

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A door posts to a server, and reads its board.
type door struct {
	t   *testing.T
	url string
}

func (d door) do(method, path, body string) (status int, answer string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(text))
}

// board returns the board without line feeds.
func (d door) board() string {
	_, text := d.do("GET", "/flights", "")
	return strings.ReplaceAll(text, "\n", "")
}

// Each row is one of the inputs from the field, posted to what ships.
func TestReportsFromTheField(t *testing.T) {
	now := time.Now().UTC()
	url, stop := launch(t, "-feed", "none", "-open-door")
	defer stop()
	d := door{t, url}
	for _, step := range []struct {
		reason, method, path, body string
		status                     int
		holds                      string // the answer
		board                      string // "-": not looked at
	}{
		// N3: a flight with an ID has a number that everybody sees.
		{"a flight with an ID", "POST", "/flights",
			`{"id":"LH400-20261128-JFK-FRA","flight":"LH400","origin":"New York"}`, 200, "", "-"},
		{"an update by its number makes no second row", "POST", "/flights", `{"flight":"LH400","gate":"B7"}`, 200,
			`"id":"LH400-20261128-JFK-FRA"`,
			`[{"flight":"LH400","id":"LH400-20261128-JFK-FRA","origin":"New York","gate":"B7"}]`},
		{"another leg of the number", "POST", "/flights", `{"id":"LH400-20261129-JFK-FRA","flight":"LH400"}`, 200, "", "-"},
		{"the number alone is not enough now", "POST", "/flights", `{"flight":"LH400","gate":"B8"}`, 422,
			`flight: 2 flights have the number \"LH400\": want the id of one of them: ` +
				`\"LH400-20261128-JFK-FRA\", \"LH400-20261129-JFK-FRA\"`, "-"},
		{"nor for a removal", "DELETE", "/flights/LH400", "", 409, `LH400-20261129-JFK-FRA`, "-"},
		{"by its ID", "DELETE", "/flights/LH400-20261129-JFK-FRA", "", 200, "", "-"},
		{"by its number, with a blank", "DELETE", "/flights/LH400%20", "", 200, "", "[]"},
		{"once", "DELETE", "/flights/LH400", "", 404, `flight \"LH400\" is not on the board`, "[]"},

		// A6 and B10: blanks and marks.
		{"blanks are no identity", "POST", "/flights", "\ufeff" + `{"flight":"LH1 ","gate":"1"}` + "\n" +
			`{"flight":"LH1","gate":"2"}` + "\n" +
			`{"flight":" UN\u00a098","origin":"\u200fתל אביב\u200f"}` + "\n" +
			`{"flight":"\u200eUN 98","remark":"two\nlines"}`, 200, "",
			`[{"flight":"LH1","gate":"2"},{"flight":"UN 98","origin":"תל אביב","remark":"two lines"}]`},
		{"they leave", "POST", "/flights", `{"event":"flightSnapshot","data":[]}`, 200, "", "[]"},

		// A4: words.
		{"Landed is landed", "POST", "/flights",
			`{"flight":"SQ306","feed":"airport","state":"Landed","expected":"2026-11-28T18:29:00+08:00"}`, 200, "", "-"},
		{"no estimate changes that", "POST", "/flights",
			`{"flight":"SQ306","feed":"radar","state":"Expected","expected":"2026-11-28T18:44:00+08:00"}`, 200, "",
			`[{"flight":"SQ306","state":"landed","expected":"2026-11-28T18:29:00+08:00","word":"Landed","feed":"radar"}]`},
		{"Canceled is cancelled", "POST", "/flights", `{"flight":"SQ306","feed":"airport","state":"Canceled"}`, 200,
			`"state":"cancelled"`, "-"},
		{"it leaves", "DELETE", "/flights/SQ306", "", 200, "", "[]"},

		// A3: a withdrawn time.
		{"it has landed", "POST", "/flights", `{"flight":"SQ306","departed":"12:00","expected":"2026-11-28T18:30:00+08:00",` +
			`"landed":"2026-11-28T18:02:00+08:00"}`,
			200, `"state":"landed"`, "-"},
		{"it has not", "POST", "/flights", `{"flight":"SQ306","departed":"12:00","expected":"2026-11-28T18:31:00+08:00",` +
			`"landed":null}`,
			200, "", `[{"flight":"SQ306","state":"expected","expected":"2026-11-28T18:31:00+08:00"}]`},
		{"it leaves too", "DELETE", "/flights/SQ306", "", 200, "", "[]"},

		// B2, B3, B4: spellings, errors, and words for nothing.
		{"all that is wrong", "POST", "/flights", `{"flight":"LH 1482","arrival":"2026-11-28T13:05:00"}` + "\n" +
			`{"flight":"TK 1591","terminal":1,"gate":2}`, 422,
			`{"errors":[{"line":1,"field":"arrival","error":"arrival: \"2026-11-28T13:05:00\" has no offset: ` +
				`want 2026-11-28T13:05+01:00, with the airport's own offset, or 13:05"},` +
				`{"line":2,"field":"terminal","error":"terminal: want a string: \"1\", at byte 85"},` +
				`{"line":2,"field":"gate","error":"gate: want a string: \"2\", at byte 94"}]}`, "[]"},
		{"plain spellings", "POST", "/flights",
			`{"flight":"LH 1482","arrival":"2026-11-28 13:05:00+0100","gate":"—"}`, 200, "",
			`[{"flight":"LH 1482","arrival":"2026-11-28T13:05:00+01:00"}]`},
		{"two numbers", "POST", "/flights", `{"flight":"CX 501 / QR 3458","gate":"W40"}`, 422, "codeshares", "-"},
		{"it leaves as well", "DELETE", "/flights/LH%201482", "", 200, "", "[]"},

		// N6: stamps.
		{"from a clock that is ahead", "POST", "/flights", fmt.Sprintf(`{"stamp":%q,"flight":"NZ1","gate":"A1"}`,
			now.Add(13*time.Hour).Format(time.RFC3339)),
			422, `"field":"stamp"`, "[]"},
		{"true news", "POST", "/flights", fmt.Sprintf(`{"stamp":%q,"flight":"NZ1","gate":"B2"}`,
			now.Format(time.RFC3339)), 200, "", `[{"flight":"NZ1","gate":"B2"}]`},
		{"old news", "POST", "/flights", `{"stamp":"1969-07-20T20:17:00Z","flight":"NZ1","gate":"B1"}`, 200,
			`"idle":1`, `[{"flight":"NZ1","gate":"B2"}]`},
		{"of a new flight is news", "POST", "/flights", `{"stamp":"1969-07-20T20:17:00Z","flight":"NZ2","gate":"C1"}`,
			200, "",
			`[{"flight":"NZ1","gate":"B2"},{"flight":"NZ2","gate":"C1"}]`},
	} {
		status, answer := d.do(step.method, step.path, step.body)
		if status != step.status || !strings.Contains(answer, step.holds) {
			t.Errorf("%s: %d %s\nwant %d with %s", step.reason, status, answer, step.status, step.holds)
		}
		if board := d.board(); step.board != "-" && board != step.board {
			t.Errorf("%s: the board is\n%s\nwant\n%s", step.reason, board, step.board)
		}
	}
	_, health := d.do("GET", "/healthz?verbose", "")
	if !strings.Contains(health, `"idle":{"older":1}`) {
		t.Errorf("health does not count what was idle: %s", health)
	}
}

// B5: a line that is rejected is counted once, whatever finds it wrong.
func TestRejectedLinesAreCountedOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tower.ndjson")
	lines := `{"flight":null,"origin":"Karratha"}` + "\n" + `{"flight":7}` + "\n" +
		`{"event":"flightRemoval","data":{"flight":"X"}}` + "\n" + `{"flight":"LH1"}` + "\n"
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := launch(t, "-feed", file)
	defer stop()
	d := door{t, url}
	for d.board() == "[]" {
		time.Sleep(10 * time.Millisecond)
	}
	_, text := d.do("GET", "/healthz?verbose", "")
	var health struct {
		Feeds []struct {
			Feed    string
			Refused int
		}
	}
	if err := json.Unmarshal([]byte(text), &health); err != nil || len(health.Feeds) != 2 || health.Feeds[1].Refused != 3 {
		t.Errorf("health is %s, %v; want 3 refused lines", text, err)
	}
}
