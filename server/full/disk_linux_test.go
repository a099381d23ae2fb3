package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestFullDisks fills the disk of the NATS server that leads the stream, and then of a second one. With one disk full
// changes are accepted; with two they are refused, and viewers stay. When there is room again and the servers have been
// started one after the other, all nodes have the same board, with every change that was acknowledged.
func TestFullDisks(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it starts six processes, and fills the disks of two, for half a minute")
	}
	t.Parallel()
	dir := t.TempDir()
	var disks, fillers [3]string
	for i := range disks {
		disks[i] = filepath.Join(dir, fmt.Sprint("store", i))
		fillers[i] = filepath.Join(disks[i], "filler")
		os.Mkdir(disks[i], 0o700)
		if err := syscall.Mount("tmpfs", disks[i], "tmpfs", 0, "size=16m"); err != nil {
			t.Skipf("this process may not mount a small disk: %v", err)
		}
		t.Cleanup(func() { syscall.Unmount(disks[i], syscall.MNT_DETACH) })
	}
	fill := func(i int) {
		t.Helper()
		if err := os.WriteFile(fillers[i], make([]byte, 16<<20), 0o600); err == nil {
			t.Fatal("the disk has room for everything")
		}
	}
	d := deploy(t, dir, loopback, [3][]string{})
	viewers := d.watch(3)
	p := &poster{deployment: d}
	p.post(t)
	leader := d.leader()
	fill(leader)
	for begun := time.Now(); time.Since(begun) < 5*time.Second || len(p.acknowledged) < 50; {
		p.post(t) // more than the page that the file's last write has
	}
	t.Logf("%d of %d changes were acknowledged while the disk of the stream's leader, n%d, was full", len(p.acknowledged),
		p.next, leader)

	fill((leader + 1) % 3)
	d.eventually("changes are accepted with two disks full", func() bool {
		return p.try(p.next%3, 20*time.Second) == http.StatusServiceUnavailable
	})
	refused := p.next
	for i := range d.urls {
		if status := p.try(i, time.Minute); status != http.StatusServiceUnavailable {
			t.Errorf("with two disks full, node %d answers %d to a change, want 503", i, status)
		}
	}
	t.Logf("after %d changes they are refused", refused)
	// A server may have acknowledged what its full disk has not. So they are started again one after the other, each
	// beside one that has everything.
	for _, i := range []int{leader, (leader + 1) % 3} {
		d.nats[i].kill()
		os.Remove(fillers[i])
	}
	for _, i := range []int{leader, (leader + 1) % 3} {
		d.nats[i].start()
		p.post(t)
	}
	d.settle(p, viewers)
}
