package main

import (
	"flag"
	"io"
	"strings"
	"testing"
)

func TestNodeFlags(t *testing.T) {
	const good = "-jetstream nats://a:4222,tls://b"
	for args, want := range map[string]string{
		"":                              "",
		good:                            "",
		good + " -jetstream-replicas 1": "",

		"-jetstream-stream a":              "-jetstream-stream: want -jetstream as well",
		"-jetstream a:4222":                "want addresses",
		"-jetstream http://a:4222":         "want addresses",
		"-jetstream nats://anna:secret@a":  "$FLIGHTBOARD_NATS",
		good + " -log /tmp/a":              "-log, with -jetstream",
		good + " -follow http://a/":        "-follow, with -jetstream",
		good + " -jetstream-stream a.b":    "-jetstream-stream",
		good + " -jetstream-replicas 6":    "want 1 to 5",
		good + " -jetstream-bytes 1048576": "64MiB",
	} {
		var s nodeSettings
		flags := flag.NewFlagSet("", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		flags.String("log", "", "")
		flags.String("follow", "", "")
		s.declare(flags)
		if err := flags.Parse(strings.Fields(args)); err != nil {
			t.Fatal(err)
		}
		shares, err := s.check()
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error has the password: %v", args, err)
		}
		if err == nil && want != "" || err != nil && (want == "" || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", args, err, want)
		}
		if shares != strings.Contains(args, good) && err == nil {
			t.Errorf("%s: shares %v", args, shares)
		}
	}
}
