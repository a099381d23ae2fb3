// Package token reads the tokens with which publishers identify themselves.
package token

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

const minLength = 16

// Read returns the tokens that publishers may use: those of the file, one a line, and those of the environment,
// FLIGHTBOARD_TOKEN and FLIGHTBOARD_TOKENS, separated by spaces or commas. Several tokens are for rotation: add the new
// one, change it at the publishers, remove the old one. A file or a variable without a token is an error, because its
// user expects that publishing needs a token.
//
// Errors name the place and never contain a token.
func Read(file string, lookupEnv func(string) (string, bool)) (tokens []string, err error) {
	for _, name := range []string{"FLIGHTBOARD_TOKEN", "FLIGHTBOARD_TOKENS"} {
		text, set := lookupEnv(name)
		if !set {
			continue
		}
		found := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || strings.ContainsRune(" \t\r\n", r) })
		if len(found) == 0 {
			return nil, fmt.Errorf("$%s is set and holds no token", name)
		}
		for i, token := range found {
			if err := check(token); err != nil {
				return nil, fmt.Errorf("$%s: token %d: %w", name, i+1, err)
			}
		}
		tokens = append(tokens, found...)
	}
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
		if token == "" || strings.HasPrefix(token, "#") {
			continue
		}
		if err := check(token); err != nil {
			return nil, fmt.Errorf("-token-file %s: line %d: %w", file, number, err)
		}
		tokens, found = append(tokens, token), true
	}
	if !found {
		return nil, fmt.Errorf("-token-file %s holds no token", file)
	}
	return tokens, nil
}

func check(token string) error {
	switch {
	case strings.ContainsAny(token, " \t"):
		return errors.New("a token holds no spaces")
	case strings.ContainsFunc(token, func(r rune) bool { return r < '!' || r > '~' }):
		return errors.New("a token holds printable ASCII characters only")
	case len(token) < minLength:
		return fmt.Errorf("a token has at least %d characters", minLength)
	}
	return nil
}
