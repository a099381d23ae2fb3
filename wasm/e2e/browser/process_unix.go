//go:build unix

package browser

import (
	"os/exec"
	"syscall"
)

// ownTree makes the command the leader of a process group, in which its children are born.
func ownTree(cmd *exec.Cmd) {
	cmd.SysProcAttr = treeAttributes()
}

// killTree kills the group. It may be empty.
func killTree(cmd *exec.Cmd) {
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
