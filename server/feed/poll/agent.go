package poll

import (
	"runtime/debug"
	"strings"
)

// agent returns the User-Agent of requests. Publishers of data want to know whom to ask when a program misbehaves.
func agent(contact string) string {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasPrefix(info.Main.Version, "v") {
		version = info.Main.Version
	}
	contact = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`()\`, r) {
			return -1 // not in a comment of HTTP
		}
		return r
	}, contact)
	if contact == "" {
		return "flightboard/" + version
	}
	return "flightboard/" + version + " (+" + contact + ")"
}
