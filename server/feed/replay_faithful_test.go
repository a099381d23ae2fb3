package feed

import (
	"bytes"
	"encoding/csv"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

var (
	_ Feed = (*Replay)(nil)
	_ Log  = (*eventlog.Log)(nil)
)

// A history is what a board has shown of one leg.
type history struct {
	number, arrival string
	states          []string
	landed          time.Time // when the board showed that, by the recording's clock
	expected        string
}

// playback runs a replay for a number of recorded hours, and returns the history of each leg that came onto the board
// in that time. It fails the test if the log rejects a change.
func playback(t *testing.T, o ReplayOptions, hours int, each func(*timetable.Board)) map[string]*history {
	t.Helper()
	var logged bytes.Buffer
	o.Logger = slog.New(slog.NewTextHandler(&logged, nil))
	replay, err := NewReplay(o)
	if err != nil {
		t.Fatal(err)
	}
	legs := make(map[string]*history)
	log := new(recorder)
	began := time.Now()
	log.each = func(c timetable.Change) {
		now := replay.start.Add(time.Since(began) * time.Duration(replay.speed))
		f := &c.Flight
		h := legs[f.ID]
		switch {
		case c.Kind == timetable.KindReplace:
			return
		case c.Kind == timetable.KindAdd && h != nil:
			t.Errorf("%s enters the board for the second time", f.ID)
			return
		case c.Kind == timetable.KindAdd:
			h = &history{number: f.Number, arrival: f.Arrival}
			legs[f.ID] = h
		case h == nil:
			return // it was there at the start
		}
		if f.Number != h.number {
			t.Errorf("%s is about flight %s, and then about %s", f.ID, h.number, f.Number)
		}
		switch {
		case c.Kind == timetable.KindRemove:
			h.states = append(h.states, "gone")
		case c.Named.Has(timetable.FieldState), c.Kind == timetable.KindAdd:
			h.states = append(h.states, f.State)
		}
		if c.Named.Has(timetable.FieldExpected) {
			h.expected = f.Expected
		}
		if f.State == "landed" {
			h.landed = now
		}
		if each != nil {
			each(&log.board)
		}
	}
	stop := start(t, replay, log)
	time.Sleep(time.Duration(float64(hours) * float64(time.Hour) / replay.speed))
	if err := stop(); err != nil {
		t.Error(err)
	}
	if logged.Len() > 0 {
		t.Errorf("the log says %s", logged.String())
	}
	return legs
}

var lives = map[string]*regexp.Regexp{
	"landed":                regexp.MustCompile(`^scheduled( expected| delayed)+ landing landed gone$`),
	"diverted":              regexp.MustCompile(`^scheduled( expected| delayed)+ diverted gone$`),
	"cancelled":             regexp.MustCompile(`^scheduled cancelled gone$`),
	"cancelled_or_diverted": regexp.MustCompile(`^scheduled cancelled gone$`), // none of the sample's has left
}

// faithful compares the histories with the file, which it reads by other code than the feed's.
func faithful(t *testing.T, file string, legs map[string]*history) {
	t.Helper()
	_, data, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	text, err := readAll(data)
	if err != nil {
		t.Fatal(err)
	}
	rows := csv.NewReader(strings.NewReader(text))
	names, err := rows.Read()
	if err != nil {
		t.Fatal(err)
	}
	landed := 0
	for {
		cells, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		row := make(map[string]string)
		for i, name := range names {
			row[name] = cells[i]
		}
		id := row["leg_id"]
		h := legs[id]
		if h == nil {
			t.Errorf("%s was never on the board", id)
			continue
		}
		if got := strings.Join(h.states, " "); !lives[row["status"]].MatchString(got) {
			t.Errorf("%s was %s, want %s", id, got, lives[row["status"]])
		}
		if h.number != row["flight"] || !strings.HasPrefix(h.arrival, row["sched_arr_local"]) {
			t.Errorf("%s was shown as %s due %s, want %s due %s", id, h.number, h.arrival, row["flight"], row["sched_arr_local"])
		}
		if row["status"] != "landed" {
			continue
		}
		landed++
		touchdown, err := time.Parse(time.RFC3339, row["touchdown_utc"])
		if err != nil {
			t.Fatal(err)
		}
		if said, err := time.Parse(time.RFC3339, h.expected); err != nil || !said.Equal(touchdown) {
			t.Errorf("%s landed at %s, said the board; it was %s", id, h.expected, touchdown)
		}
		if d := h.landed.Sub(touchdown); d < 0 || d >= time.Minute {
			t.Errorf("the board said %v after touchdown that %s has landed, want within its minute", d, id)
		}
	}
	if landed == 0 {
		t.Error("the file has no landed leg")
	}
	t.Logf("%d legs landed", landed)
}

func TestReplayIsFaithful(t *testing.T) {
	t.Run("a month at one airport", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			together := 0
			legs := playback(t, ReplayOptions{At: "2023-12-01T00:00"}, 33*24, func(b *timetable.Board) {
				if b.Flight("B62124-20231214-LAX-JFK") != nil && b.Flight("B62124-20231215-LAX-JFK") != nil {
					together++
				}
			})
			faithful(t, "", legs)
			if together == 0 {
				t.Error("the two flights B62124 of 15 December were never on the board together, as two rows")
			}
			for _, pair := range [][2]string{ // the same number twice on one day
				{"B62124-20231214-LAX-JFK", "B62124-20231215-LAX-JFK"},
				{"DL2094-20231215-MSY-JFK", "DL2094-20231216-MSY-JFK"},
				{"DL528-20231215-SEA-JFK", "DL528-20231216-ATL-JFK"},
				{"DL2500-20231215-AUS-JFK", "DL2500-20231216-AUS-JFK"},
				{"AA1587-20231219-PHX-JFK", "AA1587-20231220-PHX-JFK"},
			} {
				a, b := legs[pair[0]], legs[pair[1]]
				if a == nil || b == nil || a.number != b.number || a.arrival == b.arrival || a.arrival[:10] != b.arrival[:10] {
					t.Errorf("%s and %s were %+v and %+v, want one number, two rows", pair[0], pair[1], a, b)
				}
			}
		})
	})
	t.Run("a day of one airline", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			legs := playback(t, ReplayOptions{File: southwest, At: "2008-04-08T00:00"}, 36, nil)
			faithful(t, southwest, legs)
			if a, b := legs["WN286-20080408-ISP-LAS"].arrival[19:],
				legs["WN2374-20080408-ORF-BWI"].arrival[19:]; a != "-07:00" || b != "-04:00" {
				t.Errorf("the offsets at Las Vegas and Baltimore are %s and %s, want -07:00 and -04:00", a, b)
			}
		})
	})
}
