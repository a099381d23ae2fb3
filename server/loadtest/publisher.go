package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// A publisher is the URL of a server. It sends changes to POST /flights: one request for the changes that are appended
// together, one request at a time. It is a process of its own, because its requests would wait for the viewers in
// theirs.
type publisher string

func (p publisher) run(commands io.Reader, answers io.Writer) error {
	fmt.Fprintln(answers, strings.TrimPrefix(string(p), "http://"))
	lines := make(chan string, 1<<18) // the sender of commands does not wait for the server
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(commands); s.Scan(); {
			lines <- s.Text()
		}
	}()
	c := commander{board: p, remote: true, answers: answers}
	for line := range lines {
		if err := c.line(line); err != nil {
			return err
		}
	}
	return nil
}

func (p publisher) append(changes []timetable.Change) error {
	var body []byte
	for i := range changes {
		body = appendChange(body, &changes[i])
	}
	r, err := http.NewRequest("POST", string(p)+"/flights", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Authorization", "Bearer "+publishToken)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("POST /flights: %s: %s", answer.Status, text)
	}
	return err
}

func (p publisher) head() (eventlog.Position, error) {
	answer, err := http.Get(string(p) + "/flights")
	if err != nil {
		return 0, err
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	at, ok := eventlog.ParsePosition(answer.Header.Get("Last-Event-ID"))
	if !ok {
		return 0, fmt.Errorf("GET /flights returns no position")
	}
	return at, nil
}
