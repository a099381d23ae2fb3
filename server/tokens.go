package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// minToken is how many characters a token has at least.
const minToken = 16

// readTokens returns the tokens that publishers may use: those of the file, one a line, and those of the environment,
// FLIGHTBOARD_TOKEN and FLIGHTBOARD_TOKENS, with spaces or commas between them. Several are for rotation: the new one
// is added, publishers change over, the old one goes. A file or a variable that is there and holds none is an error:
// whoever gives it believes that publishing needs a token.
//
// Errors name the place and never the token.
func readTokens(file string, lookupEnv func(string) (string, bool)) (tokens []string, err error) {
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
			if err := checkToken(token); err != nil {
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
		if err := checkToken(token); err != nil {
			return nil, fmt.Errorf("-token-file %s: line %d: %w", file, number, err)
		}
		tokens, found = append(tokens, token), true
	}
	if !found {
		return nil, fmt.Errorf("-token-file %s holds no token", file)
	}
	return tokens, nil
}

func checkToken(token string) error {
	switch {
	case strings.ContainsAny(token, " \t"):
		return errors.New("a token holds no spaces")
	case strings.ContainsFunc(token, func(r rune) bool { return r < '!' || r > '~' }):
		return errors.New("a token holds printable ASCII characters only")
	case len(token) < minToken:
		return fmt.Errorf("a token has at least %d characters", minToken)
	}
	return nil
}

// tellWhoPublishes logs who may publish.
func tellWhoPublishes(logger *slog.Logger, tokens int, openDoor bool) {
	switch {
	case tokens > 0:
		logger.Info("publishing needs a token", "tokens", tokens)
	case openDoor:
		logger.Info("publishing is open to this machine, without a token")
	default:
		logger.Info("publishing is closed: give the server a token, by -token-file or $FLIGHTBOARD_TOKENS, or -open-door")
	}
}
