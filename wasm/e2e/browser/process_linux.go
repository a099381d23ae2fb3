package browser

import "syscall"

// treeAttributes: on Linux the browser also dies with us, if we should be killed before Close.
func treeAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
