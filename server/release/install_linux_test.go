package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// visitor is the user of the tests' servers.
const visitor = 65532

// needRoot skips the test, also with CI=true, if it may not change the root of a process.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may change the root of a process")
	}
}

// packageFile writes a package of a version and returns its path.
func packageFile(t *testing.T, v version) string {
	t.Helper()
	parts, err := made()
	if err != nil {
		t.Fatal(err)
	}
	content, err := deb(v, parts.binary, parts.common, day)
	path := filepath.Join(t.TempDir(), "flightboard.deb")
	if err == nil {
		err = os.WriteFile(path, content, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// dpkg runs dpkg in a root of its own. The package's scripts run outside of it.
func dpkg(t *testing.T, root string, args ...string) {
	t.Helper()
	for _, dir := range []string{"var/lib/dpkg/updates", "var/lib/dpkg/info", "var/log"} {
		mkdir(t, filepath.Join(root, dir))
	}
	if _, err := os.Stat(root + "/var/lib/dpkg/status"); err != nil {
		write(t, root+"/var/lib/dpkg/status", "")
	}
	out := run(t, "dpkg", append([]string{"--root=" + root, "--force-script-chrootless", "--force-depends",
		"--force-architecture", "--log=/dev/null"}, args...)...)
	t.Log(out)
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// newRoot returns a folder that any user may enter, for a root.
func newRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755)
	}
	return root
}

// mustServe runs a command in a root, which is all that it sees, as a user without rights. It has to serve the page at
// the address, and to end within the time after SIGTERM.
func mustServe(t *testing.T, root, address string, within time.Duration, words ...string) {
	t.Helper()
	var stderr strings.Builder
	server := exec.Command(words[0], words[1:]...)
	server.Path, server.Err = words[0], nil // it is in root
	server.Dir, server.Env, server.Stderr = "/", []string{}, &stderr
	server.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: visitor, Gid: visitor}}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	defer server.Process.Kill()
	for deadline := time.Now().Add(time.Minute); ; {
		answer, err := http.Get("http://" + address + "/healthz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("/healthz = %d", answer.StatusCode)
			}
			break
		}
		select {
		case err := <-ended:
			t.Fatalf("the server has ended: %v\n%s", err, stderr.String())
		case <-time.After(20 * time.Millisecond): // nothing here can tell when it is ready
		}
		if time.Now().After(deadline) {
			t.Fatal("the server does not answer")
		}
	}
	answer, err := http.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(page), "<table") {
		t.Errorf("GET / = %d\n%.200s", answer.StatusCode, page)
	}
	server.Process.Signal(syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("after SIGTERM: %v\n%s", err, stderr.String())
		}
	case <-ctx.Done():
		t.Errorf("after SIGTERM the server does not end within %v", within)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// TestAPackageIsInstalledRunUpgradedAndRemoved does that in a root of its own, with dpkg and the unit's command.
func TestAPackageIsInstalledRunUpgradedAndRemoved(t *testing.T) {
	needRoot(t)
	need(t, "dpkg", "deb-systemd-helper", "systemd-sysusers")
	root := newRoot(t)
	dpkg(t, root, "--install", packageFile(t, "1.2.3-rc.1"))
	if users := read(t, root+"/etc/passwd"); !strings.Contains(users, "flightboard:") {
		t.Errorf("there is no user for the server:\n%s", users)
	}
	if _, err := os.Lstat(root + "/etc/systemd/system/multi-user.target.wants/flightboard.service"); err != nil {
		t.Error("the unit is not enabled:", err)
	}

	unit := read(t, root+"/usr/lib/systemd/system/flightboard.service")
	setting := func(name string) string {
		found := regexp.MustCompile(`(?m)^` + name + `=(.*)$`).FindStringSubmatch(unit)
		if found == nil {
			t.Fatalf("the unit has no %s", name)
		}
		return found[1]
	}
	within, err := time.ParseDuration(setting("TimeoutStopSec"))
	if err != nil {
		t.Fatal(err)
	}
	state := "/var/lib/" + setting("StateDirectory") // systemd makes it
	mkdir(t, root+state)
	if err := os.Chown(root+state, visitor, visitor); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	command := append(strings.Fields(setting("ExecStart")), "-addr", address)
	mustServe(t, root, address, within, command...)
	segments, _ := filepath.Glob(root + state + "/*.log")
	if len(segments) == 0 {
		t.Errorf("there is no log in %s", state)
	}

	config := root + "/etc/flightboard/flightboard.conf"
	write(t, config, "log "+state+"\nfeed none\n")
	kept := func(when string) {
		t.Helper()
		now, _ := filepath.Glob(root + state + "/*.log")
		if text := read(t, config); !strings.Contains(text, "feed none") || len(now) < 1 {
			t.Errorf("after the %s the configuration is %q, and the log has %d segments", when, text, len(now))
		}
	}
	dpkg(t, root, "--install", packageFile(t, "1.2.3"))
	kept("upgrade")
	mustServe(t, root, address, within, command...)
	dpkg(t, root, "--remove", "flightboard")
	kept("removal")
	if _, err := os.Stat(root + "/usr/bin/flightboard"); err == nil {
		t.Error("after the removal the program is there")
	}
	dpkg(t, root, "--purge", "flightboard")
	for _, path := range []string{config, root + state} {
		if _, err := os.Stat(path); err == nil {
			t.Error("after the purge there is", path)
		}
	}
}

