package feed

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
)

// wide returns a text as UTF-16, as PowerShell's > and a spreadsheet's "Unicode text" write it.
func wide(order binary.AppendByteOrder, mark bool, text string) string {
	var out []byte
	if mark {
		text = "\ufeff" + text
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

// all returns each flight of the board with what it says, and without what it does not.
func (r *recorder) all() (rows []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for f := range r.board.Flights() {
		var row strings.Builder
		for k := range f.Filled().All() {
			row.WriteString(" " + k.String() + "=" + strings.ReplaceAll(f.Text(k), "\n", "|"))
		}
		rows = append(rows, strings.TrimSpace(row.String()))
	}
	return rows
}

func TestTablesOfSpreadsheets(t *testing.T) {
	const zurich = "flight,origin\r\nOS88,Zürich 😀\r\n"
	at := []string{"flight=OS88 origin=Zürich 😀"}
	wien := []string{"flight=OS88 origin=Wien"}
	for _, c := range []struct {
		reason, text string
		want         []string
		complaint    string // a part of what is logged; "": nothing is
	}{
		{"semicolons", "flight;origin\nOS88;Wien\n", wien, ""},
		{"semicolons, and a comma in a cell",
			"flight;origin;remark\nOS88;Wien;late, sorry\n", []string{"flight=OS88 origin=Wien remark=late, sorry"}, ""},
		{"the separator named", "sep=;\r\nflight;origin\r\nOS88;Wien\r\n", wien, ""},
		{"the separator named in quotes", "\"sep=;\"\r\nflight;origin\r\nOS88;Wien\r\n", wien, ""},
		{"a comma named", "sep=,\nflight,origin\nOS88,Wien\n", wien, ""},
		{"tabs", "flight\torigin\nOS88\tWien\n", wien, ""},
		{"bars", "flight|origin\nOS88|Wien\n", wien, ""},
		{"capitals", "Flight,ORIGIN\nOS88,Wien\n", wien, ""},
		{"capitals and blanks", "Flight , Origin,On Belt\nOS88,Wien,\n", wien, ""},
		{"quoted headings", "\"Flight\";\"Origin\"\n\"OS88\";\"Wien\"\n", wien, ""},
		{"other spellings",
			"Flight No.,Scheduled Arrival,ETA,Status,Carousel,Remarks\nOS88,18:05,18:15,delayed,7,late\n",
			[]string{"flight=OS88 arrival=18:05 state=delayed expected=18:15 belt=7 remark=late"}, ""},
		{"flight number", "Flight Number,From\nOS88,VIE\n", []string{"flight=OS88 from=VIE"}, ""},
		{"from, and cities in it", "Flight,From\nOS88,Wien\n", wien, ""},
		{"from, with codes and an origin",
			"Flight,From,Origin\nOS88,VIE,Wien\n", []string{"flight=OS88 origin=Wien from=VIE"}, ""},
		{"the field's own name counts before others",
			"flight,Flight Number,origin\nOS88,88,Wien\n", wien, "Flight Number"},
		{"a byte order mark", "\ufeffflight,origin\nOS88,Wien\n", wien, ""},
		{"a mark inside, as of two files in one", "flight,origin\n\ufeffOS88,Wien\n", wien, ""},
		{"carriage returns alone", "flight,origin\rOS88,Wien\r", wien, ""},
		{"carriage returns twice", "flight,origin\r\r\nOS88,Wien\r\r\n", wien, ""},
		{"a title", "Arrivals, Friday 20 November\nflight,origin\nOS88,Wien\n", wien, ""},
		{"a title and an empty row", "Arrivals of today;;\n;;\nFlight;Origin;Gate\nOS88;Wien;\n", wien, ""},
		{"a line end inside a cell",
			"flight,origin,remark\nOS88,Wien,\"two\nlines\"\n", []string{"flight=OS88 origin=Wien remark=two lines"}, ""},
		{"and before the other cells",
			"flight,remark,origin\r\nOS88,\"a \"\"bit\"\"\r\n\r\nlate\",Wien\r\n",
			[]string{`flight=OS88 origin=Wien remark=a "bit" late`}, ""},
		{"and inside a heading", "\"Flight\nNo\",Origin\nOS88,Wien\n", wien, ""},
		{"rows of nothing", "flight;origin\nOS88;Wien\n;\n\"\";\"\"\n", wien, ""},
		{"UTF-16, little endian", wide(binary.LittleEndian, true, zurich), at, ""},
		{"UTF-16, big endian", wide(binary.BigEndian, true, zurich), at, ""},
		{"UTF-16 without a mark", wide(binary.LittleEndian, false, zurich), at, ""},
		{"big endian without a mark", wide(binary.BigEndian, false, zurich), at, ""},
		{"UTF-16 with tabs", wide(binary.LittleEndian, true, strings.ReplaceAll(zurich, ",", "\t")), at, ""},
		{"our own apostrophe",
			"flight,origin,remark\nOS88,Wien,'+1 h\n", []string{"flight=OS88 origin=Wien remark=+1 h"}, ""},
		{"codeshares with spaces",
			"flight,codeshares\nLH 400,\"AC 9123, UA 8841\"\n", []string{"flight=LH 400 codeshares=AC 9123|UA 8841"}, ""},

		{"Latin-1", "flight,origin\nOS88,Z\xfcrich\nLX2,Wien\n", []string{"flight=LX2 origin=Wien"}, "line=2"},
		{"Latin-1, named", "flight,origin\nOS88,Z\xfcrich\n", nil, "not UTF-8: save the text as UTF-8"},
		{"a title in Latin-1", "Ank\xfcnfte\nflight,origin\nOS88,Wien\n", wien, ""},
		{"no heading for the flight",
			"Nr,Stadt\nOS88,Wien\n", nil,
			`no line names the columns: want one with flight or id, such as ` +
				`flight,origin,arrival, above the rows, not \"Nr,Stadt\"`},
		{"a workbook",
			"PK\x03\x04\x14\x00\x06\x00\x08\n\x00\x00\n", nil, "a workbook, not a text: save it as CSV (UTF-8)"},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\n\x00\n", nil, "a workbook"},
		{"a quotation mark that is not closed", "flight,origin\nLX1,\"Wien\nOS88,Wien\n", wien, "line=2"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			watch(t, "day.csv", c.text, func(w *watched) {
				time.Sleep(whole)
				synctest.Wait()
				if diff := cmp.Diff(c.want, w.log.all()); diff != "" {
					t.Errorf("(-want +got):\n%s%s", diff, &w.told.text)
				}
				told := w.told.text.String()
				if c.complaint == "" && told != "" || !strings.Contains(told, c.complaint) {
					t.Errorf("logged %q, want %q", told, c.complaint)
				}
				bad := strings.Contains(told, "line left out")
				if bad != (w.rejected.Rows > 0) || bad != (w.told.refused > 0) {
					t.Errorf("%d rows are reported as rejected, %d counted: %s", w.rejected.Rows, w.told.refused, told)
				}
			})
		})
	}
}

// TestTwoRowsOfOneNumber are two legs where their arrivals tell them apart, and stay that when one of them has left.
func TestTwoRowsOfOneNumber(t *testing.T) {
	const head, early, late = "flight,arrival,gate\n", "WN706,06:40,B3\n", "WN706,11:15,B9\n"
	watch(t, "day.csv", head+early+late, func(w *watched) {
		gates := func(reason string, want ...string) {
			t.Helper()
			time.Sleep(whole)
			synctest.Wait()
			var got []string
			for f := range w.log.board.Flights() {
				if f.Number != "WN706" {
					t.Errorf("%s: the flight is %+v", reason, f)
				}
				got = append(got, f.Arrival+" "+f.Gate)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s%s", reason, diff, &w.told.text)
			}
		}
		gates("both", "06:40 B3", "11:15 B9")
		w.write(head + late + "WN706,06:40,C1\n")
		gates("in another order, and one changes", "06:40 C1", "11:15 B9")
		w.log.take()
		w.write(head + late)
		gates("the first one has left", "11:15 B9")
		for _, e := range w.log.take() {
			if e.change.Kind != timetable.KindRemove {
				t.Errorf("the one that stays was changed: %+v", e.change)
			}
		}
		w.write(head + late + "WN706,23:00,D1\n")
		gates("another one", "11:15 B9", "23:00 D1")
		if w.told.refused != 0 {
			t.Errorf("rows were rejected: %s", &w.told.text)
		}
	})
	watch(t, "day.csv", head+early, func(w *watched) {
		w.want("one", "WN706 B3")
		w.append(w.path, late)
		w.want("and another one, later", "WN706 B3", "WN706 11:15 B9")
	})
	for reason, second := range map[string]string{"the same arrival": "WN706,06:40,B9\n", "no arrival": "WN706,,B9\n"} {
		watch(t, "day.csv", head+early+"LH1,06:40,A1\n"+second, func(w *watched) {
			w.wantAfter(whole, reason, "LH1 A1", "WN706 B9")
			const want = `line 2: "WN706" is in line 4, too: rows of one flight number need different arrivals, or an id each`
			reasons := w.rejected.Reasons
			if len(reasons) != 1 || reasons[0] != want || w.told.refused != 1 {
				t.Errorf("%s: %d rows rejected, %q, want %s", reason, w.told.refused, w.rejected.Reasons, want)
			}
		})
	}
	watch(t, "day.csv", head+early+early, func(w *watched) {
		if w.wantAfter(whole, "a row twice says one thing", "WN706 B3"); w.told.refused != 0 {
			t.Errorf("it was rejected: %s", &w.told.text)
		}
	})
}

// TestRejectedRowsAreReportedWhileTheyStand counts each row once, however often the table is replaced.
func TestRejectedRowsAreReportedWhileTheyStand(t *testing.T) {
	var table strings.Builder
	table.WriteString("flight,arrival\nCK00,08:05\n")
	for n := range 36 {
		fmt.Fprintf(&table, "CK%02d,noon\n", n+1)
	}
	watch(t, "day.csv", table.String(), func(w *watched) {
		for range 3 {
			w.wantAfter(whole, "one can be read", "CK00")
			if w.rejected.Rows != 36 || len(w.rejected.Reasons) != 3 || !w.rejected.Until.IsZero() || w.told.refused != 36 {
				t.Errorf("%+v, %d counted, want 36 rows with three reasons, each counted once", w.rejected, w.told.refused)
			}
			os.WriteFile(w.path+".new", []byte(table.String()), 0o600)
			w.rename(w.path+".new", w.path)
		}
		if want := `line 3: arrival: "noon" is `; !strings.HasPrefix(w.rejected.Reasons[0], want) {
			t.Errorf("the first reason is %q, want %s…", w.rejected.Reasons[0], want)
		}
		w.write("flight,arrival\nCK00,08:05\nCK01,12:00\nCK02,noon\n")
		if w.want("one is mended", "CK00", "CK01"); w.rejected.Rows != 1 {
			t.Errorf("%d rows are rejected, want 1", w.rejected.Rows)
		}
		w.write("flight,arrival\nCK00,08:05\nCK01,12:00\n")
		if w.want("all are", "CK00", "CK01"); w.rejected.Rows != 0 {
			t.Errorf("%d rows are rejected, want none", w.rejected.Rows)
		}
	})
}

// TestRejectedLinesAreReportedForAWhile are those of a program.
func TestRejectedLinesAreReportedForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log recorder
		var rejected Rejections
		from, to := io.Pipe()
		stop := start(t, NewPipe("tower", from, LineOptions{Rejected: func(r Rejections) { rejected = r }}), &log)
		var until time.Time
		write := func(text string, rows int) {
			t.Helper()
			io.WriteString(to, text)
			synctest.Wait()
			if rows != rejected.Rows || !strings.Contains(text, "Removal") {
				until = time.Now().Add(remembered)
			}
			if rejected.Rows != rows || rows > 0 && !rejected.Until.Equal(until) {
				t.Errorf("after %q: %+v, want %d rows until %v", text, rejected, rows, until)
			}
		}
		write("{\"flight\":\"A1\"}\n", 0)
		write("nonsense\n{\"flight\":\"A2\",\"gate\":7}\n", 2)
		write("{\"flight\":null,\"origin\":\"Karratha\"}\n", 3)
		// An update of a flight that has left, and a removal, come too late; no row is missing.
		time.Sleep(time.Minute)
		write("{\"event\":\"flightRemoval\",\"data\":{\"flight\":\"A7\"}}\n", 3)
		time.Sleep(remembered)
		write("nonsense\n", 1)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestLinesOfOtherEncodings are taken, or named; a file of PowerShell's is UTF-16.
func TestLinesOfOtherEncodings(t *testing.T) {
	const zurich = "{\"flight\":\"OS88\",\"origin\":\"Zürich\"}\r\n{\"flight\":\"LX2\"}\r\n"
	for _, c := range []struct {
		reason, text string
		want         []string
		complaint    string
	}{
		{"UTF-16", wide(binary.LittleEndian, true, zurich), []string{"flight=LX2", "flight=OS88 origin=Zürich"}, ""},
		{"big endian, without a mark",
			wide(binary.BigEndian, false, zurich), []string{"flight=LX2", "flight=OS88 origin=Zürich"}, ""},
		{"half a surrogate pair",
			wide(binary.LittleEndian, true, "{\"flight\":\"A1\"}\n") + "{\x00\x00\xd8}\x00\n\x00" +
				wide(binary.LittleEndian, false, "{\"flight\":\"A2\"}\n"),
			[]string{"flight=A1", "flight=A2"}, "line 2"},
		{"Latin-1",
			"{\"flight\":\"OS88\",\"origin\":\"Z\xfcrich\"}\n{\"flight\":\"LX2\"}\n",
			[]string{"flight=LX2"}, "line 1: the line is not UTF-8"},
		{"marks of files that were joined",
			"\ufeff{\"flight\":\"A1\"}\n\ufeff{\"flight\":\"A2\"}\n", []string{"flight=A1", "flight=A2"}, ""},
	} {
		for name, run := range map[string]func(*testing.T, LineOptions) *recorder{
			"a file": func(t *testing.T, o LineOptions) *recorder {
				log := new(recorder)
				path := t.TempDir() + "/day.ndjson"
				if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
					t.Fatal(err)
				}
				synctest.Test(t, func(t *testing.T) {
					f, err := NewFile("desk", path, o)
					if err != nil {
						t.Fatal(err)
					}
					stop := start(t, f, log)
					time.Sleep(whole)
					stop()
				})
				return log
			},
			"a pipe": func(t *testing.T, o LineOptions) *recorder {
				log := new(recorder)
				from := io.NopCloser(byteByByte{bytes.NewReader([]byte(c.text))})
				if err := NewPipe("desk", from, o).Run(t.Context(), log); err != nil {
					t.Fatal(err)
				}
				return log
			},
		} {
			t.Run(c.reason+" in "+name, func(t *testing.T) {
				var rejected Rejections
				log := run(t, LineOptions{Rejected: func(r Rejections) { rejected = r }})
				if diff := cmp.Diff(c.want, log.all()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				got := strings.Join(rejected.Reasons, "; ")
				if !strings.Contains(got, c.complaint) || c.complaint == "" && got != "" {
					t.Errorf("rejected %q, want %q", got, c.complaint)
				}
			})
		}
	}
}

// byteByByte reads one byte at a time.
type byteByByte struct{ io.Reader }

func (r byteByByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(1, len(p))]) }
