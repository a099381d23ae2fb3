package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestEveryAttackEndsAndNoViewerLosesAnEvent runs the script small: each attack comes to its end, nobody else loses an
// event, and the server's memory stays flat. Attackers for whom limits count are cut or refused, which takes longer.
func TestEveryAttackEndsAndNoViewerLosesAnEvent(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "flightboard.exe")
	if out, err := exec.Command("go", "build", "-o", binary, "flightboard/server").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var out bytes.Buffer
	for length, names := range attacksByLength() {
		err := run(append(strings.Fields("attack -n 3 -rate 50 -flights 50 -binary "+binary),
			"-for", length.String(), "-only", strings.Join(names, ",")), &out)
		if err != nil {
			t.Errorf("%v\n%s", err, out.String())
		}
	}
	for _, a := range attacks {
		if !strings.Contains(out.String(), a.name+" ") {
			t.Errorf("the table lacks the attack %s:\n%s", a.name, out.String())
		}
	}
	if _, err := os.Stat(binary); err != nil {
		t.Errorf("the server's file is gone: %v", err)
	}
}

// attacksByLength returns the names of attacks by how long they last until the server does something.
func attacksByLength() map[time.Duration][]string {
	all := make(map[time.Duration][]string)
	for _, a := range attacks {
		length := 200 * time.Millisecond
		if a.after > 0 {
			length = a.after + time.Second/2
		}
		all[length] = append(all[length], a.name)
	}
	return all
}

func TestAttacksHaveBounds(t *testing.T) {
	for flags, want := range map[string]string{
		"-n 0":    "-n 0: want",
		"-for 1h": "-for 1h0m0s: want at most 1m", "-rate 0": "-rate 0: want", "-flights 0": "-flights 0: want",
	} {
		err := run(strings.Fields("attack "+flags), new(bytes.Buffer))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("attack %s = %v, want %q", flags, err, want)
		}
	}
}
