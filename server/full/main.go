// Command full is the server with what needs dependencies that the root module may not have: readers can sign in by
// OpenID Connect, and several servers can share one log by NATS JetStream.
package main

import "flightboard/server/program"

func main() {
	s, n := new(settings), new(nodeSettings)
	program.Main(program.Extension{Flags: s.declare, Readers: s.readers},
		program.Extension{Flags: n.declare, Share: n.share})
}
