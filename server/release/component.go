package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"flightboard/server/program"
)

// A component is other people's work in a release.
type component struct {
	name, version string
	purl          string // identifies it to programs that look for known vulnerabilities; "": nothing does
	licence       string // as SPDX abbreviates it
	use           string
	text          []byte // of the licence
}

// licences are those of the modules. A release with another module fails until its licence is here.
var licences = map[string]string{"github.com/hack-pad/safejs": "Apache-2.0"}

// client is the environment in which the page's program is built.
var client = []string{"GOOS=js", "GOARCH=wasm"}

// components returns what is linked into the binaries and into the page's program, and the data of others.
func components(binaries []*binary) ([]component, error) {
	toolchain, err := command(nil, "go", "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	root, err := command(nil, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	goLicence, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		return nil, err
	}
	airports, err := os.ReadFile("server/airports/LICENSE.airportsdata")
	if err != nil {
		return nil, err
	}
	all := []component{
		{name: "Go", version: strings.TrimPrefix(toolchain, "go"), licence: "BSD-3-Clause", text: goLicence,
			purl: "pkg:golang/std@" + strings.TrimPrefix(toolchain, "go"),
			use:  "the standard library, in the server and in the page's program; the page's wasm_exec.js"},
		{name: "airportsdata", licence: "MIT", text: airports, use: "names and places of airports, in the server"},
	}

	uses := make(map[string][]string) // of the modules, path@version
	for _, b := range binaries {
		if b.info.GoVersion != toolchain {
			return nil, fmt.Errorf("%s/%s was built with %s, not with %s", b.os, b.arch, b.info.GoVersion, toolchain)
		}
		for _, module := range b.info.Deps {
			uses[module.Path+"@"+module.Version] = append(uses[module.Path+"@"+module.Version], b.os+"/"+b.arch)
		}
	}
	linked, err := command(client, "go", "list", "-deps",
		"-f", "{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}}{{end}}{{end}}", "./wasm")
	if err != nil {
		return nil, err
	}
	for module := range strings.FieldsSeq(linked) {
		if !slices.Contains(uses[module], "the page's program") {
			uses[module] = append(uses[module], "the page's program")
		}
	}
	for module, in := range uses {
		c, err := moduleComponent(module, in)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b component) int { return cmp.Compare(a.name, b.name) })
	return all, nil
}

func moduleComponent(module string, in []string) (component, error) {
	path, version, _ := strings.Cut(module, "@")
	c := component{name: path, version: version, purl: "pkg:golang/" + module, licence: licences[path],
		use: "in " + strings.Join(in, ", ")}
	if c.licence == "" {
		return c, fmt.Errorf("the licence of %s is not in server/release/component.go", path)
	}
	dir, err := command(nil, "go", "list", "-m", "-f", "{{.Dir}}", module)
	if err == nil {
		c.text, err = os.ReadFile(filepath.Join(dir, "LICENSE"))
	}
	return c, err
}

// common returns the files that all archives have.
func common(components []component) ([]file, error) {
	var files []file
	for _, name := range []string{"README.md", "CHANGELOG.md", "LICENSE"} {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, file{name, 0o644, content})
	}
	var config bytes.Buffer
	if err := program.WriteConfig(&config, nil); err != nil {
		return nil, err
	}
	return append(files, file{"THIRD-PARTY-LICENSES", 0o644, notices(components)},
		file{"flightboard.conf", 0o644, config.Bytes()}), nil
}

// notices returns the licences of all components as a text.
func notices(components []component) []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, "flightboard contains the following works of others. Its own licence is in LICENSE. "+
		"The recorded flights,\nof the Bureau of Transportation Statistics, "+
		"and the time zone database are in the public domain.\n")
	rule := strings.Repeat("=", 100)
	for _, c := range components {
		fmt.Fprintf(&b, "\n%s\n%s (%s): %s\n%s\n\n%s\n", rule,
			strings.TrimSpace(c.name+" "+c.version), c.licence, c.use, rule, bytes.TrimSpace(c.text))
	}
	return b.Bytes()
}
