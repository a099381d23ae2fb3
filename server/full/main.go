// Command full is the server with what needs dependencies that the root module may not have: readers can sign in by
// OpenID Connect.
package main

import "flightboard/server/program"

func main() {
	s := new(settings)
	program.Main(program.Extension{Flags: s.declare, Readers: s.readers})
}
