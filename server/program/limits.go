package program

import (
	"errors"
	"flag"
	"fmt"
	"time"

	"flightboard/server/flagvalue"
	"flightboard/server/serve"
	"flightboard/server/web"
)

// limits are the flags for what clients may do. Their defaults are for a server that the internet can reach.
type limits struct {
	viewers     flagvalue.Limits
	connections flagvalue.Limits
	requests    float64
	streams     int
	headers     flagvalue.Bytes
	body        flagvalue.Bytes
	keys        flagvalue.Bytes
	times       flagvalue.Durations
}

// The most viewers and waiting connections by default, if the process may open as many files.
const (
	mostViewers     = 50_000
	mostConnections = 10_000
)

// define defines the flags. files is the number of files that the process may open: three quarters of them are for
// viewers, an eighth for connections without a request, and the rest for requests and the log.
func (l *limits) define(flags *flag.FlagSet, files int) {
	l.viewers = flagvalue.Limits{min(files/4*3, mostViewers), 100}
	flags.Var(&l.viewers, "viewers", "the most viewers, two `numbers`: in all, and from one address; 0: any number")
	l.connections = flagvalue.Limits{min(files/8, mostConnections), 100}
	flags.Var(&l.connections, "connections",
		"the most connections without a request, two `numbers`: in all, and from one address")
	flags.Float64Var(&l.requests, "requests", 200,
		"the most requests a second from one address, a `number`; at once ten times as many; 0: any")
	flags.IntVar(&l.streams, "http2-streams", 100, "the most requests at once on a connection of HTTP/2: a `number`")
	l.headers = 32 << 10
	flags.Var(&l.headers, "max-headers", "the most `bytes` of a request's headers")
	l.body = 1 << 20
	flags.Var(&l.body, "max-body", "the most `bytes` of a publisher's body")
	l.keys = 8 << 20
	flags.Var(&l.keys, "max-keys", "the most `bytes` of idempotency keys with their answers; the oldest are forgotten")
	l.times = flagvalue.Durations{10 * time.Second, 30 * time.Second, 2 * time.Minute}
	flags.Var(&l.times, "timeouts",
		"the longest `times` for a request's headers, for its body, and between two on a connection")
}

// check returns what is wrong with the flags.
func (l *limits) check() error {
	switch {
	case !(l.requests >= 0):
		return fmt.Errorf("-requests %v: want 0 or more", l.requests)
	case l.streams < 1:
		return fmt.Errorf("-http2-streams %d: want 1 or more", l.streams)
	case min(l.times[0], l.times[1], l.times[2]) < time.Second:
		return errors.New("-timeouts: want at least 1s each")
	}
	return nil
}

func (l *limits) ofRequests() web.Limits {
	return web.Limits{Requests: l.requests, Connections: l.connections[0], ConnectionsEach: l.connections[1],
		Body: int(l.body), BodyTime: l.times[1], Keys: int(l.keys)}
}

func (l *limits) ofServer() serve.Limits {
	return serve.Limits{HeaderTime: l.times[0], IdleTime: l.times[2], Headers: int(l.headers), Streams: l.streams}
}
