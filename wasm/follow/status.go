package follow

import (
	"time"

	"flightboard/timetable/words"
)

// A Status is the state of a connection as the page shows it.
type Status struct {
	State string // data-status: connecting, live, quiet, foreign, reconnecting, signedOut, offline, stopped, ended

	// The status line is these, one after the other. Count and Age change every second; Lead and Rest are announced.
	Lead, Count, Rest, Age, Cause string

	Feed   string // the problem of the server's feeds; "" if there is none
	Banner string // shown over the board; "" for none

	Known   bool  // the board is a server's, not only the page's
	AsOf    int64 // Unix time of the board, by the server's clock; 0: it is not Known
	Dimmed  bool  // the board may be wrong, for a minute or more, or is none of this server's
	Retry   bool  // the reader may make the next attempt now
	Resume  bool  // the button resumes; otherwise it stops
	SignIn  bool  // the reader has to sign in
	Check   bool  // something in the reader's network may hold the stream back or cut it
	NoStops bool  // there is nothing to stop or to resume
}

// Lost returns the text to announce at once if contact is lost; it is "" otherwise, and if the reader has stopped
// updates.
func (s *Status) Lost() string {
	switch s.State {
	case "foreign", "reconnecting", "signedOut", "offline", "ended":
		return s.Lead + s.Rest
	}
	return ""
}

// Line returns the whole status line.
func (s *Status) Line() string { return s.Lead + s.Count + s.Rest + s.Age + s.Cause }

// Status returns the status as of the last call of another method. Times of day are the server's, in the reader's zone,
// whose offset east of UTC is zone.
func (f *Follower) Status(zone time.Duration) Status {
	clock := func(t time.Duration) string {
		return words.TimeOfDay(f.last.Add(f.skew+t-f.elapsed), zone)
	}
	s := Status{State: "reconnecting", Known: f.known}
	if f.known {
		s.AsOf = f.last.Add(f.skew + f.asOf - f.elapsed).Unix()
	}
	switch f.phase {
	case live, polling:
		if f.offline || !f.served || !f.brought {
			break
		}
		s.State, s.Lead = "live", words.Live.String()
		if f.recording {
			s.Lead = words.Playing.String()
		}
		if quiet := f.elapsed - f.updated; quiet >= quietAfter {
			beats := f.hasHeartbeats() || f.polls.pause > 0
			s.State, s.Lead, s.Age = "quiet", words.Quiet(s.Lead, clock(f.updated), beats), words.Aged(quiet)
		}
		if f.phase == polling {
			s.Cause, s.Check = words.ByPolling.String(), true
		}
		for _, silence := range f.silent {
			if s.Feed != "" {
				s.Feed += words.Next.String()
			}
			if silence.Rows > 0 {
				s.Feed += words.Rejected(silence.Feed, silence.Rows)
			} else {
				s.Feed += words.Silent(silence.Feed, words.TimeOfDay(silence.Since, zone))
			}
		}
		return s
	case stopped:
		s.State, s.Lead, s.Resume = "stopped", words.Stopped(clock(f.since)), true
		return s
	case ended:
		s.State, s.Lead, s.NoStops = "ended", words.Ended(clock(f.since)), true
		return s
	case idle, connecting, relayed:
		if f.tries == 0 && !f.connected {
			s.State, s.Lead = "connecting", words.Connecting.String()
			if !f.known {
				return s
			}
		}
	case waiting:
		s.Count = words.In(f.due - f.elapsed)
	}

	switch {
	case f.offline:
		s.State, s.Lead, s.Count = "offline", words.Offline.String(), ""
	case f.out:
		s.State, s.Lead, s.Count, s.SignIn = "signedOut", words.SignedOut.String(), "", true
		if !f.connected {
			s.Lead = words.SignInFirst.String()
		}
	case f.phase == live && f.other:
		s.State, s.Lead = "foreign", words.Foreign.String()
	case f.phase == live:
		s.Lead = words.NothingYet.String()
		if !f.known {
			s.State = "connecting"
		}
	case s.Lead == "":
		s.Lead = words.Reconnecting.String()
	}
	silence := f.elapsed - f.asOf
	s.Rest = words.AsOf(clock(f.asOf), f.known)
	if f.known {
		s.Age = words.Aged(silence)
	}
	if !f.known && f.examples && f.tries > 0 {
		s.Rest, s.Dimmed, s.Banner = words.NoBoard.String(), true, words.Examples.String()
	}
	if f.cause != "" && f.phase != live {
		s.Cause = words.Next.String() + f.cause.String()
	}
	s.Retry = f.canRetry() && !s.SignIn
	s.Check = s.Retry && (f.cause == words.Short || f.cause == words.Empty)
	if f.elapsed < f.graceUntil {
		return s
	}
	s.Dimmed = s.Dimmed || silence >= dimmedAfter || s.State == "foreign"
	if s.Banner == "" && silence >= outdatedAfter && (f.phase != live || f.offline || f.known) {
		s.Banner = words.Outdated(clock(f.contact), f.connected)
	}
	return s
}

// canRetry reports whether Retry would make an attempt now.
func (f *Follower) canRetry() bool {
	return f.phase == waiting || f.phase == native && f.replaceable()
}

const eventStream = "text/event-stream"

// why returns the reason for which an answer is no event stream.
func reason(a Answer) words.Message {
	switch {
	case a.Hidden:
		return words.Hidden
	case a.Status == 0:
		return words.Unreachable
	case a.Wait > 0 && (a.Status == 429 || a.Status == 503):
		return words.Busy(a.Status)
	case a.Status != 200:
		return words.Answers(a.Status)
	case a.Moved:
		return words.Redirected
	case a.Type != eventStream:
		return words.Type(a.Type)
	}
	return words.Refused
}
