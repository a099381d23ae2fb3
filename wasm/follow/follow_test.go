package follow

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"flightboard/timetable/scenetest"
	"flightboard/timetable/words"
)

// Each file of testdata is a scene: its purpose, then events (after >, with the seconds before each), and below each
// event the follower's calls of its wire and the status line, if it differs. Ticks come when Next asks for them.
func TestScenes(t *testing.T) {
	scenetest.Play(t, "testdata/*.txt", play)
}

// A stage is a wire that writes down the calls of its methods, and a clock.
type stage struct {
	now     time.Time
	out     strings.Builder
	follow  *Follower
	written string
	open    string // the URL of the connection; "" if there is none
	probing bool
	asking  bool
	whole   bool // the ask is for the whole response
	about   bool // something about the board has come
}

func newStage(address string, random func() float64) *stage {
	s := &stage{now: time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)}
	s.follow = New(address, s, random)
	return s
}

func (s *stage) Open(url string) error {
	if strings.Contains(url, " ") {
		return errors.New("not an address")
	}
	s.open = url
	s.writeLine("open " + url)
	return nil
}

func (s *stage) Close() {
	if s.open != "" || s.probing || s.asking {
		s.writeLine("close")
	}
	s.open, s.probing, s.asking = "", false, false
}

func (s *stage) Ask(url string, whole bool) error {
	s.asking, s.whole = true, whole
	if whole {
		s.writeLine("ask for all of " + url)
	} else {
		s.writeLine("ask " + url)
	}
	return nil
}

func (s *stage) Probe(url string) error {
	s.probing = true
	s.writeLine("probe " + url)
	return nil
}

func (s *stage) writeLine(line string) {
	fmt.Fprintf(&s.out, "%s %s\n", s.now.Format(time.TimeOnly), line)
}

// writeStatus writes the status if it differs by more than ages and countdowns.
func (s *stage) writeStatus() {
	st := s.follow.Status(0)
	key := fmt.Sprint(st.State, "|", st.Lead, st.Rest, st.Cause, "|", st.Feed, st.Banner, st.Dimmed, st.Retry, st.Check)
	if key == s.written {
		return
	}
	s.written = key
	var line strings.Builder
	line.WriteString("[" + st.State + "] " + st.Line())
	buttons := [...]string{"Retry now", "Sign in", "Check", words.ResumeUpdates.String()}
	for i, on := range [...]bool{st.Retry, st.SignIn, st.Check, st.Resume} {
		if on {
			line.WriteString(" <" + buttons[i] + ">")
		}
	}
	if st.Dimmed {
		line.WriteString(" (dimmed)")
	}
	if st.Banner != "" {
		line.WriteString(" BANNER: " + st.Banner)
	}
	if st.Feed != "" {
		line.WriteString(" FEED: " + st.Feed)
	}
	s.writeLine(line.String())
}

// pass lets time pass, with ticks.
func (s *stage) pass(d time.Duration) {
	for end := s.now.Add(d); s.now.Before(end); {
		next := s.follow.Next()
		if next == 0 || s.now.Add(next).After(end) {
			s.now = end
			return
		}
		s.now = s.now.Add(next)
		s.follow.Tick(s.now)
		s.writeStatus()
	}
}

func play(t *testing.T, scene string) string {
	t.Helper()
	s := newStage("events", func() float64 { return 0.5 })
	begun := false
	for line := range strings.Lines(scene) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "> ")
		if !ok {
			if !begun {
				s.out.WriteString(line)
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
			s.pass(time.Duration(n * float64(time.Second)))
			words = words[1:]
		}
		s.out.WriteString("> " + command + "\n")
		if len(words) > 0 {
			s.happen(t, words[0], words[1:])
		}
		s.writeStatus()
	}
	return s.out.String()
}

