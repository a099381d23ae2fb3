//go:build unix

package proxies

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// A front is a proxy that runs: its addresses, and what makes it read its configuration again.
type front struct {
	plain, tls string // URLs that end with a slash; "" if it has none
	reload     func()
}

// A setUp starts a proxy in front of a server.
type setUp func(t *testing.T, s *server) front

// loginURL is where proxies send viewers that have no session.
const loginURL = "https://login.example/"

// nginx starts nginx with the configuration that README.md has.
func nginx(login bool) setUp {
	return func(t *testing.T, s *server) front {
		pairs := []string{"localhost:5000", s.address}
		if login {
			pairs = append(pairs, "absolute_redirect off;",
				`if ($cookie_session = "") { return 302 `+loginURL+`; }`)
		}
		return startNginx(t, configuration(t, "nginx.conf", pairs...))
	}
}

// nginxDefaults starts nginx with nothing but the server's address, and with more settings of the location.
func nginxDefaults(settings string) setUp {
	return func(t *testing.T, s *server) front {
		return startNginx(t, "server { listen 80; location / { proxy_pass http://"+s.address+"; "+settings+" } }")
	}
}

func startNginx(t *testing.T, site string) front {
	t.Helper()
	p := newProgram(t, "nginx")
	c, port, tlsPort := newCertificate(t), freePort(t), freePort(t)
	site = replaced(t, site, "listen 80;", "listen 127.0.0.1:"+port+";")
	f := front{plain: "http://127.0.0.1:" + port + "/"}
	if strings.Contains(site, "ssl") {
		f.tls = "https://localhost:" + tlsPort + "/"
		site = replaced(t, site, "listen 443 ssl", "listen 127.0.0.1:"+tlsPort+" ssl",
			"/etc/ssl/board.example.crt", p.write("board.crt", c.pem),
			"/etc/ssl/board.example.key", p.write("board.key", c.key))
	}
	p.write("site.conf", site)
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;" // the folder is not for others
	}
	// Workers that are replaced cut their streams after a second.
	main := p.write("main.conf", user+`
daemon off;
pid nginx.pid;
worker_processes 2;
worker_shutdown_timeout 1s;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  include site.conf;
}
`)
	p.start("127.0.0.1:"+port, "-p", p.dir, "-c", main, "-e", "stderr")
	f.reload = func() { p.process.Signal(syscall.SIGHUP) } // as nginx -s reload
	return f
}
