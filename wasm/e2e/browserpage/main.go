// Command browserpage lets a program in another language drive a page in a real browser:
//
//	browserpage chromium | firefox | webkit
//
// It starts the browser, opens an empty page, and writes a line with the browser's version to standard output. Then
// it reads commands from standard input, one JSON object on each line, and answers them in order, one line each:
//
//	{"navigate":"http://…"}    loads a URL; the answer, {"value":null}, comes after the load event
//	{"evaluate":"1 + 1"}       evaluates an expression, waits if it is a promise, and answers {"value":2}
//
// The answer to a command that fails is {"error":"…"}. The first line is {"missing":"…"}, and the last, if the browser
// is not installed. The command and the browser end with standard input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"flightboard/wasm/e2e/browser"
)

// patience is how long a command may take.
const patience = 4 * time.Minute

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: browserpage chromium | firefox | webkit")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, browser.Kind(os.Args[1]), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "browserpage:", err)
		os.Exit(1)
	}
}

// An answer is a line of standard output.
type answer struct {
	Value   json.RawMessage `json:"value"`
	Error   string          `json:"error,omitempty"`
	Missing string          `json:"missing,omitempty"`
}

// run drives a page until the commands end or ctx is done.
func run(ctx context.Context, kind browser.Kind, commands io.Reader, answers io.Writer) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lines := read(commands, stop)
	out := json.NewEncoder(answers)
	b, err := browser.Start(ctx, kind)
	if errors.Is(err, browser.ErrNotInstalled) {
		return out.Encode(answer{Missing: err.Error()})
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	page, err := b.NewPage(ctx, browser.PageOptions{})
	if err != nil {
		return err
	}
	version, err := json.Marshal(b.Version())
	if err != nil {
		return err
	}
	for next := (answer{Value: version}); ; {
		if err := out.Encode(next); err != nil {
			return err
		}
		select {
		case line := <-lines:
			next = obey(ctx, page, line)
		case <-ctx.Done():
			return nil
		}
	}
}

// read returns the lines of the commands, and calls end after the last one.
func read(commands io.Reader, end func()) <-chan []byte {
	lines := make(chan []byte)
	go func() { // It ends with the input: with the process, at the latest.
		defer end()
		in := bufio.NewReader(commands)
		for {
			line, err := in.ReadBytes('\n')
			if err != nil {
				return
			}
			lines <- line
		}
	}()
	return lines
}

// obey carries out a command.
func obey(ctx context.Context, page *browser.Page, line []byte) answer {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var command struct{ Navigate, Evaluate string }
	var value json.RawMessage
	err := json.Unmarshal(line, &command)
	switch {
	case err != nil:
	case command.Navigate != "":
		err = page.Navigate(ctx, command.Navigate)
	case command.Evaluate != "":
		err = page.Eval(ctx, command.Evaluate, &value)
	default:
		err = errors.New("neither navigate nor evaluate")
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Value: value}
}
