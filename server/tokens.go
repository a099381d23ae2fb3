package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// readTokens returns the tokens that publishers may use: those of the file, one a line, and those of the environment,
// FLIGHTBOARD_TOKEN and FLIGHTBOARD_TOKENS, with spaces or commas between them. Several are for rotation: the new one
// is added, publishers change over, the old one goes. None at all opens the door to this machine alone.
//
// Errors name the place and never the token.
func readTokens(file string, getenv func(string) string) ([]string, error) {
	tokens := strings.FieldsFunc(getenv("FLIGHTBOARD_TOKEN")+" "+getenv("FLIGHTBOARD_TOKENS"), func(r rune) bool {
		return r == ',' || strings.ContainsRune(" \t\r\n", r)
	})
	if file == "" {
		return tokens, nil
	}
	text, err := os.ReadFile(file)
	if wrong, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, fmt.Errorf("-token-file: %w", wrong)
	}
	if err != nil {
		return nil, fmt.Errorf("-token-file %s: %w", file, err)
	}
	found := false
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		token := strings.TrimSpace(line)
		switch {
		case token == "" || strings.HasPrefix(token, "#"):
			continue
		case strings.ContainsAny(token, " \t"):
			return nil, fmt.Errorf("-token-file %s: line %d: a token holds no spaces", file, number)
		}
		tokens, found = append(tokens, token), true
	}
	if !found { // whoever names a file wants a locked door
		return nil, fmt.Errorf("-token-file %s holds no token", file)
	}
	return tokens, nil
}
