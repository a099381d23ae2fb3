package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// version is a semantic version without its v, as in 1.2.3 or 1.2.3-rc.1.
type version string

var semantic = func() *regexp.Regexp {
	const number, part = `(0|[1-9]\d*)`, `(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`
	return regexp.MustCompile(`^` + number + `\.` + number + `\.` + number + `(-` + part + `(\.` + part + `)*)?$`)
}()

func parseVersion(text string) (version, error) {
	v := strings.TrimPrefix(text, "v")
	if !semantic.MatchString(v) {
		return "", fmt.Errorf("version %q: want a semantic version without metadata, as in 1.2.3 or v1.2.3-rc.1", text)
	}
	return version(v), nil
}

// debian returns the version as Debian orders it: a tilde is before the end.
func (v version) debian() string { return strings.Replace(string(v), "-", "~", 1) + "-1" }

// date returns the day of the version in a change log, or the first day that a zip archive can have if it is not there.
func (v version) date(log []byte) time.Time {
	heading := regexp.MustCompile(`(?m)^## \[` + regexp.QuoteMeta(string(v)) + `\] - (\S+)$`)
	if found := heading.FindSubmatch(log); found != nil {
		if day, err := time.Parse(time.DateOnly, string(found[1])); err == nil {
			return day
		}
	}
	return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
}
