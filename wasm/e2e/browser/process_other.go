//go:build !unix

package browser

import "os/exec"

func ownTree(*exec.Cmd) {}

// killTree kills the first process alone: without process groups the others are the browser's own
// to end, and they do when the first one is gone.
func killTree(cmd *exec.Cmd) { cmd.Process.Kill() }
