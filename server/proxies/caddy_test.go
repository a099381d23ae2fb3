//go:build unix

package proxies

import "testing"

// caddy starts Caddy with the configuration that README.md has, with a certificate of ours.
func caddy(login bool) setUp {
	return func(t *testing.T, s *server) front {
		p := newProgram(t, "caddy")
		c, port, tlsPort, admin := newCertificate(t), freePort(t), freePort(t), "127.0.0.1:"+freePort(t)
		crt, key := p.write("board.crt", c.pem), p.write("board.key", c.key)
		pairs := []string{"localhost:5000", s.address}
		if login {
			pairs = append(pairs, "\t# Or below a path.\n",
				"\t@anonymous not header Cookie *session=*\n\tredir @anonymous "+loginURL+"\n")
		}
		site := configuration(t, "Caddyfile", pairs...)
		file := p.write("Caddyfile", "{\n\tadmin "+admin+"\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"+
			replaced(t, site, "board.example {", "https://localhost:"+tlsPort+" {\n\ttls "+crt+" "+key)+
			replaced(t, site, "board.example {", "http://127.0.0.1:"+port+" {"))
		p.start("127.0.0.1:"+port, "run", "--config", file)
		return front{"http://127.0.0.1:" + port + "/", "https://localhost:" + tlsPort + "/",
			func() { p.run(p.command[0], "reload", "--config", file, "--address", admin, "--force") }}
	}
}
