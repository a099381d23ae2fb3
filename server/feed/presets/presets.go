// Package presets has the public sources of arrivals that come with the server: each is a mapping in a file, or, if no
// mapping can express it, a Go type in a file.
package presets

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"flightboard/server/feed/mapping"
	"flightboard/server/feed/source"
)

//go:embed *.feed.json
var files embed.FS

// inGo are the presets that are no mapping. They get the airport's code, or "".
var inGo = map[string]func(airport string) (source.Source, error){
	"vatsim": newVatsim,
}

// Names returns the names of the presets, sorted.
func Names() []string {
	var names []string
	for name := range inGo {
		names = append(names, name)
	}
	entries, _ := files.ReadDir(".") // the root of an embedded folder is always there
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), mapping.Suffix))
	}
	slices.Sort(names)
	return names
}

// Is reports whether a text names a preset, with or without an airport.
func Is(text string) bool {
	name, _, _ := strings.Cut(text, ":")
	return slices.Contains(Names(), name)
}

// Implied returns the airport that a preset is about, or "" if it needs one.
func Implied(name string) string {
	var head struct {
		Airport string `json:"airport"`
	}
	text, err := files.ReadFile(name + mapping.Suffix)
	if err != nil || json.Unmarshal(text, &head) != nil {
		return ""
	}
	return head.Airport
}

// Open returns the source that a text names, such as avinor:OSL, or hkia, which is about one airport. environ has the
// keys; they are looked up when a request is made.
func Open(text string, environ func(name string) (string, bool)) (source.Source, error) {
	name, airport, _ := strings.Cut(text, ":")
	if !Is(name) {
		return nil, fmt.Errorf("%q is not a preset: want one of %s", name, strings.Join(Names(), ", "))
	}
	if airport == "" && Implied(name) == "" {
		return nil, fmt.Errorf("%s: want an airport after it, as in %s:OSL", name, name)
	}
	if open := inGo[name]; open != nil {
		return open(airport)
	}
	file, err := files.ReadFile(name + mapping.Suffix)
	if err != nil {
		return nil, err
	}
	return mapping.Parse(name+mapping.Suffix, file, mapping.Options{Airport: airport, Environ: environ})
}
