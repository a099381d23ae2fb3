package starred

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flightboard/timetable"
	"flightboard/timetable/scenetest"
	"flightboard/timetable/words"
)

// A storage is what the tabs of a browser share. A stale one still has what it had before the last Remember of another
// tab, as browsers may for a moment.
type storage map[string]string

func (s storage) Recall(name string) string   { return s[name] }
func (s storage) Remember(name, value string) { s[name] = value }
func newTab(s storage) *List                  { return New(s, "stars") }

func text(f *timetable.Flight, n News) string {
	when := ""
	if n.Timed() {
		when = timetable.Clock(f.Expected)
	}
	return words.News(n.State, when, n.Belt)
}

// Each file of testdata is a scene: its purpose, then what the board and its reader do, and below each line what a tab
// tells. There are two tabs, of which the second opens with the first line that names it; both see every change.
func TestScenes(t *testing.T) {
	scenetest.Play(t, "testdata/*.txt", play)
}

func play(t *testing.T, scene string) string {
	t.Helper()
	var (
		out   strings.Builder
		board timetable.Board
		c     timetable.Change
		kept  = storage{}
		tabs  = []*List{newTab(kept)}
		now   = time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC).Unix()
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
		verb, rest, _ := strings.Cut(command, " ")
		switch verb {
		case "star":
			f := board.Flight(rest)
			if f == nil {
				t.Fatalf("%s is not on the board", rest)
			}
			fmt.Fprintf(&out, "followed: %v\n", tabs[0].Toggle(f, now))
		case "visit":
			tabs[0].Add(rest, now)
		case "reload":
			tabs[0] = newTab(kept)
		case "open": // a second tab
			tabs = append(tabs, newTab(kept))
		case "pass":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			now += int64(d / time.Second)
		default:
			if err := c.DecodeLine(command); err != nil {
				t.Fatalf("%s: %v", command, err)
			}
			board.Apply(&c)
		}
		for i, tab := range tabs {
			name := ""
			if i > 0 {
				name = "second tab: "
			}
			tab.Update(&board, now, func(f *timetable.Flight, n News) {
				fmt.Fprintf(&out, "%stells %s from %s: %s\n", name, f.Number, f.Origin, text(f, n))
			})
		}
		for i, tab := range tabs {
			tab.Reload() // on the storage event
			name := "= "
			if i > 0 {
				name = "second tab: = "
			}
			out.WriteString(name + strings.Join(tab.Keys(), ",") + "\n")
		}
	}
	return out.String()
}

// A nowhere is the storage of a browser that keeps nothing.
type nowhere struct{}

func (nowhere) Recall(string) string    { return "" }
func (nowhere) Remember(string, string) {}

func TestAListWithoutAStorageWorksUntilItsPageCloses(t *testing.T) {
	l := New(nowhere{}, "stars")
	var b timetable.Board
	b.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "LH400", State: "expected"}})
	if !l.Toggle(b.Flight("LH400"), 1) || len(l.Keys()) != 1 {
		t.Fatal("the flight is not followed")
	}
	b.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{Number: "LH400", State: "landed"}})
	told := 0
	for now := range int64(3) {
		l.Update(&b, 2+now, func(*timetable.Flight, News) { told++ })
	}
	if told != 1 {
		t.Errorf("the news is told %d times, want once", told)
	}
}

// What is in the storage may be another program's, or of another release.
func TestOtherTextsInTheStorageAreIgnored(t *testing.T) {
	for text, want := range map[string]string{
		"[1,2]": "", "\n\n\t": "", "\t1\t1\t5\tlanded": "", "title\nLH400": "", "LH400\tx\t\t\t": "LH400",
		"LH400\t1\t1\t5\t\tlanded\n\t1": "LH400",
	} {
		if got := strings.Join(New(storage{"stars": text}, "stars").Keys(), ","); got != want {
			t.Errorf("of %q the list reads %q, want %q", text, got, want)
		}
	}
}

func TestTheOldestStarEndsWhenThereAreTooMany(t *testing.T) {
	s := storage{}
	l := New(s, "stars")
	var b timetable.Board
	for i := range Most + 1 {
		f := timetable.Flight{Number: fmt.Sprint("F", i)}
		b.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: f})
		l.Toggle(&f, 1)
	}
	if keys := New(s, "stars").Keys(); len(keys) != Most || keys[0] != "F1" {
		t.Errorf("%d flights are followed from %s on, want %d from F1 on", len(keys), keys[0], Most)
	}
}

// Update is called with every event of the stream.
func TestAnUpdateWithoutNewsAllocatesNothing(t *testing.T) {
	l := New(storage{}, "stars")
	var b timetable.Board
	for i := range 10 {
		f := timetable.Flight{Number: fmt.Sprint("F", i), Arrival: "10:00"}
		b.Apply(&timetable.Change{Kind: timetable.KindAdd, Flight: f})
		l.Toggle(&f, 1)
	}
	if n := testing.AllocsPerRun(100, func() { l.Update(&b, 2, nil) }); n != 0 {
		t.Errorf("an update allocates %v times, want 0", n)
	}
}
