package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"

	"github.com/nats-io/nats.go"

	"flightboard/server/eventlog"
	"flightboard/server/flagvalue"
	"flightboard/server/full/jetstream"
	"flightboard/server/program"
)

// natsVariable is the environment variable with the token, or the user and the password, for the NATS servers.
const natsVariable = "FLIGHTBOARD_NATS"

// nodeSettings are the flags of JetStream.
type nodeSettings struct {
	flags       *flag.FlagSet
	credentials string
	roots       string
	bytes       flagvalue.Bytes
	jetstream.Options
}

func (s *nodeSettings) declare(flags *flag.FlagSet) {
	s.flags = flags
	flags.StringVar(&s.Servers, "jetstream", "",
		"be one of several servers with one log, a stream of these NATS `servers`, with commas")
	flags.StringVar(&s.Stream, "jetstream-stream", "flightboard", "the stream's `name`; it is made if there is none")
	flags.IntVar(&s.Replicas, "jetstream-replicas", 3, "refuse a stream on fewer NATS servers than this `number`")
	s.bytes = 1 << 30
	flags.Var(&s.bytes, "jetstream-bytes", "a stream that is made keeps this many `bytes`")
	flags.StringVar(&s.credentials, "jetstream-creds", "",
		"a NATS credentials `file`; a token, or user:password, can be in $"+natsVariable)
	flags.StringVar(&s.roots, "jetstream-ca", "", "trust NATS servers with certificates of the CA in this PEM `file`")
}

// check returns what is wrong with the flags; shares is false if they do not name a server.
func (s *nodeSettings) check() (shares bool, err error) {
	if s.Servers == "" {
		s.flags.Visit(func(f *flag.Flag) {
			if strings.HasPrefix(f.Name, "jetstream-") {
				err = fmt.Errorf("-%s: want -jetstream as well", f.Name)
			}
		})
		return false, err
	}
	for server := range strings.SplitSeq(s.Servers, ",") {
		u, err := url.Parse(server)
		switch {
		case err != nil || u.Host == "" || u.Scheme != "nats" && u.Scheme != "tls":
			return false, errors.New("-jetstream: want addresses such as nats://nats-1.example:4222, or tls://…")
		case u.User != nil:
			return false, errors.New("-jetstream: a user and a password belong in $" + natsVariable)
		}
	}
	for name, why := range map[string]string{
		"log":    "the stream keeps the log",
		"follow": "a server is an edge, or one of those of a stream",
	} {
		if s.flags.Lookup(name).Value.String() != "" {
			return false, fmt.Errorf("-%s, with -jetstream: %s", name, why)
		}
	}
	switch {
	case s.Stream == "" || strings.ContainsAny(s.Stream, ".*> /\\\t"):
		return false, fmt.Errorf("-jetstream-stream %q: want a name such as flightboard", s.Stream)
	case s.Replicas < 1 || s.Replicas > 5:
		return false, fmt.Errorf("-jetstream-replicas %d: want 1 to 5", s.Replicas)
	case s.bytes < 64<<20:
		return false, fmt.Errorf("-jetstream-bytes %v: want at least 64MiB", &s.bytes)
	}
	return true, nil
}

// share implements [program.Extension].
func (s *nodeSettings) share(ctx context.Context, log *eventlog.Log, logger *slog.Logger) (*program.Shared, error) {
	if shares, err := s.check(); !shares {
		return nil, err
	}
	s.Bytes, s.Logger = int64(s.bytes), logger
	if s.credentials != "" {
		s.Connect = append(s.Connect, nats.UserCredentials(s.credentials))
	}
	if s.roots != "" {
		s.Connect = append(s.Connect, nats.RootCAs(s.roots))
	}
	if secret := os.Getenv(natsVariable); secret != "" {
		if user, password, both := strings.Cut(secret, ":"); both {
			s.Connect = append(s.Connect, nats.UserInfo(user, password))
		} else {
			s.Connect = append(s.Connect, nats.Token(secret))
		}
	}
	if s.Replicas < 3 {
		logger.Warn("the stream is on few NATS servers: a disk that breaks, or a machine that loses power, can take "+
			"acknowledged changes", "replicas", s.Replicas)
	}
	n, err := jetstream.Open(log, s.Options)
	if err != nil {
		return nil, fmt.Errorf("-jetstream: %w", err)
	}
	following, stop := context.WithCancel(context.WithoutCancel(ctx)) // publishers may still append while the server ends
	ended := make(chan error, 1)
	go func() { ended <- n.Run(following) }()
	select {
	case <-n.Equal():
	case err = <-ended:
		ended <- nil
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	end := func() {
		stop()
		<-ended
		n.Close()
	}
	if err != nil {
		end()
		return nil, fmt.Errorf("-jetstream: %w", err)
	}
	return &program.Shared{Silent: n.Silent, Health: n.Health, End: end}, nil
}
