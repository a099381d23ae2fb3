//go:build unix

package e2e

import (
	"syscall"
	"testing"
)

// Outages that need signals of Unix: a process that is stopped, and one that is asked to end.

func TestOutagesBySignal(t *testing.T) {
	t.Run("the server is frozen", func(t *testing.T) {
		t.Parallel()
		byEveryReader(t, frozen)
	})
	t.Run("the server is replaced in good order", func(t *testing.T) {
		t.Parallel()
		byEveryReader(t, replaced)
	})
}

// frozen stops the process. The kernel still accepts connections for it.
func frozen(t *testing.T, r reader) {
	s := startServer(t, "-feed", "none", "-heartbeat", "3s")
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	must(t, s.cmd.Process.Signal(syscall.SIGSTOP))
	outage := b.waitForWords(t, "reconnecting", silent)
	outage = outage[len(outage)-1:]
	outage = append(outage, b.waitForEntry(t, `/\((9|1[0-9]) s\)/.test(m.Line)`)...)
	must(t, s.cmd.Process.Signal(syscall.SIGCONT))
	s.publish(t, stateIs("I768", "landed"), leaves("A123"))
	outage = append(outage, b.waitForWords(t, "live", "Live")...)
	mustNotBeLive(t, outage)
	b.mustShow(t, s)
	s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
}

// replaced ends the server as an update does. The feed does not end, so the page reconnects by itself.
func replaced(t *testing.T, r reader) {
	flags := []string{"-feed", "none", "-heartbeat", "3s", "-drain", "1s", "-log", t.TempDir()}
	s := startServer(t, flags...)
	board1(t, s)
	b := r.openWithDiary(t, s.url)
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	b.waitForWords(t, "reconnecting", patient)
	<-s.exited
	s.waitForLog(t, `msg=stopped`)
	s = s.restart(t, flags...)
	s.publish(t, stateIs("I768", "landed"), leaves("A123"))
	entries := b.waitForWords(t, "live", "Live")
	for _, m := range entries {
		if m.Status == "ended" {
			t.Errorf("the page takes the end of the server for the end of the feed: %v", m)
		}
	}
	s.mustResume(t, "true")
	b.mustShow(t, s)
}