// TestTheUnitIsHardened reads the units with systemd's own tools. The README has the figure.
func TestTheUnitIsHardened(t *testing.T) {
	need(t, "systemd-analyze", "dpkg-deb")
	root := newRoot(t)
	run(t, "dpkg-deb", "-x", packageFile(t, "1.2.3"), root)
	mkdir(t, root+"/bin")
	write(t, root+"/bin/kill", "")
	os.Chmod(root+"/bin/kill", 0o755)
	for _, name := range []string{"basic.target", "sysinit.target", "shutdown.target", "sockets.target",
		"network-online.target", "multi-user.target"} {
		write(t, root+"/usr/lib/systemd/system/"+name, "[Unit]\nDescription=A target\nDefaultDependencies=no\n")
	}
	mkdir(t, root+"/etc/systemd/system/flightboard.service.d") // as scale.md says for edges
	write(t, root+"/etc/systemd/system/flightboard.service.d/edge.conf", read(t, "server/proxies/scale/edge.service.conf"))
	if out := run(t, "systemd-analyze", "verify", "--man=no", "--root="+root, "flightboard.service",
		"flightboard.socket"); strings.Contains(out, "flightboard") {
		t.Errorf("systemd-analyze verify:\n%s", out)
	}
	out := run(t, "systemd-analyze", "security", "--offline=true", "--no-pager", "--root="+root, "flightboard.service")
	exposure := regexp.MustCompile(`Overall exposure level for flightboard.service: (\S+)`).FindStringSubmatch(out)
	if exposure == nil {
		t.Fatalf("systemd-analyze security:\n%s", out)
	}
	want := regexp.MustCompile(`level is (\S+) with systemd (\d+)`).FindStringSubmatch(read(t, "server/README.md"))
	if want == nil {
		t.Fatalf("server/README.md does not have the exposure level, which is %s", exposure[1])
	}
	level, err := strconv.ParseFloat(exposure[1], 64)
	same := strings.HasPrefix(run(t, "systemd-analyze", "--version"), "systemd "+want[2]+" ")
	if err != nil || same && exposure[1] != want[1] || level >= 2 { // each systemd has rules of its own
		t.Errorf("the exposure level is %s; server/README.md has %s\n%s", exposure[1], want[1], out)
	}
}

// TestTheContainerRuns does what the Containerfile does, into a root that has nothing else, and starts what it starts.
func TestTheContainerRuns(t *testing.T) {
	needRoot(t)
	parts, err := made()
	if err != nil {
		t.Fatal(err)
	}
	// The files of the other image that are not of the release.
	others := map[string]string{"/etc/ssl/certs/ca-certificates.crt": "certificates"}
	archive := fmt.Sprintf("flightboard_1.2.3_linux_%s", runtime.GOARCH)
	for _, f := range inFolder("/release/"+archive, append([]file{{parts.binary.name(), 0o755, parts.binary.content}},
		parts.common...)) {
		others[f.name] = string(f.content)
	}
	root := newRoot(t)
	var entry, args []string
	user := ""
	text := strings.NewReplacer("${VERSION}", "1.2.3", "${TARGETARCH}", runtime.GOARCH).Replace(
		read(t, "server/release/Containerfile"))
	_, text, _ = strings.Cut(text, "FROM scratch")
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		switch words[0] {
		case "COPY":
			from, to := words[len(words)-2], words[len(words)-1]
			mkdir(t, root+to)
			if from == "/mnt/" { // an empty folder
				if err := os.Chown(root+to, visitor, visitor); err != nil {
					t.Fatal(err)
				}
				continue
			}
			content, ok := others[from]
			if !ok {
				t.Errorf("there is no %s to copy", from)
			}
			write(t, filepath.Join(root, to, filepath.Base(from)), content)
			os.Chmod(filepath.Join(root, to, filepath.Base(from)), 0o755)
		case "USER":
			user = words[1]
		case "ENTRYPOINT", "CMD":
			list := &entry
			if words[0] == "CMD" {
				list = &args
			}
			if err := json.Unmarshal([]byte(strings.TrimPrefix(line, words[0])), list); err != nil {
				t.Fatalf("%s%v", line, err)
			}
		case "ARG", "VOLUME", "EXPOSE":
		default:
			t.Errorf("the test does not know %s", words[0])
		}
	}
	if want := fmt.Sprintf("%d:%[1]d", visitor); user != want {
		t.Errorf("USER %s, want %s", user, want)
	}
	address := freeAddress(t)
	command := append(append(entry, args...), "-addr", address, "-zone", "Europe/Zurich") // zones are in the binary
	mustServe(t, root, address, 10*time.Second, command...)
}
