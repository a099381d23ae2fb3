package main

import (
	"context"
	"log/slog"
	"os"

	"flightboard/server/web"
)

// onHangup calls reread for each signal until ctx is done. A nil reread means that there is nothing to read again.
func onHangup(
	ctx context.Context, signals <-chan os.Signal, logger *slog.Logger, reread func() (tokens int, err error),
) {
	for {
		select {
		case <-signals:
		case <-ctx.Done():
			return
		}
		if reread == nil {
			logger.Info("SIGHUP: there is no file to read again")
			continue
		}
		tokens, err := reread()
		if err != nil {
			logger.Error("SIGHUP: the tokens stay as they are", "error", err)
			continue
		}
		logger.Info("SIGHUP: the tokens were read again", "tokens", tokens)
	}
}

// rereader returns a function that reads the token file again and gives its tokens to the face; nil without a file.
func (s settings) rereader(face *web.Handler) func() (tokens int, err error) {
	if s.tokens == "" {
		return nil
	}
	return func() (int, error) {
		tokens, err := readTokens(s.tokens, os.LookupEnv)
		if err != nil {
			return 0, err
		}
		face.SetTokens(tokens)
		return len(tokens), nil
	}
}
