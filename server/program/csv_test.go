package program

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func fetch(t *testing.T, url, accept string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestOurOwnCSVIsReadAsTheSameBoard publishes what is hard to write in a cell, and starts a server with the CSV.
func TestOurOwnCSVIsReadAsTheSameBoard(t *testing.T) {
	url, stop := launch(t, "-feed", "none", "-open-door")
	defer stop()
	const flights = `{"flight":"LH 400","origin":"Zürich \"Kloten\", CH","codeshares":["AC 9123","UA 8841"],
"remark":"=1+1"}
{"flight":"BA178","arrival":"18:05","expected":"18:20","state":"expected",
"codeshares":["AA6135","IB7403"],"remark":"'+1 h; -2"}
{"flight":"WN706","id":"a","arrival":"2026-11-20T06:40:00+01:00",
"state":"landed","gate":"B3","from":"MDW","belt":"007"}
{"flight":"WN706","id":"b","arrival":"2026-11-20T11:15:00+01:00","gate":"-","terminal":"1"}
{"flight":"9W 123","codeshares":["AF 8"]}
`
	answer, err := http.Post(url+"/flights", "application/json", strings.NewReader(flights))
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("POST = %v, %v", answer, err)
	}
	answer.Body.Close()
	table := filepath.Join(t.TempDir(), "board.csv")
	if err := os.WriteFile(table, []byte(fetch(t, url+"/flights", "text/csv")), 0o600); err != nil {
		t.Fatal(err)
	}
	again, stopAgain := launch(t, "-feed", table)
	defer stopAgain()
	sees(t, again, `"flight":"9W 123"`)
	want, got := fetch(t, url+"/flights", "application/json"), fetch(t, again+"/flights", "application/json")
	if want != got {
		t.Errorf("the board was\n%sand is\n%s", want, got)
	}
}

// TestViewersLearnThatRowsCannotBeRead starts a server with a table of which one row is right.
func TestViewersLearnThatRowsCannotBeRead(t *testing.T) {
	table := filepath.Join(t.TempDir(), "day.csv")
	text := "flight,arrival\nCK00,08:05\n" + strings.Repeat("CK01,noon\n", 35) + "CK02,noon\n"
	if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := launch(t, "-feed", table, "-heartbeat", "1s")
	defer stop()
	sees(t, url, `"flight":"CK00"`)
	sees(t, url, `"rejected":[{"feed":"day","rows":36}]`)
	want := []byte(`"rejected":[{"feed":"day","rows":36,"reasons":["line 3: arrival: \"noon\" is `)
	if health := fetch(t, url+"/healthz?verbose", "*/*"); !bytes.Contains([]byte(health), want) {
		t.Errorf("health is %s, want %s", health, want)
	}
	mended := strings.NewReplacer("noon", "12:00").Replace(text)
	if err := os.WriteFile(table, []byte(mended), 0o600); err != nil {
		t.Fatal(err)
	}
	sees(t, url, `"flight":"CK02"`)
	deadline := time.Now().Add(10 * time.Second)
	for strings.Contains(fetch(t, url+"/healthz?verbose", "*/*"), "rejected") {
		if time.Now().After(deadline) {
			t.Fatal("rows are rejected, and the table is right")
		}
		sees(t, url, `"time":`) // a heartbeat later
	}
}
