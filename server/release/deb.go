package main

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"flightboard/server/program"
)

//go:embed deb
var debFiles embed.FS

// stateFolder is where the installed server keeps its log.
const stateFolder = "/var/lib/flightboard"

// deb returns a Debian package, deb(5): an ar archive of two tar archives, one with the package's description and
// scripts, and one with its files.
func deb(v version, b *binary, common []file, at time.Time) ([]byte, error) {
	files, err := installed(v, b, common, at)
	if err != nil {
		return nil, err
	}
	var sums strings.Builder
	size := 0
	for _, f := range files {
		size += len(f.content)
		if !strings.HasSuffix(f.name, "/") {
			fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(f.content), strings.TrimPrefix(f.name, "./"))
		}
	}
	description := fmt.Sprintf(`Package: flightboard
Version: %s
Architecture: %s
Maintainer: The flightboard founders <flightboard@packages.invalid>
Installed-Size: %d
Depends: init-system-helpers (>= 1.54), systemd | systemd-standalone-sysusers
Recommends: ca-certificates
Section: web
Priority: optional
Description: live flight arrivals in the browser
 A server for arrivals boards: it receives reports about flights and pushes
 them to browsers by Server-Sent Events. The page is in the program.
`, v.debian(), b.arch, (size+1023)/1024)
	control := []file{
		{"./", 0o755, nil},
		{"./control", 0o644, []byte(description)},
		{"./conffiles", 0o644, []byte("/etc/flightboard/flightboard.conf\n")},
		{"./md5sums", 0o644, []byte(sums.String())},
	}
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		content, err := debFiles.ReadFile("deb/" + script)
		if err != nil {
			return nil, err
		}
		control = append(control, file{"./" + script, 0o755, content})
	}
	controlTar, err1 := tarred(control, at)
	dataTar, err2 := tarred(files, at)
	return ar([]file{{"debian-binary", 0o644, []byte("2.0\n")}, {"control.tar.gz", 0o644, controlTar},
		{"data.tar.gz", 0o644, dataTar}}, at), errors.Join(err1, err2)
}

// installed returns the files that a package installs, and their folders.
func installed(v version, b *binary, common []file, at time.Time) ([]file, error) {
	const docs = "./usr/share/doc/flightboard/"
	var config, copyright, history bytes.Buffer
	if err := program.WriteConfig(&config, map[string]string{"log": stateFolder}); err != nil {
		return nil, err
	}
	files := []file{
		{"./usr/bin/flightboard", 0o755, b.content},
		{"./etc/flightboard/flightboard.conf", 0o644, config.Bytes()},
	}
	for _, unit := range []struct{ name, to string }{
		{"flightboard.service", "./usr/lib/systemd/system/flightboard.service"},
		{"flightboard.socket", "./usr/lib/systemd/system/flightboard.socket"},
		{"sysusers.conf", "./usr/lib/sysusers.d/flightboard.conf"},
	} {
		content, err := debFiles.ReadFile("deb/" + unit.name)
		if err != nil {
			return nil, err
		}
		files = append(files, file{unit.to, 0o644, content})
	}
	for _, f := range common {
		switch f.name {
		case "LICENSE":
			copyright.Write(f.content)
		case "THIRD-PARTY-LICENSES":
			fmt.Fprintf(&copyright, "\n%s", f.content)
		case "CHANGELOG.md", "README.md":
			files = append(files, file{docs + f.name, 0o644, f.content})
		}
	}
	compressed, err := gzip.NewWriterLevel(&history, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(compressed, "flightboard (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n", v.debian(),
		"The flightboard founders <flightboard@packages.invalid>", at.Format(time.RFC1123Z))
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	files = append(files, file{docs + "copyright", 0o644, copyright.Bytes()},
		file{docs + "changelog.Debian.gz", 0o644, history.Bytes()})
	return withFolders(files), nil
}

// withFolders returns the files in the order of their names, each after the folders in which it is.
func withFolders(files []file) []file {
	folders := make(map[string]bool)
	for _, f := range files {
		for dir := path.Dir(f.name); ; dir = path.Dir(dir) {
			folders[dir] = true
			if dir == "." {
				break
			}
		}
	}
	for dir := range folders {
		if dir != "." {
			dir = "./" + dir
		}
		files = append(files, file{dir + "/", 0o755, nil})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files
}

// ar returns an ar archive, ar(5).
func ar(files []file, at time.Time) []byte {
	var b bytes.Buffer
	b.WriteString("!<arch>\n")
	for _, f := range files {
		fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", f.name, at.Unix(), 0, 0, 0o100000|f.mode, len(f.content))
		b.Write(f.content)
		if len(f.content)%2 != 0 {
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}
