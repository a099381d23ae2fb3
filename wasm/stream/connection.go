//go:build js && wasm

package main

import (
	"errors"
	"time"

	"flightboard/wasm/follow"
)

// Open implements [follow.Wire].
func (a *app) Open(url string) error {
	a.Close()
	var err error
	if early := a.early; early != nil && early.url == url {
		a.early = nil
		a.source, err = adoptSource(early, &a.ear, a)
		return err
	}
	a.source, err = openSource(url, &a.ear, a)
	return err
}

// Close implements [follow.Wire].
func (a *app) Close() {
	if a.source != nil {
		a.source.close()
		a.source = nil
	}
	if a.question != nil {
		a.question.drop()
		a.question = nil
	}
}

// Ask implements [follow.Wire].
func (a *app) Ask(url string) error {
	a.Close()
	var err error
	a.question, err = ask(url, func(answer follow.Answer) {
		a.question = nil
		a.follower.Answered(time.Now(), answer)
		a.settle()
	})
	return err
}

func (a *app) opened() {
	a.follower.Opened(time.Now())
	a.settle()
}

func (a *app) failed(final bool) {
	a.follower.Failed(time.Now(), final)
	a.settle()
}

// message applies an event at once and leaves the drawing to the next frame. An event that cannot be understood is
// reported, and the board is asked for anew where the server can send it.
func (a *app) message(eventType, data, lastEventID string) {
	now := time.Now()
	switch eventType {
	case "closedConnection":
		a.follower.Ended(now)
		a.settle()
	case "heartbeat":
		server, silent, err := heartbeat(data)
		if err != nil {
			report(errors.New("heartbeat: " + err.Error()))
		}
		a.follower.Heartbeat(now, server, silent)
		a.settle()
	case "reload": // the page's files have changed, and their author is watching
		a.call(a.get(a.window, "location"), "reload")
		a.check()
	default:
		changed, err := a.news.apply(eventType, data, &a.board)
		if err != nil {
			report(errors.New(eventType + " " + lastEventID + ": " + err.Error()))
			if a.follower.Misread(now, eventType) {
				a.settle()
				return
			}
		}
		a.follower.Message(now, eventType, lastEventID, a.news.about)
		a.dirty = a.dirty || changed
		if a.panel.shown.State != "live" { // otherwise an event says nothing new about the connection
			a.settle()
		} else {
			a.request()
		}
	}
}
