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
	"flightboard/server/web"
	"flightboard/timetable"
)

// serveOurs is the server without its publish handler: the same handler and log, wired as in command server.
func serveOurs(commands io.Reader, answers io.Writer) error {
	return serveWeb(commands, answers, web.Options{})
}

// serveHandlers is serveOurs with -takeover=false.
func serveHandlers(commands io.Reader, answers io.Writer) error {
	return serveWeb(commands, answers, web.Options{NoTakeover: true})
}

func serveWeb(commands io.Reader, answers io.Writer, o web.Options) error {
	o.AllowOrigin = []string{"*"}
	log := eventlog.New(eventlog.Options{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	face := web.New(log, o)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { face.Run(ctx) })
	server := &http.Server{
		Handler:           face,
		Protocols:         protocols,
		ConnContext:       face.ConnContext,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintln(answers, listener.Addr())
	go func() { failed <- (&commander{board: logBoard{log}, answers: answers}).run(polled(commands)) }()
	defer server.Close()
	return <-failed
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
