package view

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
	"flightboard/timetable/scenetest"
)

// Each file of testdata is a scene: why it is there, then changes and drawings (after >), and below each drawing the
// verbs that it takes. A scene may begin with the page's own rows.
func TestATableDrawsWhatDiffers(t *testing.T) {
	scenetest.Play(t, "testdata/*.txt", play)
}

func play(t *testing.T, scene string) string {
	t.Helper()
	var (
		out   strings.Builder
		board timetable.Board
		table Table
		c     timetable.Change
		m     = newModel()
		begun bool
	)
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
		page, isPage := strings.CutPrefix(command, "page ")
		switch {
		case isPage:
			if err := c.Decode(timetable.KindReplace, page); err != nil {
				t.Fatalf("%s: %v", page, err)
			}
			board.Apply(&c)
			m.load(c.Board)
			table.Adopt(c.Board, m.columns, Airport)
		case command == "draw":
			m.transcript = nil
			draw(&table, &board, m)
			for _, verb := range m.transcript {
				out.WriteString(verb + "\n")
			}
			mustEqual(t, m, &board)
		default:
			if err := c.DecodeLine(command); err != nil {
				t.Fatalf("%s: %v", command, err)
			}
			board.Apply(&c)
		}
	}
	return out.String()
}

var whole []*timetable.Flight // draw reuses it

// draw draws the whole board.
func draw(table *Table, b *timetable.Board, s Surface) {
	whole = whole[:0]
	for f := range b.Flights() {
		whole = append(whole, f)
	}
	table.Draw(whole, Shown(b), Airport, s, false)
}

// mustEqual compares the surface with the board, cell by cell.
func mustEqual(t *testing.T, m *model, b *timetable.Board) {
	t.Helper()
	type cells map[string]string
	var want, got []cells
	for f := range b.Flights() {
		w := cells{"key": f.Key(), "sign": Sign(f), "tooltip": Tooltip(f), "overridden": Overridden(f)}
		for c := range Shown(b).All() {
			w[c.String()] = Text(f, c)
		}
		want = append(want, w)
	}
	for _, e := range m.rows {
		g := cells{"key": e.key, "sign": e.sign, "tooltip": e.tooltip, "overridden": e.overridden}
		for c, text := range e.cells {
			g[c.String()] = text
		}
		got = append(got, g)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the surface is not the board (-board +surface):\n%s", diff)
	}
}

// FuzzATableEqualsItsBoard plays random changes, draws now and then, and wants the surface to equal the board, every
// kept flight to have kept its row, and no more rows to move than have to.
func FuzzATableEqualsItsBoard(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, seed%7, seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed, between uint64, adopt bool) {
		random := rand.New(rand.NewPCG(seed, between))
		var board timetable.Board
		var table Table
		m := newModel()
		if adopt {
			for range random.IntN(20) {
				board.Apply(randomChange(random))
			}
			page := board.Snapshot().Board
			m.load(page)
			table.Adopt(page, m.columns, Airport)
		}
		for range 40 {
			before := map[string]int{}
			for _, e := range m.rows {
				before[e.key] = e.born
			}
			stayed := map[string]bool{}
			for key := range before {
				stayed[key] = true
			}
			for range random.Uint64N(between%8 + 1) {
				board.Apply(randomChange(random))
				for key := range stayed {
					stayed[key] = stayed[key] && board.Flight(key) != nil
				}
			}
			old := keysOf(m)
			m.transcript = nil
			draw(&table, &board, m)
			mustEqual(t, m, &board)
			for _, e := range m.rows {
				if stayed[e.key] && before[e.key] != e.born {
					t.Fatalf("%s has another row now", e.key)
				}
			}
			moves := 0
			for _, verb := range m.transcript {
				if strings.HasPrefix(verb, "move ") {
					moves++
				}
			}
			if want := fewestMoves(old, keysOf(m)); moves != want {
				t.Fatalf("%d rows moved, want %d: %q -> %q", moves, want, old, keysOf(m))
			}
			m.transcript = nil
			if draw(&table, &board, m); len(m.transcript) > 0 {
				t.Fatalf("drawing once more took %q", m.transcript)
			}
		}
	})
}

func keysOf(m *model) []string {
	keys := make([]string, len(m.rows))
	for i, e := range m.rows {
		keys[i] = e.key
	}
	return keys
}

// fewestMoves is how many of the keys in both lists are outside their longest common subsequence, computed by dynamic
// programming.
func fewestMoves(from, to []string) int {
	length := make([][]int, len(from)+1)
	for i := range length {
		length[i] = make([]int, len(to)+1)
	}
	both := 0
	for i := range from {
		for j := range to {
			length[i+1][j+1] = max(length[i][j+1], length[i+1][j])
			if from[i] == to[j] {
				both++
				length[i+1][j+1] = length[i][j] + 1
			}
		}
	}
	return both - length[len(from)][len(to)]
}

