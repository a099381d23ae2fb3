package feed

import (
	"errors"
	"os"
	"strings"
)

// OpenOptions are the options of [Open].
type OpenOptions struct {
	Name     string // of the feed, in log lines
	Replay   ReplayOptions
	Playback float64 // how many times faster than real time a recording is played; 0: files are followed, not played
	Lines    LineOptions
}

// Open opens the feed tutorial or replay, standard input (-), or a file. live reports whether its flights come from a
// running program, so that viewers should know when it is silent.
func Open(what string, o OpenOptions) (f Feed, live bool, err error) {
	switch {
	case what == "tutorial":
		return NewTutorial(), false, nil
	case what == "replay":
		f, err = NewReplay(o.Replay)
		return f, false, err
	case what == "-":
		return NewPipe(o.Name, os.Stdin, o.Lines), true, nil
	case !strings.ContainsAny(what, `./\`):
		return nil, false, errors.New("want replay, tutorial, none, -, a public source such as avinor:OSL, or a file")
	case o.Playback > 0 && !isTable(what):
		f, err = NewPlayback(o.Name, what, o.Playback, o.Lines)
		return f, false, err
	}
	f, err = NewFile(o.Name, what, o.Lines)
	return f, true, err
}
