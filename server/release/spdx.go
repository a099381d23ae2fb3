package main

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// The document of SPDX 2.3, as far as a release needs it.
type document struct {
	Version       string         `json:"spdxVersion"`
	License       string         `json:"dataLicense"`
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Namespace     string         `json:"documentNamespace"`
	Creation      creation       `json:"creationInfo"`
	Packages      []spdxPackage  `json:"packages"`
	Files         []spdxFile     `json:"files"`
	Relationships []relationship `json:"relationships"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	ID               string     `json:"SPDXID"`
	Name             string     `json:"name"`
	Version          string     `json:"versionInfo,omitempty"`
	DownloadLocation string     `json:"downloadLocation"`
	FilesAnalyzed    bool       `json:"filesAnalyzed"`
	LicenseConcluded string     `json:"licenseConcluded"`
	LicenseDeclared  string     `json:"licenseDeclared"`
	Copyright        string     `json:"copyrightText"`
	Comment          string     `json:"comment,omitempty"`
	ExternalRefs     []external `json:"externalRefs,omitempty"`
}

type external struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type spdxFile struct {
	ID               string     `json:"SPDXID"`
	Name             string     `json:"fileName"`
	Types            []string   `json:"fileTypes"`
	Checksums        []checksum `json:"checksums"`
	LicenseConcluded string     `json:"licenseConcluded"`
	LicensesInFile   []string   `json:"licenseInfoInFiles"`
	Copyright        string     `json:"copyrightText"`
}

type checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type relationship struct {
	Element string `json:"spdxElementId"`
	Type    string `json:"relationshipType"`
	Related string `json:"relatedSpdxElement"`
}

const noAssertion, root = "NOASSERTION", "SPDXRef-flightboard"

// builtFiles are the files of the page that are built, with their licences.
var builtFiles = []struct{ name, kind, licence string }{
	{"app.wasm", "BINARY", "MIT"}, {"eventsource.js", "SOURCE", "MIT"}, {"wasm_exec.js", "SOURCE", "BSD-3-Clause"},
}

// spdx returns the list of what is in a release: the binaries, the page's files from the folder built, and the works of
// others in them.
func spdx(v version, at time.Time, binaries []*binary, built fs.FS, components []component) ([]byte, error) {
	d := document{Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: "flightboard " + string(v),
		Creation: creation{at.Format(time.RFC3339), []string{"Tool: flightboard-release"}}}
	d.addPackage(component{name: "flightboard", version: string(v), licence: "MIT",
		purl: "pkg:generic/flightboard@" + string(v)})
	d.relate(d.ID, "DESCRIBES", root)
	for _, c := range components {
		d.relate(root, "DEPENDS_ON", d.addPackage(c))
	}
	for _, b := range binaries {
		d.relate(root, "CONTAINS", d.addFile(fmt.Sprintf("./%s_%s/%s", b.os, b.arch, b.name()), "BINARY", "MIT", b.content))
	}
	for _, page := range builtFiles {
		content, err := fs.ReadFile(built, page.name)
		if err != nil {
			return nil, fmt.Errorf("the page's program is not built, ./build.sh builds it: %w", err)
		}
		d.relate(root, "CONTAINS", d.addFile("./www/built/"+page.name, page.kind, page.licence, content))
	}
	content, err := json.Marshal(d) // its sum tells documents apart
	if err != nil {
		return nil, err
	}
	d.Namespace = fmt.Sprintf("https://spdx.org/spdxdocs/flightboard-%s-%x", v, sha256.Sum256(content))
	return json.MarshalIndent(d, "", "  ")
}

func (d *document) relate(element, how, related string) {
	d.Relationships = append(d.Relationships, relationship{element, how, related})
}

// addPackage returns the ID of a package.
func (d *document) addPackage(c component) string {
	p := spdxPackage{ID: spdxID(c.name), Name: c.name, Version: c.version, DownloadLocation: noAssertion,
		LicenseConcluded: cmp.Or(c.licence, noAssertion), LicenseDeclared: cmp.Or(c.licence, noAssertion),
		Copyright: noAssertion, Comment: c.use}
	if c.purl != "" {
		p.ExternalRefs = []external{{"PACKAGE-MANAGER", "purl", c.purl}}
	}
	d.Packages = append(d.Packages, p)
	return p.ID
}

// addFile returns the ID of a file.
func (d *document) addFile(name, kind, licence string, content []byte) string {
	f := spdxFile{ID: spdxID("File" + name[1:]), Name: name, Types: []string{kind},
		Checksums: []checksum{{"SHA1", fmt.Sprintf("%x", sha1.Sum(content))},
			{"SHA256", fmt.Sprintf("%x", sha256.Sum256(content))}},
		LicenseConcluded: licence, LicensesInFile: []string{licence}, Copyright: noAssertion}
	d.Files = append(d.Files, f)
	return f.ID
}

// spdxID returns an identifier of letters, digits, dots and hyphens.
func spdxID(name string) string {
	return "SPDXRef-" + strings.Map(func(r rune) rune {
		if r == '.' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '-'
	}, name)
}
