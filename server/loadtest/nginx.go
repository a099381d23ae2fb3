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

// nginxConfig has nothing but what nginx needs to be a proxy: all else is as it comes.
const nginxConfig = `daemon off;
pid nginx.pid;
error_log error.log;
events {}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	server {
		listen %s%s;
		location / { proxy_pass http://%s; }
	}
}
`

// startNginx starts nginx between viewers and a server, and returns where it listens.
func startNginx(server string, http2 bool) (address string, stop func(), err error) {
	for range 5 {
		// Not a port that the kernel gives to a connection meanwhile.
		address = fmt.Sprint("127.0.0.1:", 20_000+rand.IntN(10_000))
		if stop, err = startNginxAt(address, server, http2); err == nil {
			return address, stop, nil
		}
	}
	return "", nil, err
}

func startNginxAt(address, server string, http2 bool) (stop func(), err error) {
	folder, err := os.MkdirTemp("", "loadtest")
	if err != nil {
		return nil, err
	}
	option := ""
	if http2 {
		option = " http2"
	}
	config := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, address, option, server), 0o600); err != nil {
		return nil, err
	}
	nginx := exec.Command("nginx", "-p", folder, "-c", config, "-e", filepath.Join(folder, "error.log"))
	if err := nginx.Start(); err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- nginx.Wait() }()
	stop = func() {
		nginx.Process.Signal(os.Interrupt)
		<-ended
		os.RemoveAll(folder)
	}
	for range 400 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return stop, nil
		}
		select {
		case err := <-ended:
			os.RemoveAll(folder)
			return nil, fmt.Errorf("nginx ended: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	stop()
	return nil, fmt.Errorf("nginx does not listen at %s", address)
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
	address, stop, err := startNginx(listener.Addr().String(), c.form.over == overHTTP2)
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
