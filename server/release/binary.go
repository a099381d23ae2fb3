package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A binary is the server for a platform.
type binary struct {
	os, arch string
	content  []byte
	info     *buildinfo.BuildInfo
}

// name returns the binary's file name.
func (b *binary) name() string {
	if b.os == "windows" {
		return "flightboard.exe"
	}
	return "flightboard"
}

// build builds the server for a platform, as in linux/amd64, with the page as it is in www.
func build(v version, platform string) (*binary, error) {
	b := new(binary)
	b.os, b.arch, _ = strings.Cut(platform, "/")
	dir, err := os.MkdirTemp("", "release")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, b.name())
	// What the builder has set for itself must not alter the bytes.
	_, err = command([]string{"GOOS=" + b.os, "GOARCH=" + b.arch, "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOWORK=off",
		"GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GODEBUG=", "GOFIPS140=off"},
		"go", "build", "-trimpath", "-ldflags", "-s -w -X flightboard/server/program.release="+string(v),
		"-o", path, "./server")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", platform, err)
	}
	if b.content, err = os.ReadFile(path); err != nil {
		return nil, err
	}
	b.info, err = buildinfo.Read(bytes.NewReader(b.content))
	return b, err
}

// command runs a program with additional variables in its environment, and returns its output.
func command(env []string, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, stderr.Bytes())
	}
	return strings.TrimSpace(string(out)), nil
}
