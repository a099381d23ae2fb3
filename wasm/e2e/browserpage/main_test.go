package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

func TestCommandsAreAnsweredInOrder(t *testing.T) {
	if _, err := browser.Find(browser.Chromium); err != nil && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<!doctype html><title>Arrivals</title>")
	}))
	defer server.Close()
	// The commands end when the last answer has come: an end before it interrupts the command.
	in, commands := io.Pipe()
	answered, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(t.Context(), browser.Chromium, in, out)
		out.Close()
	}()
	var got strings.Builder
	one := make([]byte, 1<<16)
	for _, command := range []string{
		`{"navigate":"` + server.URL + `"}`, `{"evaluate":"document.title"}`,
		`{"evaluate":"Promise.resolve({ a: [1] })"}`, `{"evaluate":"undefined"}`, `{"evaluate":"missing"}`, `{}`, `?`, "",
	} {
		n, err := answered.Read(one) // An encoder writes a line at once.
		if err != nil {
			t.Fatal(err)
		}
		got.Write(one[:n])
		if command != "" {
			io.WriteString(commands, command+"\n")
		}
	}
	commands.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	lines := strings.Split(got.String(), "\n")
	for i, want := range []string{
		`{"value":"Chrome/`, `{"value":null}`, `{"value":"Arrivals"}`, `{"value":{"a":[1]}}`, `{"value":null}`,
		`{"value":null,"error":"browser: evaluate missing: `, `{"value":null,"error":"neither navigate nor evaluate"}`,
		`{"value":null,"error":"invalid character`,
	} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("answer %d = %s, want %s…", i, lines[i], want)
		}
	}
}

func TestABrowserThatIsNotInstalledIsMissing(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), "netscape", strings.NewReader(""), &out); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), `"missing":"browser: netscape is not installed`) {
		t.Errorf("the answer is %s, want the missing part", out.String())
	}
}
