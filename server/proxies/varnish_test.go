//go:build unix

package proxies

import (
	"net"
	"testing"
)

// varnish starts Varnish with the configuration that README.md has. A reload is a restart, which cuts every stream.
func varnish(login bool) setUp {
	return func(t *testing.T, s *server) front {
		p := newProgram(t, "varnishd")
		address := "127.0.0.1:" + freePort(t)
		host, port, _ := net.SplitHostPort(s.address)
		pairs := []string{`"localhost"`, `"` + host + `"`, `"5000"`, `"` + port + `"`}
		if login {
			pairs = append(pairs, "  # Or below a path.\n",
				"  if (req.http.Cookie !~ \"session=\") {\n    return (synth(302));\n  }\n",
				"  if (resp.status == 308) {",
				"  if (resp.status == 302) {\n    set resp.http.Location = \""+loginURL+"\";\n    return (deliver);\n  }\n"+
					"  if (resp.status == 308) {")
		}
		file := p.write("varnish.vcl", configuration(t, "varnish.vcl", pairs...))
		start := func() {
			p.start(address, "-F", "-j", "none", "-n", p.dir, "-a", address, "-T", "none", "-s", "malloc,16m", "-f", file)
		}
		start()
		return front{plain: "http://" + address + "/", reload: func() {
			stop(p.process, p.ended)
			start()
		}}
	}
}
