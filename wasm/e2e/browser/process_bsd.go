//go:build unix && !linux

package browser

import "syscall"

func treeAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
