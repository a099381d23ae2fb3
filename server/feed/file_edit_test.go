package feed

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A watched is a desk whose feed also tells when it was heard, and which rows it rejects.
type watched struct {
	*desk
	heard    atomic.Int64
	rejected Rejections
}

func watch(t *testing.T, name, text string, test func(w *watched)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	synctest.Test(t, func(t *testing.T) {
		w := &watched{desk: &desk{T: t, path: path}}
		w.write(text)
		options := w.told.options()
		options.Heard = func() { w.heard.Add(1) }
		options.Rejected = func(r Rejections) { w.rejected = r }
		f, err := NewFile("desk", path, options)
		if err != nil {
			t.Fatal(err)
		}
		w.stop = start(t, f, &w.log)
		test(w)
		if err := w.stop(); err != nil {
			t.Errorf("Run = %v", err)
		}
	})
}

// soonest is within what time an edit shows.
const soonest = 1900 * time.Millisecond

// TestAnEditOfEqualLengthIsNoticed edits the first row of a file whose end stays, in each way that editors have.
func TestAnEditOfEqualLengthIsNoticed(t *testing.T) {
	const tail = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	ndjson := func(gate string) string {
		return `{"flight":"A1","gate":"` + gate + "\"}\n" + strings.Repeat(`{"flight":"Z9","remark":"`+tail+"\"}\n", 40)
	}
	table := func(gate string) string {
		return "flight,gate,remark\nA1," + gate + ",\n" + strings.Repeat("Z9,,"+tail+"\n", 1) + strings.Repeat(",,\n", 300)
	}
	for name, content := range map[string]func(gate string) string{"day.csv": table, "day.ndjson": ndjson} {
		for way, save := range map[string]func(w *watched, text string){
			"cut and written": func(w *watched, text string) { w.write(text) },
			"in place": func(w *watched, text string) {
				file, err := os.OpenFile(w.path, os.O_WRONLY, 0)
				if err != nil {
					w.Fatal(err)
				}
				defer file.Close()
				file.WriteAt([]byte(text), 0)
			},
			"in place, and the time is put back": func(w *watched, text string) {
				info, _ := os.Stat(w.path)
				w.write(text)
				os.Chtimes(w.path, info.ModTime(), info.ModTime())
			},
			"by another file": func(w *watched, text string) {
				info, _ := os.Stat(w.path)
				other := w.path + ".new"
				if err := os.WriteFile(other, []byte(text), 0o600); err != nil {
					w.Fatal(err)
				}
				os.Chtimes(other, info.ModTime(), info.ModTime())
				w.rename(other, w.path)
			},
		} {
			t.Run(name+" "+way, func(t *testing.T) {
				watch(t, name, content("B9"), func(w *watched) {
					w.wantAfter(4*time.Second, "it is read", "A1 B9", "Z9")
					for i, gate := range []string{"A1", "B7", "C3"} {
						time.Sleep(time.Duration(i) * 333 * time.Millisecond)
						save(w, content(gate))
						w.wantAfter(soonest, "it is edited", "A1 "+gate, "Z9")
					}
				})
			})
		}
	}
}

// TestAChecksumReadsAllOfALargeFile changes one byte anywhere, also while the file is being read again.
func TestAChecksumReadsAllOfALargeFile(t *testing.T) {
	const size = 3*partly + 1234
	for _, at := range []int{0, partly - 1, partly, 2*partly + 77, size - 1} {
		for looks := range 6 { // before the edit
			content := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
			var c checksum
			c.add(content[:size/3])
			c.add(content[size/3:])
			now := time.Unix(0, 0)
			look := func() bool {
				now = now.Add(look)
				return c.differs(bytes.NewReader(content), false, now)
			}
			for range looks {
				if look() {
					t.Fatalf("after %d looks it differs, and nothing was changed", looks)
				}
			}
			content[at]++
			seen := 0
			for seen = 1; !look(); seen++ {
				if seen > 16 {
					t.Fatalf("byte %d, changed after %d looks, was not noticed in %d", at, looks, seen)
				}
			}
		}
	}
}

