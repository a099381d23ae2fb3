package program

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A table's rows are the board's flights, also if they were deleted while the server was down; flights of other
// publishers stay.
func TestATableAndARestart(t *testing.T) {
	for _, c := range []struct {
		reason, posted string
		args           []string
		want           string
	}{
		{"a table alone", "", nil, `[{"flight":"A1","gate":"2"},{"flight":"A3"}]`},
		{"with clients that post", `{"flight":"P1"}`, []string{"-open-door"},
			`[{"flight":"A1","gate":"2"},{"flight":"A2"},{"flight":"A3"},{"flight":"P1"}]`},
		{"with another feed", "", []string{"-feed", "none"}, `[{"flight":"A1","gate":"2","feed":"day"},` +
			`{"flight":"A3","feed":"day"},{"flight":"T1","feed":"tower"}]`},
	} {
		t.Run(c.reason, func(t *testing.T) {
			dir := t.TempDir()
			table, tower := filepath.Join(dir, "day.csv"), filepath.Join(dir, "tower.ndjson")
			feeds := table
			if c.args != nil && c.args[0] == "-feed" {
				feeds, c.args = table+","+tower, nil
			}
			write := func(path, text string) {
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write(table, "flight,gate\nA1,1\nA2,\n")
			write(tower, `{"flight":"T1"}`+"\n")
			args := append([]string{"-feed", feeds, "-log", filepath.Join(dir, "log")}, c.args...)
			url, stop := launch(t, args...)
			sees(t, url, `"flight":"A2"`)
			if c.posted != "" {
				door{t, url}.do("POST", "/flights", c.posted)
			}
			if feeds != table {
				sees(t, url, `"flight":"T1"`)
			}
			stop()
			write(table, "flight,gate\nA1,2\nA3,\n")
			write(tower, "")
			url, stop = launch(t, args...)
			defer stop()
			d, began := door{t, url}, time.Now()
			for d.board() != c.want && time.Since(began) < 10*time.Second {
				time.Sleep(50 * time.Millisecond)
			}
			time.Sleep(1500 * time.Millisecond) // until the table would remove more
			if got := d.board(); got != c.want {
				t.Errorf("the board is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
