package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/loadtest/sockets"
	shipped "flightboard/server/serve"
	"flightboard/server/web"
	"flightboard/timetable"
)

// A host is the handler of a log, and what it needs to run.
type host struct {
	http.Handler
	connContext func(context.Context, net.Conn) context.Context // nil: it needs none
	run         func(context.Context)                           // until the context is done; nil: it needs none
}

// oursHost is the server without its publish handler: the same handler, wired as in command server.
func oursHost(log *eventlog.Log) host {
	face := web.New(log, web.Options{AllowOrigin: []string{"*"}})
	return host{face, face.ConnContext, face.Run}
}

// handlersHost is oursHost with -takeover=false.
func handlersHost(log *eventlog.Log) host {
	face := web.New(log, web.Options{AllowOrigin: []string{"*"}, NoTakeover: true})
	return host{face, face.ConnContext, face.Run}
}

// broadcastHost sends each message to all WebSockets.
func broadcastHost(log *eventlog.Log) host { return socketHost(sockets.NewBroadcast(log, false)) }

// windowHost sends the log's compressed ticks to all WebSockets.
func windowHost(log *eventlog.Log) host { return socketHost(sockets.NewBroadcast(log, true)) }

func socketHost(b *sockets.Broadcast) host {
	mux := http.NewServeMux()
	mux.Handle("GET "+websocketPath, b)
	return host{mux, nil, b.Run}
}

// perConnectionHost compresses for each WebSocket.
func perConnectionHost(log *eventlog.Log) host {
	mux := http.NewServeMux()
	mux.Handle("GET "+websocketPath, sockets.PerConnection{Log: log})
	return host{Handler: mux}
}

// hosts are the servers that are this program again, except the limit.
var hosts = map[string]func(*eventlog.Log) host{
	"ours": oursHost, "handlers": handlersHost, "sockets": broadcastHost, "sockets-window": windowHost,
	"sockets-each": perConnectionHost}

// serve runs a host of a new log, to which it appends what is commanded. It ends with the commands.
func serve(open func(*eventlog.Log) host, tls bool, commands io.Reader, answers io.Writer) error {
	log := eventlog.New(eventlog.Options{Flights: -1})
	listener, err := shipped.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr()
	if tls {
		if listener, _, err = secure(listener); err != nil {
			return err
		}
	}
	end := serveLog(open, log, listener)
	defer end()
	fmt.Fprintln(answers, address)
	return (&commander{board: logBoard{log}, answers: answers}).run(polled(commands))
}

// serveLog serves a log until end is called.
func serveLog(open func(*eventlog.Log) host, log *eventlog.Log, listener net.Listener) (end func()) {
	h := open(log)
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	protocols.SetHTTP2(true)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	if h.run != nil {
		running.Go(func() { h.run(ctx) })
	}
	server := &http.Server{
		Handler:           h,
		Protocols:         protocols,
		ConnContext:       h.connContext,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	running.Go(func() { server.Serve(listener) })
	return func() {
		stop()
		server.Close()
		running.Wait()
	}
}

type logBoard struct{ log *eventlog.Log }

func (b logBoard) append(changes []timetable.Change) error {
	_, err := b.log.Append(context.Background(), changes...)
	return err
}

func (b logBoard) head() (at eventlog.Position, _ error) {
	b.log.Read(func(_ *timetable.Board, p eventlog.Position) { at = p })
	return at, nil
}