// asked answers an ask, with an event and a heartbeat if the follower takes them.
func (s *stage) asked(t *testing.T, a Answer, events ...string) {
	t.Helper()
	s.asking = false
	if !s.follow.Asked(s.now, a) {
		return
	}
	for _, event := range events {
		if event != "" {
			s.happen(t, event, []string{a.Position})
		}
	}
	s.follow.Heartbeat(s.now, s.now, nil)
	s.follow.Tick(s.now)
}

func (s *stage) happen(t *testing.T, what string, args []string) {
	t.Helper()
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	number := func(i int) int { n, _ := strconv.Atoi(arg(i)); return n }
	f := s.follow
	switch what {
	case "examples":
		f.Examples()
	case "restore":
		f.Restore(time.Duration(number(0)) * time.Second)
	case "start":
		if arg(0) != "" {
			f.address = strings.Join(args, " ")
		}
		f.Start(s.now)
	case "opened":
		f.Opened(s.now)
	case "heartbeat":
		server := s.now.Add(time.Duration(number(0)) * time.Second)
		var silent []Silence
		if feed := arg(1); feed != "" {
			silent = []Silence{{Feed: feed, Since: server.Add(-time.Duration(number(2)) * time.Second)}}
		}
		f.Heartbeat(s.now, server, silent)
	case "signedOut":
		f.SignedOut(s.now)
	case "flightBoard":
		f.Describe(s.now, arg(0) == "recording")
	case "broken":
		f.Failed(s.now, false)
	case "failed":
		s.open = ""
		f.Failed(s.now, true)
	case "answered":
		s.probing = false
		f.Answered(s.now, Answer{Status: number(0), Type: arg(1), Moved: arg(2) == "moved",
			Wait: time.Duration(number(2)) * time.Second, Hidden: arg(1) == "unseen"})
	case "position": // the answer to an ask: the log's position, and how many seconds the server's clock is ahead
		s.asked(t, Answer{Status: 200, Type: eventStream, Position: arg(0),
			Date: s.now.Add(time.Duration(number(1)) * time.Second)})
	case "events": // the answer to an ask: its last position, and an event
		s.asked(t, Answer{Status: 200, Type: eventStream, Position: arg(0), News: arg(1) != ""}, arg(1))
	case "asked":
		s.asked(t, Answer{Status: number(0), Type: arg(1), Wait: time.Duration(number(2)) * time.Second})
	case "blocked":
		f.Blocked(s.now, words.Blocked)
	case "mixed":
		f.Blocked(s.now, words.Mixed)
	case "cut":
		s.open = ""
		f.Cut(s.now)
	case "closedConnection":
		f.Ended(s.now)
	case "refusal": // the status and seconds
		f.Refused(s.now, Answer{Status: number(0), Wait: time.Duration(number(1)) * time.Second})
	case "misread":
		if !f.Misread(s.now, arg(0)) {
			fmt.Fprintln(&s.out, "it is no server of ours: the stream goes on")
			f.Message(s.now, arg(0), arg(1), false)
		}
	case "stop":
		f.Stop(s.now)
	case "resume":
		f.Resume(s.now)
	case "retry":
		f.Retry(s.now)
	case "online":
		f.Online(s.now)
	case "offline":
		f.Offline(s.now)
	case "hidden":
		f.Hidden(s.now)
	case "shown":
		f.Shown(s.now)
	case "pagehide":
		f.PageHide(s.now)
	case "pageshow":
		f.PageShow(s.now)
	case "relay":
		f.Relay(s.now)
	case "lead":
		f.Lead(s.now)
	case "sleep": // time passes without ticks
		s.now = s.now.Add(time.Duration(number(0)) * time.Second)
		f.Tick(s.now)
	case "clock": // the clock is set
		s.now = s.now.Add(time.Duration(number(0)) * time.Second)
	case "gone": // a change of a flight that has left the board
		f.Message(s.now, "flightStateUpdate", arg(0), false)
	case "other": // it is not about the board
		f.Message(s.now, "message", arg(0), false)
	default:
		s.about = true
		f.Message(s.now, what, arg(0), true)
	}
}
