package browser

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A process is a browser's tree of processes with a profile folder of its own, which goes with it.
type process struct {
	cmd     *exec.Cmd
	profile string
	exited  chan struct{} // Closed when the first process of the tree has been waited for.
}

// A command is how a browser's first process is started.
type command struct {
	path   string
	args   func(profile string) ([]string, error) // May fill the new profile folder.
	env    []string                               // Besides our own environment.
	stderr io.Writer
	files  []*os.File // From descriptor 3 on.
	parent string     // The folder in which the profile is made; "" is the system's folder for temporary files.
}

func (c command) start() (*process, error) {
	profile, err := os.MkdirTemp(c.parent, "flightboard-browser-")
	if err != nil {
		return nil, err
	}
	flags, err := c.args(profile)
	if err != nil {
		os.RemoveAll(profile)
		return nil, err
	}
	cmd := exec.Command(c.path, flags...)
	cmd.Stderr = c.stderr
	cmd.ExtraFiles = c.files
	// The home folder too: nothing of the user's is read or written.
	cmd.Env = append(append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1"), c.env...)
	cmd.WaitDelay = time.Second // Grandchildren may hold stderr open for much longer.
	ownTree(cmd)
	if err := cmd.Start(); err != nil {
		os.RemoveAll(profile)
		return nil, err
	}
	p := &process{cmd, profile, make(chan struct{})}
	go func() {
		defer close(p.exited)
		cmd.Wait() // The exit status means nothing: browsers are killed as a matter of course.
	}()
	return p, nil
}

// end waits for the browser to exit by itself until ctx is done, kills the rest of the tree
// either way, and removes the profile.
func (p *process) end(ctx context.Context) error {
	select {
	case <-p.exited:
	case <-ctx.Done():
	}
	killTree(p.cmd)
	<-p.exited
	// Dying processes may still write into the profile while it is removed.
	var err error
	for range 20 {
		if err = os.RemoveAll(p.profile); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the profile stays: %w", err)
}
