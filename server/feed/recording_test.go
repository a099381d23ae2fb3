package feed

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
)

const columns = "leg_id,airline,flight,origin,origin_city,sched_dep_utc,off_block_utc,airborne_utc," +
	"sched_arr_utc,sched_arr_local,touchdown_utc,in_block_utc,status\n"

const good = "AA1-20231220-PHX-JFK,AA,AA1,PHX,Phoenix,2023-12-20T16:39:00Z,2023-12-20T16:35:00Z,," +
	"2023-12-20T21:29:00Z,2023-12-20T16:29,2023-12-20T21:10:00Z,2023-12-20T21:29:00Z,landed\n"

// changed returns the good row with some of its text replaced.
func changed(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(good) }

// read reads a recording and returns its legs and what was logged.
func read(t *testing.T, text string) ([]leg, string, error) {
	t.Helper()
	var logged bytes.Buffer
	legs, err := readLegs("day.csv", strings.NewReader(text), slog.New(slog.NewTextHandler(&logged, nil)))
	return legs, logged.String(), err
}

func TestBadRowsAreLeftOutWithLineAndReason(t *testing.T) {
	for _, test := range []struct{ name, row, reason string }{
		{"an unknown status", changed("landed", "lost"), `status: \"lost\" is neither`},
		{"no status", changed("landed", ""), `status: \"\" is neither`},
		{"a time that is none", changed("2023-12-20T21:10:00Z", "21:10"),
			`touchdown_utc: \"21:10\" is not like 2006-01-02T15:04:05Z`},
		{"a date that is none", changed("2023-12-20T21:29:00Z,2023-12-20T16:29", "2023-02-30T21:29:00Z,2023-12-20T16:29"),
			`sched_arr_utc: \"2023-02-30T21:29:00Z\" is not like`},
		{"no scheduled departure", changed("2023-12-20T16:39:00Z", ""), "sched_dep_utc: missing"},
		{"no scheduled arrival", changed("2023-12-20T21:29:00Z,2023-12-20T16:29", ",2023-12-20T16:29"),
			"sched_arr_utc: missing"},
		{"no local time", changed("2023-12-20T16:29", ""), "sched_arr_local: missing"},
		{"a local time of another day", changed("2023-12-20T16:29", "2023-12-19T16:29"),
			"sched_arr_local is -29h0m0s from sched_arr_utc"},
		{"landed without touchdown", changed("2023-12-20T21:10:00Z,2023-12-20T21:29:00Z", ","),
			"touchdown_utc and in_block_utc are missing"},
		{"landed without leaving", changed("2023-12-20T16:35:00Z", ""), "off_block_utc and airborne_utc are missing"},
		{"diverted without leaving", changed("2023-12-20T16:35:00Z", "", "landed", "diverted"),
			"status is diverted, but off_block_utc"},
		{"touchdown before it left", changed("2023-12-20T21:10:00Z", "2023-12-20T16:10:00Z"),
			"touchdown_utc - off_block_utc is -25m0s"},
		{"in block before touchdown", changed("2023-12-20T21:10:00Z", "2023-12-20T21:31:00Z"),
			"in_block_utc - touchdown_utc is -2m0s"},
		{"seven hours of taxiing", changed("2023-12-20T21:10:00Z", "2023-12-20T14:29:00Z", "2023-12-20T16:35:00Z",
			"2023-12-20T13:40:00Z"), "in_block_utc - touchdown_utc is 7h0m0s"},
		{"due before it leaves", changed("2023-12-20T16:39:00Z", "2023-12-20T21:39:00Z"),
			"sched_arr_utc - sched_dep_utc is -10m0s"},
		{"left a week late", changed("2023-12-20T16:35:00Z", "2023-12-27T16:35:00Z"),
			"off_block_utc - sched_dep_utc is 167h56m0s"},
		{"a day in the air", changed("2023-12-20T21:10:00Z", "2023-12-22T21:10:00Z"),
			"touchdown_utc - off_block_utc is 52h35m0s"},
		{"an ID without a date", changed("AA1-20231220-PHX-JFK", "AA1-PHX-JFK"), "is not like AA1587-20231220-PHX-JFK"},
		{"an ID with no such date", changed("AA1-20231220-PHX-JFK", "AA1-20231320-PHX-JFK"), "is no day like 20231220"},
		{"no ID", changed("AA1-20231220-PHX-JFK", ""), "is not like AA1587-20231220-PHX-JFK"},
		{"an ID that is none", changed("PHX-JFK", strings.Repeat("X", 60)), "is not like AA1587-20231220-PHX-JFK"},
		{"no number", changed(",AA1,", ",,"), "flight: missing"},
		{"a control character", changed("Phoenix", "Pho\x07enix"), "origin: holds the control character"},
		{"too few cells", "AA1,B\n", "has 2 cells, want 13"},
		{"too many cells", changed("landed", "landed,"), "has 14 cells, want 13"},
		{"a stray quote", changed("Phoenix", `Pho"enix`), "column 36: bare"},
		{"a quote without end", changed("Phoenix", `"Phoenix`), "extraneous or missing"},
		{"a leg for the second time", good, "is in line 2 already"},
	} {
		t.Run(test.name, func(t *testing.T) {
			other := strings.ReplaceAll(good, "AA1", "AA2")
			legs, logged, err := read(t, columns+good+test.row+other)
			if err != nil {
				t.Fatal(err)
			}
			if len(legs) != 2 || legs[1].number != "AA2" {
				t.Errorf("%d legs were read, want the two good ones", len(legs))
			}
			if !strings.Contains(logged, "line=3") || !strings.Contains(logged, test.reason) {
				t.Errorf("the log says %q, want line 3 and %q", logged, test.reason)
			}
		})
	}
}

