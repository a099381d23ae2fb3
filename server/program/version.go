package program

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version that ./build.sh release sets; "": the program was built otherwise.
var release string

// version describes the program in a line: its version or else its commit, the Go version, and the platform.
func version() string {
	revision, changed := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = s.Value[:min(len(s.Value), 12)]
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = ", with changes"
			}
		}
	}
	name := cmp.Or(release, revision, "of an unknown version")
	return fmt.Sprintf("flightboard %s%s (%s, %s/%s)", name, changed, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