// TestAFileThatIsWrittenAgainIsHeard replaces a file by the same, and touches it.
func TestAFileThatIsWrittenAgainIsHeard(t *testing.T) {
	watch(t, "day.csv", "flight,gate\nA1,1\n", func(w *watched) {
		w.want("it is read", "A1 1")
		for way, save := range map[string]func(){
			"replaced": func() {
				os.WriteFile(w.path+".new", []byte("flight,gate\nA1,1\n"), 0o600)
				w.rename(w.path+".new", w.path)
			},
			"touched": func() { os.Chtimes(w.path, time.Time{}, time.Unix(w.heard.Load(), 0)) },
		} {
			before := w.heard.Load()
			w.wantAfter(time.Minute, "nobody writes to it", "A1 1")
			if w.heard.Load() != before {
				t.Error("it was heard of, and nobody wrote to it")
			}
			save()
			if w.want(way, "A1 1"); w.heard.Load() == before {
				t.Errorf("it was %s and not heard of", way)
			}
		}
	})
}

// manyRows is a table of n flights, from the first on.
func manyRows(first, n int) string {
	var text strings.Builder
	text.WriteString("flight,origin,gate\n")
	for i := range n {
		fmt.Fprintf(&text, "AA%d,City,B7\n", first+i)
	}
	return text.String()
}

func TestATableThatBreaksOffRemovesNobody(t *testing.T) {
	const n = 400
	text := manyRows(1000, n)
	plain := strings.TrimSuffix(text, "\n")
	for _, c := range []struct{ reason, whole, broken string }{
		{"in the middle of a row", text, text[:3000]},
		{"in the last cell of a row", text, text[:19+15*100-2]},
		{"in the first cell of a row", text, text[:19+15*100+3]},
		{"behind a row's last letter", text, text[:19+15*399-1]},
		{"in a table that has no end of line at its end", plain, text[:19+15*300+8]},
		{"in a quoted cell", text, text[:19+15*100] + `AA1100,"Ci`},
	} {
		t.Run(c.reason, func(t *testing.T) {
			watch(t, "day.csv", c.whole, func(w *watched) {
				time.Sleep(2 * time.Second)
				synctest.Wait()
				w.write(c.broken)
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := w.log.len(); got != n || w.rejected.Rows == 0 {
					t.Errorf("%d of %d flights are left, %d rows rejected:\n%s", got, n, w.rejected.Rows, &w.told.text)
				}
				for _, row := range w.log.rows() {
					if !strings.HasSuffix(row, " B7") {
						t.Errorf("the row that broke off was published: %s", row)
					}
				}
				w.write(c.whole)
				time.Sleep(2 * time.Second)
				synctest.Wait()
				if got := w.log.len(); got != n || w.rejected.Rows != 0 {
					t.Errorf("whole again: %d of %d flights, %d rows rejected", got, n, w.rejected.Rows)
				}
			})
		})
	}
}

// TestALargeLossWaitsForASecondLook breaks a table off between two rows.
func TestALargeLossWaitsForASecondLook(t *testing.T) {
	watch(t, "day.csv", manyRows(1000, 40), func(w *watched) {
		count := func(reason string, pause time.Duration, want int) {
			t.Helper()
			time.Sleep(pause)
			synctest.Wait()
			if got := w.log.len(); got != want {
				t.Errorf("%s: %d flights, want %d", reason, got, want)
			}
		}
		count("it is read", 2*time.Second, 40)
		w.write(manyRows(1000, 20))
		count("half of it may be on its way", 5*time.Second, 40)
		w.write(manyRows(1000, 40))
		count("it has come", 20*time.Second, 40)
		w.write(manyRows(1000, 38))
		count("two flights less", 2*time.Second, 38)
		w.write(manyRows(1000, 20))
		count("half of it again", 5*time.Second, 38)
		count("it stays so", 10*time.Second, 20)
		w.write(manyRows(1000, 0))
		count("nothing at all", 5*time.Second, 20)
		count("for good", 10*time.Second, 0)
	})
}

// TestATableThatIsReplacedEachSecond is never quiet for long. Its flights leave nevertheless, the many later than the
// few.
func TestATableThatIsReplacedEachSecond(t *testing.T) {
	watch(t, "day.csv", manyRows(1000, 40), func(w *watched) {
		replace := func(n, times int) {
			for range times {
				os.WriteFile(w.path+".new", []byte(manyRows(1000, n)), 0o600)
				w.rename(w.path+".new", w.path)
				time.Sleep(time.Second)
			}
			synctest.Wait()
		}
		for _, step := range []struct{ n, times, want int }{
			{40, 3, 40}, {39, 4, 39}, {10, 4, 39}, {39, 2, 39}, {10, 14, 10},
		} {
			if replace(step.n, step.times); w.log.len() != step.want {
				t.Errorf("%d rows, %d times: %d flights, want %d", step.n, step.times, w.log.len(), step.want)
			}
		}
	})
}