func TestOnlyTheFirstBadRowsAreLogged(t *testing.T) {
	_, logged, err := read(t, columns+good+strings.Repeat("\nno row", 12))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(logged, "row left out"); n != maxLogged {
		t.Errorf("%d rows were told, want %d", n, maxLogged)
	}
	if !strings.Contains(logged, `msg="more rows left out" file=day.csv rows=7 of=13`) {
		t.Errorf("the log says %s, want a line about the other 7 of 13 rows", logged)
	}
}

func TestAFileWithoutGoodRowsIsAnError(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "feed: day.csv is empty: want a line that names the columns, leg_id, flight,"},
		{"no columns", "hello\n" + good, "feed: day.csv: line 1: the line that names the columns lacks leg_id, flight,"},
		{"a column is missing", strings.Replace(columns, "sched_arr_utc", "due", 1) + good,
			"feed: day.csv: line 1: the line that names the columns lacks sched_arr_utc"},
		{"no rows", columns, "feed: day.csv has no rows"},
		{"no good rows", columns + "\nx\ny\n", "feed: day.csv: none of 2 rows is of use; line 3: has 1 cells, want 13"},
		{"not gzip after all", "\x1f\x8bhello", "feed: day.csv: "},
		{"not text", "\x00\x01\x02", "feed: day.csv: line 1: the line that names the columns lacks"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := read(t, test.text)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("the error is %v, want %s…", err, test.want)
			}
		})
	}
}

