// Command release makes what people install: archives and Debian packages with the server, their checksums, a list of
// what is in them (SPDX), and the licences of other people's work. It runs in the repository's folder, after the page's
// program has been built: ./build.sh release does both. The same sources always make the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// platforms are those of a release.
const platforms = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"

func main() {
	out := flag.String("o", ".build/release", "the `folder` to fill")
	which := flag.String("platforms", platforms, "build for these `platforms`, separated by commas")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: release [-o FOLDER] [-platforms OS/ARCH,…] VERSION")
		os.Exit(2)
	}
	if err := release(*out, flag.Arg(0), strings.Split(*which, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release fills the folder out with the files of a release.
func release(out, text string, platforms []string) error {
	v, err := parseVersion(text)
	if err != nil {
		return err
	}
	log, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return err
	}
	w := &writer{dir: out, time: v.date(log)}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var binaries []*binary
	for _, platform := range platforms {
		b, err := build(v, platform)
		if err != nil {
			return err
		}
		binaries = append(binaries, b)
	}
	components, err := components(binaries)
	if err != nil {
		return err
	}
	common, err := common(components)
	if err != nil {
		return err
	}
	for _, b := range binaries {
		base := fmt.Sprintf("flightboard_%s_%s_%s", v, b.os, b.arch)
		files := inFolder(base, append([]file{{name: b.name(), mode: 0o755, content: b.content}}, common...))
		if b.os == "windows" {
			content, err := zipped(files, w.time)
			w.write(base+".zip", content, err)
			continue
		}
		content, err := tarred(files, w.time)
		w.write(base+".tar.gz", content, err)
		if b.os == "linux" {
			content, err := deb(v, b, common, w.time)
			w.write(fmt.Sprintf("flightboard_%s_%s.deb", v.debian(), b.arch), content, err)
		}
	}
	list, err := spdx(v, w.time, binaries, os.DirFS("www/built"), components)
	w.write(fmt.Sprintf("flightboard_%s.spdx.json", v), list, err)
	w.write("SHA256SUMS", []byte(w.sums.String()), nil)
	return w.err
}
