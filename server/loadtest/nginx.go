package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"text/tabwriter"
	"time"

	"flightboard/server/eventlog"
)

// An nginx is a proxy with nothing but what it needs for that: all else is as it comes.
type nginx struct {
	http2   bool
	tls     bool // nginx ends TLS, as in server/README.md
	viewers int  // nginx closes waiting connections when fewer than a sixteenth of those that it may have are free
}

const nginxConfig = `daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections %d; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	%s
	server {
		listen %s%s;
		location / { proxy_pass http://%s; }
	}
}
`

const nginxTLS = `ssl_certificate cert.pem;
	ssl_certificate_key key.pem;
	ssl_protocols TLSv1.2 TLSv1.3;
	proxy_http_version 1.1;
	proxy_read_timeout 1h;`

// start starts nginx on the first core, before a server, and returns where it listens, and its process.
func (n nginx) start(server string) (address string, pid int, stop func(), err error) {
	for range 5 {
		// Not a port that the kernel gives to a connection meanwhile.
		address = fmt.Sprint("127.0.0.1:", 20_000+rand.IntN(10_000))
		if pid, stop, err = n.startAt(address, server); err == nil {
			return address, pid, stop, nil
		}
	}
	return "", 0, nil, err
}

func (n nginx) startAt(address, server string) (pid int, stop func(), err error) {
	folder, err := os.MkdirTemp("", "loadtest")
	if err != nil {
		return 0, nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(folder)
		}
	}()
	options, more := "", ""
	if n.tls {
		options, more = " ssl", nginxTLS
		if err := writeCertificate(folder); err != nil {
			return 0, nil, err
		}
	}
	if n.http2 {
		options += " http2"
	}
	config := filepath.Join(folder, "nginx.conf")
	text := fmt.Appendf(nil, nginxConfig, 4*n.viewers+512, more, address, options, server)
	if err := os.WriteFile(config, text, 0o600); err != nil {
		return 0, nil, err
	}
	proxy := exec.Command("nginx", "-p", folder, "-c", config, "-e", filepath.Join(folder, "error.log"))
	if err := startOnFirstCore(proxy); err != nil {
		return 0, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- proxy.Wait() }()
	stop = func() {
		proxy.Process.Kill()
		<-ended
		os.RemoveAll(folder)
	}
	for range 400 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return proxy.Process.Pid, stop, nil
		}
		select {
		case err := <-ended:
			return 0, nil, fmt.Errorf("nginx ended: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	stop()
	return 0, nil, fmt.Errorf("nginx does not listen at %s", address)
}

// runNginx prints for each transport whether it passes nginx.
func runNginx(p plan, out io.Writer) error {
	version, err := exec.Command("nginx", "-v").CombinedOutput()
	if err != nil {
		return fmt.Errorf("nginx is not installed: %w", err)
	}
	fmt.Fprintf(out, "%s20 changes through it, with proxy_pass and its defaults:\n", version)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range transports {
		late, err := c.throughNginx(p)
		if err != nil {
			fmt.Fprintf(t, "%s\tno: %v\n", c.name, err)
		} else {
			fmt.Fprintf(t, "%s\tyes, the latest after %d ms\n", c.name, late.Milliseconds())
		}
	}
	return t.Flush()
}

// throughNginx returns the longest time that a change needs through nginx.
func (c transport) throughNginx(p plan) (time.Duration, error) {
	p.viewers, p.burst, p.rate, p.form = 3, 1, 20, c.form
	log := eventlog.New(eventlog.Options{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer serveLog(hosts[c.server], log, listener)()
	address, _, stop, err := nginx{http2: c.form.over == overHTTP2, viewers: p.viewers}.start(listener.Addr().String())
	if err != nil {
		return 0, err
	}
	defer stop()
	from, to := io.Pipe()
	defer to.Close()
	answersFrom, answers := io.Pipe()
	go (&commander{board: logBoard{log}, answers: answers}).run(from)
	t := &trial{plan: p, target: newTarget(address, to, answersFrom)}
	if err := t.seed(); err != nil {
		return 0, err
	}
	defer t.pool.close()
	if err := t.pool.connect(5 * time.Second); err != nil {
		return 0, err
	}
	if err := t.play(atRate, time.Second); err != nil {
		return 0, err
	}
	return t.ledger.latency.quantile(0.999), nil
}