func TestRecordingsComeInManyForms(t *testing.T) {
	reorder := func(line string) string { // the first column moves to the end
		first, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ",")
		return rest + "," + first + "\n"
	}
	want := timetable.Flight{ID: "AA1-20231220-PHX-JFK", Number: "AA1", Origin: "Phoenix", From: "PHX",
		Airline: "American",
		Arrival: "2023-12-20T16:29:00-05:00", State: "scheduled"}
	for _, test := range []struct{ name, text string }{
		{"plain", columns + good},
		{"CRLF, byte order mark, empty lines, no line end at the end",
			"\ufeff" + strings.ReplaceAll(columns+"\n"+strings.TrimSuffix(good, "\n"), "\n", "\r\n")},
		{"columns in another order", reorder(columns) + reorder(good)},
		{"quotes and spaces", columns + changed("Phoenix", `" Phoenix "`)},
		{"gzip", zipped(t, columns+good)},
		{"times of another offset", columns + changed("2023-12-20T21:29:00Z,2023-12-20T16",
			"2023-12-20T23:29:00+02:00,2023-12-20T16")},
	} {
		t.Run(test.name, func(t *testing.T) {
			legs, logged, err := read(t, test.text)
			if err != nil || logged != "" {
				t.Fatal(err, logged)
			}
			if diff := cmp.Diff(want, legs[0].flight(0, milestone{state: "scheduled"})); diff != "" {
				t.Errorf("the flight (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMissingCellsAreDerivedFromOthers(t *testing.T) {
	for _, test := range []struct {
		name, row string
		want      []string
	}{
		{"nothing is missing", good, []string{"16:05:00 scheduled", "16:35:00 expected 21:25:00",
			"18:52:30 expected 21:18:00",
			"20:15:00 expected 21:12:00", "21:00:00 landing 21:10:00", "21:10:00 landed 21:10:00", "21:44:00 leaves"}},
		{"airborne stands in for off block", changed("2023-12-20T16:35:00Z,", ",2023-12-20T16:35:00Z"),
			[]string{"16:05:00 scheduled",
				"16:35:00 expected 21:25:00", "18:52:30 expected 21:18:00", "20:15:00 expected 21:12:00",
				"21:00:00 landing 21:10:00",
				"21:10:00 landed 21:10:00", "21:44:00 leaves"}},
		{"touchdown stands in for in block", changed("2023-12-20T21:10:00Z,2023-12-20T21:29:00Z", "2023-12-20T21:10:00Z,"),
			[]string{"16:05:00 scheduled", "16:35:00 expected 21:25:00", "18:52:30 expected 21:18:00",
				"20:15:00 expected 21:12:00",
				"21:00:00 landing 21:10:00", "21:10:00 landed 21:10:00", "21:25:00 leaves"}},
		{"in block stands in for touchdown", changed("2023-12-20T21:10:00Z,2023-12-20T21:29:00Z", ",2023-12-20T21:29:00Z"),
			[]string{"16:05:00 scheduled", "16:35:00 expected 21:25:00", "19:02:00 expected 21:27:00",
				"20:30:12 expected 21:29:00",
				"21:19:00 landing 21:29:00", "21:29:00 landed 21:29:00", "21:44:00 leaves"}},
		{"cancelled or diverted, and never left",
			changed("2023-12-20T16:35:00Z", "", "2023-12-20T21:10:00Z,2023-12-20T21:29:00Z,landed",
				",,cancelled_or_diverted"), []string{"16:09:00 scheduled", "16:39:00 cancelled", "23:29:00 leaves"}},
		{"cancelled or diverted, and left", changed("2023-12-20T21:10:00Z,2023-12-20T21:29:00Z,landed",
			",,cancelled_or_diverted"),
			[]string{"16:05:00 scheduled", "16:35:00 expected 21:25:00", "21:25:00 diverted", "23:29:00 leaves"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			legs, logged, err := read(t, columns+test.row)
			if err != nil || logged != "" {
				t.Fatal(err, logged)
			}
			if diff := cmp.Diff(test.want, shown(life(&legs[0]))); diff != "" {
				t.Errorf("its life (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheSampleHasNoBadRows(t *testing.T) {
	var logged bytes.Buffer
	legs, err := readLegs(sampleName, bytes.NewReader(sample), slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil || logged.Len() > 0 || len(legs) != 7090 {
		t.Errorf("%d legs were read (%v), want 7090; the log says %q", len(legs), err, logged.String())
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// file writes a recording to a file and returns its name.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "day.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Starting the server with the sample takes less than 100 ms: it reads it before it listens.
func BenchmarkNewReplay(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewReplay(ReplayOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The file that README.md shows can be played.
func TestTheReadmesRecordingIsRead(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```csv\n")
	example, _, _ = strings.Cut(example, "```")
	legs, logged, err := read(t, example)
	if err != nil || logged != "" || len(legs) != 2 {
		t.Errorf("%d legs were read (%v), want 2; the log says %q", len(legs), err, logged)
	}
	for _, column := range append([]string{"origin", "airline", "airborne_utc"}, required...) {
		if !strings.Contains(string(text), "`"+column+"`") {
			t.Errorf("README.md does not describe the column %s", column)
		}
	}
}
