package share

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"flightboard/timetable/scenetest"
)

// Each file of testdata is a scene: its purpose, then what happens (after >, with the seconds before it), and below
// that what the tabs do, with the time. Pings and beats are left out. Everything takes a millisecond to arrive.
func TestScenes(t *testing.T) {
	scenetest.Play(t, "testdata/*.txt", play)
}

func play(t *testing.T, scene string) string {
	t.Helper()
	w := newWorld(t, 0)
	w.random, w.delay = nil, time.Millisecond
	var out strings.Builder
	begun := false
	flush := func() {
		for _, line := range w.diary {
			out.WriteString(line + "\n")
		}
		w.diary = nil
	}
	for line := range strings.Lines(scene) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "> ")
		if !ok {
			if !begun {
				out.WriteString(line)
			}
			continue
		}
		begun = true
		words := strings.Fields(command)
		if seconds, ok := strings.CutPrefix(words[0], "+"); ok {
			n, err := strconv.ParseFloat(seconds, 64)
			if err != nil {
				t.Fatal(err)
			}
			w.pass(time.Duration(n * float64(time.Second)))
			words = words[1:]
		}
		flush()
		out.WriteString("> " + command + "\n")
		if len(words) > 0 {
			w.happen(words[0], words[1:])
		}
		flush()
	}
	return out.String()
}

// happen makes something happen, to a tab whose number is the first argument.
func (w *world) happen(what string, args []string) {
	w.t.Helper()
	var b *tab
	if len(args) > 0 {
		if n, err := strconv.Atoi(args[0]); err == nil && n <= len(w.tabs) {
			b = w.tabs[n-1]
			defer b.schedule()
		}
	}
	switch what {
	case "open":
		w.newTab(len(args) == 0)
	case "close":
		b.close()
	case "freeze":
		b.setFrozen(true)
	case "thaw":
		b.setFrozen(false)
	case "hide", "show":
		b.tab.Visible(b.clock(), what == "show")
	case "stop", "resume":
		b.setStopped(what == "stop")
	case "retry":
		b.tab.Retry(b.clock())
	case "separate":
		b.tab.Separate()
	case "down", "up":
		w.setDown(what == "down")
	case "event":
		w.publish()
	case "boards": // what each tab has, and shows
		for _, b := range w.tabs {
			if b.closed {
				continue
			}
			status := b.tab.Status(b.clock())
			switch {
			case b.tab.role == Leader:
				status = "its own"
			case status == "":
				status = "none of the leader's"
			}
			w.note("%s has event %d; status: %s", b.name, b.board, status)
		}
	default:
		w.t.Fatalf("%s is not known", what)
	}
}
