package follow

import (
	"math/rand/v2"
	"testing"
	"time"
)

// FuzzNothingEndsAFollower lets anything happen in any order. A follower that has not been ended never stands still,
// one that has been ended has no connection, no board is live of which the server has sent nothing, and as soon as the
// server is well again the board is live.
func FuzzNothingEndsAFollower(f *testing.F) {
	for seed := range uint64(500) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := newStage("events", r.Float64)
		s.follow.Start(s.now)
		happenings := []string{"opened", "heartbeat", "broken", "failed", "answered", "stop", "resume", "retry", "online",
			"offline", "hidden", "shown", "pagehide", "pageshow", "sleep", "clock", "flightSnapshot", "message",
			"flightBoard", "other", "misread", "wait", "position", "events", "asked", "cut"}
		if seed%5 == 0 {
			happenings = append(happenings, "closedConnection")
		}
		for range 60 {
			what := happenings[r.IntN(len(happenings))]
			switch what {
			case "opened", "heartbeat", "broken", "failed", "flightBoard", "flightSnapshot", "message", "other", "misread",
				"closedConnection", "cut":
				if s.open == "" {
					continue // a wire is silent about connections that are closed
				}
			case "position", "events", "asked":
				if !s.asking {
					continue
				}
			case "wait":
				s.pass(time.Duration(r.IntN(60000)) * time.Millisecond)
				continue
			}
			args := map[string][]string{
				"answered":    {[]string{"0", "200", "401", "404", "502", "204"}[r.IntN(5+int(seed%5)/4)], "text/html"},
				"sleep":       {[]string{"1", "30", "4000"}[r.IntN(3)]},
				"clock":       {[]string{"-3600", "3600"}[r.IntN(2)]},
				"flightBoard": {[]string{"", "recording"}[r.IntN(2)]},
				"message":     {[]string{"", "7"}[r.IntN(2)]}, "flightSnapshot": {"100"},
				"position": {[]string{"100", "101"}[r.IntN(2)]},
				"asked":    {[]string{"0", "200", "404", "503"}[r.IntN(4)], "text/html"},
				"events":   {"102", []string{"", "flightSnapshot"}[r.IntN(2)]},
				"misread":  {[]string{"message", "flightChanges"}[r.IntN(2)]},
			}[what]
			s.happen(t, what, args)
			s.mustBeSane(t)
		}
		s.happen(t, "pageshow", nil)
		s.happen(t, "resume", nil)
		if s.follow.phase == ended {
			return
		}
		deadline := s.now.Add(longestPause + openWithin + nativeWithin)
		for s.follow.phase != live && (s.follow.phase != polling || !s.follow.brought) {
			if s.now.After(deadline) {
				t.Fatalf("no attempt within %v:\n%s", longestPause, s.out.String())
			}
			switch {
			case s.probing:
				s.happen(t, "answered", []string{"503"})
			case s.asking && s.follow.phase == polling:
				s.happen(t, "events", []string{"103"})
			case s.open != "":
				s.happen(t, "opened", nil)
			}
			s.pass(time.Second)
		}
		s.happen(t, "flightSnapshot", []string{"101"})
		if got := s.follow.Status(0); got.State != "live" || got.Dimmed || got.Banner != "" || got.Retry {
			t.Fatalf("with a server that is well the status is %+v:\n%s", got, s.out.String())
		}
	})
}

func (s *stage) mustBeSane(t *testing.T) {
	t.Helper()
	f, status := s.follow, s.follow.Status(0)
	next := f.Next()
	switch f.phase {
	case stopped, ended, away:
		if s.open != "" || s.probing || next != 0 {
			t.Fatalf("in state %q there is a connection %q, a probe %v, a tick in %v:\n%s", status.State, s.open, s.probing,
				next, s.out.String())
		}
		return
	}
	if next <= 0 || next > tick {
		t.Fatalf("in state %q the next tick is in %v:\n%s", status.State, next, s.out.String())
	}
	if s.open == "" && !s.probing && f.phase != waiting && f.phase != polling {
		t.Fatalf("in state %q nothing is under way:\n%s", status.State, s.out.String())
	}
	if live := status.State == "live" || status.State == "quiet"; live && !s.about {
		t.Fatalf("in state %q the board is none of the server's:\n%s", status.State, s.out.String())
	}
	if status.Line() == "" || status.State == "" {
		t.Fatalf("the status line is empty: %+v", status)
	}
}