func randomChange(r *rand.Rand) *timetable.Change {
	number := "F" + strconv.Itoa(r.IntN(25))
	f := timetable.Flight{
		Number:  number,
		Origin:  "City " + strconv.Itoa(r.IntN(5)),
		Arrival: "1" + strconv.Itoa(r.IntN(10)) + ":00",
		State:   []string{"", "landed", "Landed", "held"}[r.IntN(4)],
	}
	switch r.IntN(12) {
	case 0:
		f.Word, f.Feed, f.Overridden = []string{"", "Gelandet"}[r.IntN(2)], []string{"", "jfk"}[r.IntN(2)],
			[]string{"", "gate\nbelt"}[r.IntN(2)]
		return &timetable.Change{Kind: timetable.KindPut, Flight: f,
			Named: timetable.FieldWord.Bit() | timetable.FieldFeed.Bit() | timetable.FieldOverridden.Bit()}
	case 1, 2:
		return &timetable.Change{Kind: timetable.KindRemove, Flight: f}
	case 3, 4, 5:
		return &timetable.Change{Kind: timetable.KindAdd, Flight: f}
	case 6:
		f.Gate = []string{"", "A1", "B2"}[r.IntN(3)]
		return &timetable.Change{Kind: timetable.KindPut, Flight: f, Named: timetable.FieldGate.Bit()}
	case 7:
		c := &timetable.Change{Kind: timetable.KindReplace}
		for i := range r.IntN(10) {
			g := f
			g.Number = "F" + strconv.Itoa(i*2)
			g.Arrival = "2" + strconv.Itoa(r.IntN(4)) + ":30"
			c.Board = append(c.Board, g)
		}
		return c
	case 8, 9:
		f.Expected = "1" + strconv.Itoa(r.IntN(10)) + ":05"
		return &timetable.Change{Kind: timetable.KindUpdate, Flight: f, Named: timetable.FieldExpected.Bit()}
	}
	return &timetable.Change{Kind: timetable.KindUpdate, Flight: f, Named: timetable.FieldState.Bit()}
}

func TestASteadyBoardCostsNothing(t *testing.T) {
	board := boardOf(1000)
	var table Table
	draw(&table, board, newModel())
	if n := testing.AllocsPerRun(100, func() { draw(&table, board, nil) }); n != 0 {
		t.Errorf("a drawing without changes allocates %v times, want 0", n)
	}
}

// A cell is marked once, however often it changes, until it has not changed for Marked. The marks of a row are removed
// with it.
func TestAMarkEndsWhenNewsIsOld(t *testing.T) {
	board := boardOf(3)
	var table Table
	m := newModel()
	draw(&table, board, m)
	now := time.Time{}
	set := func(number int, state string) {
		board.Apply(&timetable.Change{Flight: timetable.Flight{Number: strconv.Itoa(number), State: state},
			Named: timetable.FieldState.Bit()})
	}
	for i, step := range []struct {
		after time.Duration
		do    func()
		want  string
		wait  time.Duration
	}{
		{0, func() { set(1, "landing") }, `text 1 state "landing", mark 1 state, sign 1 "landing"`, Marked},
		{Marked - 1, func() {}, "", 1},
		{0, func() { set(1, "landed"); set(2, "landed") },
			`text 1 state "landed", sign 1 "landed", text 2 state "landed", mark 2 state, sign 2 "landed"`, Marked},
		{1, func() {}, "", Marked - 1},
		{1, func() {
			board.Apply(&timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: "2"}})
		}, "remove 2 fade", Marked - 2},
		{Marked - 2, func() {}, "unmark 1 state", 0},
	} {
		m.transcript = nil
		now = now.Add(step.after)
		step.do()
		table.Tick(now, m)
		draw(&table, board, m)
		if got := strings.Join(m.transcript, ", "); got != step.want || table.wait() != step.wait {
			t.Errorf("step %d: %s; again in %v, want %s; %v", i, got, table.wait(), step.want, step.wait)
		}
	}
}

func TestMarksEndWhereEverythingChanges(t *testing.T) {
	board := boardOf(markedAtMost + 1)
	var table Table
	m := newModel()
	marked := func(state string) int {
		for i := range markedAtMost + 1 {
			board.Apply(&timetable.Change{Flight: timetable.Flight{Number: strconv.Itoa(i), State: state},
				Named: timetable.FieldState.Bit()})
		}
		m.transcript = nil
		draw(&table, board, m)
		return strings.Count(strings.Join(m.transcript, "\n"), "mark ")
	}
	draw(&table, board, m)
	if n := marked("landing"); n != markedAtMost+1 {
		t.Errorf("the first drawing marks %d cells, want all %d", n, markedAtMost+1)
	}
	if n := marked("landed"); n != 0 {
		t.Errorf("the drawing after one that changed more than %d cells marks %d, want none", markedAtMost, n)
	}
}

func boardOf(n int) *timetable.Board {
	c := timetable.Change{Kind: timetable.KindReplace}
	for i := range n {
		c.Board = append(c.Board, timetable.Flight{Number: strconv.Itoa(i), Origin: "Rome", Arrival: "10:10"})
	}
	b := new(timetable.Board)
	b.Apply(&c)
	return b
}

// BenchmarkDraw is the cost of a frame in which one flight in ten has changed, without the surface's.
func BenchmarkDraw(b *testing.B) {
	board := boardOf(10000)
	var table Table
	var c timetable.Change
	draw(&table, board, nothing{})
	var line []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		for n := range 1000 {
			line = append(line[:0], `{"flight":"`...)
			line = strconv.AppendInt(line, int64(n*10), 10)
			line = append(append(line, `","state":"`...), "abcdefgh"[i%8], '"', '}')
			if err := c.Decode(timetable.KindUpdate, string(bytes.Clone(line))); err != nil {
				b.Fatal(err)
			}
			board.Apply(&c)
		}
		b.StartTimer()
		draw(&table, board, nothing{})
	}
}

type nothing struct{}

func (nothing) Columns(timetable.Fields)             {}
func (nothing) FitRow(Row)                           {}
func (nothing) Insert(Row, string, Row, bool)        {}
func (nothing) Move(Row, Row)                        {}
func (nothing) Remove(Row, bool)                     {}
func (nothing) SetText(Row, timetable.Field, string) {}
func (nothing) Mark(Row, timetable.Field, bool)      {}
func (nothing) SetSign(Row, string)                  {}
func (nothing) SetTooltip(Row, string, string)       {}
func (nothing) SetStar(Row, string, bool)            {}
func (nothing) BeginDay(Row, int64)                  {}
func (nothing) Announce(string)                      {}
