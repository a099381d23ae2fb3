//go:build unix

package proxies

import (
	"syscall"
	"testing"
)

// haproxy starts HAProxy with the configuration that README.md has, except for how long the old process stays.
func haproxy(login bool) setUp {
	return func(t *testing.T, s *server) front {
		p := newProgram(t, "haproxy")
		c, port, tlsPort := newCertificate(t), freePort(t), freePort(t)
		pairs := []string{"localhost:5000", s.address, "hard-stop-after 1m", "hard-stop-after 1s",
			"bind :80", "bind 127.0.0.1:" + port, "bind :443", "bind 127.0.0.1:" + tlsPort,
			"/etc/ssl/board.example.pem", p.write("board.pem", c.pem+c.key)}
		if login {
			pairs = append(pairs, "  # Or below a path.",
				"  http-request redirect location "+loginURL+" unless { req.cook(session) -m found }")
		}
		file := p.write("haproxy.cfg", configuration(t, "haproxy.cfg", pairs...))
		p.start("127.0.0.1:"+port, "-W", "-f", file)
		return front{"http://127.0.0.1:" + port + "/", "https://localhost:" + tlsPort + "/",
			func() { p.process.Signal(syscall.SIGUSR2) }} // as systemctl reload
	}
}
