package view

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"flightboard/timetable"
	"flightboard/timetable/scenetest"
	"flightboard/timetable/words"
)

// Each file of testdata/sheet is a scene: its purpose, then what the board and its reader do, and below each drawing
// the calls of the surface, and (after =) the rows from the top.
func TestASheetShowsWhatItsReaderAsksFor(t *testing.T) {
	scenetest.Play(t, "testdata/sheet/*.txt", read)
}

// listed are the rules of a language without plurals.
type listed struct{}

func (listed) Plural(int) string        { return "other" }
func (listed) List(lines string) string { return strings.ReplaceAll(lines, "\n", " and ") }

func read(t *testing.T, scene string) string {
	t.Helper()
	var (
		out   strings.Builder
		board timetable.Board
		sheet Sheet
		sum   timetable.Delta
		c     timetable.Change
		m     = newModel()
		now   time.Time
		begun bool
	)
	defer words.SetLanguage("", false, nil)
	for line := range strings.Lines(scene) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "> ")
		if !ok {
			if !begun {
				out.WriteString(line)
			}
			continue
		}
		begun = true
		out.WriteString("> " + command + "\n")
		verb, rest, _ := strings.Cut(command, " ")
		q := sheet.Query()
		switch verb {
		case "language": // english=translated, …
			words.SetLanguage(strings.NewReplacer("=", "\x1f", ", ", "\x1f").Replace(rest), false, listed{})
			sheet.Reword()
		case "draw":
			m.transcript = nil
			sheet.Tick(now, m)
			sheet.Draw(&board, sum, m)
			sum = timetable.Delta{}
			for _, verb := range m.transcript {
				out.WriteString(verb + "\n")
			}
			fmt.Fprintf(&out, "= %s; page %d of %d, %d flights", strings.Join(keysOf(m), " "), sheet.Query().Page+1,
				sheet.Pages(), sheet.Total())
			if sheet.Pinned() > 0 {
				fmt.Fprintf(&out, ", %d pinned", sheet.Pinned())
			}
			if sheet.Waiting() > 0 {
				fmt.Fprintf(&out, ", %d changes waiting", sheet.Waiting())
			}
			if sheet.Next() > 0 {
				fmt.Fprintf(&out, "; again in %v", sheet.Next())
			}
			out.WriteString("\n")
			continue
		case "search":
			q.Find(rest)
		case "filter":
			column, words, _ := strings.Cut(rest, " ")
			q.Filter(column2(t, column), words)
		case "click", "shift-click":
			q.Click(column2(t, rest), verb == "shift-click")
		case "page":
			q.Page, _ = strconv.Atoi(rest)
			q.Page--
		case "size":
			size, seen, _ := strings.Cut(rest, " from ")
			n, _ := strconv.Atoi(size)
			row, _ := strconv.Atoi(seen)
			q.Resize(n, row)
		case "pointer":
			sheet.Hold.Pointer = rest == "in"
			sheet.Hold.Move(now)
			continue
		case "focus":
			sheet.Hold.Focus = rest == "in"
			sheet.Hold.Move(now)
			continue
		case "select":
			sheet.Hold.Selection = rest == "in"
			continue
		case "rest":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(d)
			continue
		case "clock":
			at, err := time.Parse(time.RFC3339, rest)
			if err != nil {
				t.Fatal(err)
			}
			now = at
			continue
		case "pin", "pin-elsewhere": // in another tab
			sheet.Pin(strings.Fields(rest), verb == "pin")
			continue
		case "time":
			at, err := time.Parse(time.RFC3339, rest)
			if err != nil {
				t.Fatal(err)
			}
			sheet.Clock = Clock{At: at, Since: now, Speed: 60}
			continue
		case "announcements":
			sheet.Announcer.Off = rest == "off"
			continue
		case "status":
			state, words, _ := strings.Cut(rest, ": ")
			sheet.Announcer.SetStatus(state, words, "")
			continue
		case "feed":
			sheet.Announcer.SetStatus("live", "", rest)
			continue
		case "apply":
			sheet.Release()
			continue
		case "zone":
			zone := london
			if rest != "London" {
				n, _ := strconv.Atoi(rest)
				zone = East(n)
			}
			sheet.SetDisplay(sheet.Hidden, zone)
			continue
		case "hide":
			sheet.SetDisplay(sheet.Hidden|column2(t, rest).Bit(), sheet.Zone)
			continue
		case "adopt":
			if err := c.Decode(timetable.KindReplace, rest); err != nil {
				t.Fatalf("%s: %v", rest, err)
			}
			board.Apply(&c)
			m.load(c.Board)
			m.columns |= timetable.FieldGate.Bit()
			for _, e := range m.rows {
				e.cells[timetable.FieldGate], e.columns = "", m.columns
			}
			sheet.Adopt(c.Board, m.columns, 0)
			continue
		case "known":
			sheet.Forget()
			continue
		default:
			if err := c.DecodeLine(command); err != nil {
				t.Fatalf("%s: %v", command, err)
			}
			d := board.Apply(&c)
			sum.Entered, sum.Left, sum.Altered, sum.Fields = sum.Entered+d.Entered, sum.Left+d.Left, sum.Altered+d.Altered,
				sum.Fields|d.Fields
			continue
		}
		sheet.Ask(q)
	}
	return out.String()
}

