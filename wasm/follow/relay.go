package follow

import (
	"strconv"
	"strings"
	"time"
)

// Relay closes the connection: another tab's brings the events from now on. They are reported to this follower as its
// own would be, so that it can go on from the last one.
func (f *Follower) Relay(now time.Time) {
	if f.phase == idle {
		f.last = now.Round(0)
	}
	f.advance(now)
	f.wire.Close()
	f.tries, f.cause = 0, ""
	f.setPhase(relayed)
}

// Lead opens a connection of the follower's own, whatever it waits for: the first one, the other tab's, the reader's
// Resume, or the page's return.
func (f *Follower) Lead(now time.Time) {
	switch f.phase {
	case idle:
		f.Start(now)
	case stopped:
		f.Resume(now)
	case away:
		f.PageShow(now)
	case relayed:
		f.advance(now)
		f.graceUntil = f.elapsed + grace
		f.open()
	}
}

// Ours reports whether the server speaks our protocol, so that it can go on from the last event of another tab.
func (f *Follower) Ours() bool { return f.ours }

// Position returns the last event ID of the board. It reports false if the board is none of a server of ours.
func (f *Follower) Position() (lastEventID string, ok bool) { return f.lastID, f.ours && f.served }

// Encode returns the status as a text for other tabs.
func (s *Status) Encode() string {
	var parts []string
	for _, on := range s.flags() {
		if *on {
			parts = append(parts, "on")
		} else {
			parts = append(parts, "")
		}
	}
	for _, text := range s.texts() {
		parts = append(parts, *text)
	}
	return strings.Join(append(parts, strconv.Itoa(int(s.AsOf))), "\x00")
}

// ParseStatus returns the status that Encode has encoded, or the zero value.
func ParseStatus(text string) (s Status) {
	parts := strings.Split(text, "\x00")
	flags, texts := s.flags(), s.texts()
	if len(parts) != len(flags)+len(texts)+1 {
		return s
	}
	for i, on := range flags {
		*on = parts[i] != ""
	}
	for i, part := range texts {
		*part = parts[len(flags)+i]
	}
	asOf, _ := strconv.Atoi(parts[len(parts)-1])
	s.AsOf = int64(asOf)
	return s
}

func (s *Status) flags() [7]*bool {
	return [...]*bool{&s.Known, &s.Dimmed, &s.Retry, &s.SignIn, &s.Check, &s.Resume, &s.NoStops}
}

func (s *Status) texts() [8]*string {
	return [...]*string{&s.State, &s.Lead, &s.Count, &s.Rest, &s.Age, &s.Cause, &s.Feed, &s.Banner}
}