// london is where clocks go back on 25 October 2026, at 01:00 UTC.
var london = Local(func(seconds int64) int {
	if seconds < time.Date(2026, time.October, 25, 1, 0, 0, 0, time.UTC).Unix() {
		return 60
	}
	return 0
})

func column2(t *testing.T, name string) timetable.Field {
	t.Helper()
	for _, c := range Columns {
		if c.String() == name {
			return c
		}
	}
	t.Fatalf("there is no column %s", name)
	return 0
}

// world is a board of all flights airborne at the world's peak.
func world(n int) *timetable.Board {
	c := timetable.Change{Kind: timetable.KindReplace}
	cities := []string{"London", "São Paulo", "Málaga", "Berlin", "New York", "Tokyo", "Zürich", "Oslo", "Łódź",
		"San Francisco", "San José", "Buenos Aires"}
	for i := range n {
		c.Board = append(c.Board, timetable.Flight{
			Number:  string([]byte{'A' + byte(i*7%26), 'A' + byte(i*11%26)}) + " " + strconv.Itoa(i*7919%n),
			Origin:  string([]byte{'A' + byte(i*17%26), 'a' + byte(i*5%20)}) + " " + cities[i*31%len(cities)],
			Arrival: fmt.Sprintf("2026-11-21T%02d:%02d:00+01:00", i*13%24, i*29%60),
			State:   timetable.States[i*5%len(timetable.States)],
			Airline: "Airline " + strconv.Itoa(i*3%200),
			From:    string([]byte{'A' + byte(i%26), 'A' + byte(i/26%26), 'X'}),
		})
	}
	b := new(timetable.Board)
	b.Apply(&c)
	return b
}

func benchmark(b *testing.B, queries ...Query) {
	board := world(20000)
	var sheet Sheet
	sheet.Draw(board, timetable.Delta{}, nothing{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sheet.Ask(queries[i%len(queries)])
		sheet.Draw(board, timetable.Delta{}, nothing{})
	}
}

func BenchmarkSearch(b *testing.B) {
	benchmark(b, Query{Search: "sao"}, Query{Search: "london"}, Query{Search: "zurich landed"})
}

func BenchmarkSort(b *testing.B) {
	for _, c := range []timetable.Field{timetable.FieldOrigin, timetable.FieldNumber, timetable.FieldArrival,
		timetable.FieldState} {
		b.Run(c.String(), func(b *testing.B) {
			benchmark(b, Query{Sort: []Key{{c, false}}}, Query{Sort: []Key{{c, true}}})
		})
	}
}

func BenchmarkTurnPage(b *testing.B) { benchmark(b, Query{Page: 400}, Query{Page: 401}) }

// A frame in which only states of flights have changed reads the flights of the page only, and allocates nothing.
func BenchmarkFrame(b *testing.B) {
	board := world(20000)
	var sheet Sheet
	sheet.Draw(board, timetable.Delta{}, nothing{})
	changed := timetable.Delta{Altered: 1, Fields: timetable.FieldState.Bit()}
	b.ReportAllocs()
	for b.Loop() {
		sheet.Draw(board, changed, nothing{})
	}
}

func TestASteadySheetAllocatesNothing(t *testing.T) {
	board := world(500)
	for name, q := range map[string]Query{
		"the first page": {}, "a search": {Search: "london"}, "an order": {Sort: []Key{{timetable.FieldState, true}}},
		"all": {Size: All},
	} {
		var sheet Sheet
		sheet.Ask(q)
		for sheet.Draw(board, timetable.Delta{}, nothing{}); sheet.More(); {
			sheet.Draw(board, timetable.Delta{}, nothing{})
		}
		changed := timetable.Delta{Altered: 1, Fields: timetable.FieldState.Bit()}
		for _, held := range []bool{false, true} {
			sheet.Hold.Selection = held
			if n := testing.AllocsPerRun(20, func() { sheet.Draw(board, changed, nothing{}) }); n > 2 {
				t.Errorf("%s, held %v: a frame allocates %v times, want at most the order's two", name, held, n)
			}
		}
	}
}
