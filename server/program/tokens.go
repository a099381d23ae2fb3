package program

import (
	"context"
	"log/slog"
	"os"

	"flightboard/server/token"
	"flightboard/server/web"
)

// onHangup calls reread for each signal until ctx is done. reread is nil if there is no token file.
func onHangup(ctx context.Context, signals <-chan os.Signal, logger *slog.Logger, reread func() (int, error)) {
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
		if tokens, err := reread(); err != nil {
			logger.Error("SIGHUP: the tokens stay as they are", "error", err)
		} else {
			logger.Info("SIGHUP: the tokens were read again", "tokens", tokens)
		}
	}
}

// rereader returns a function that reads the token file again and gives its tokens to the handler; nil without a file.
func (s settings) rereader(handler *web.Handler) func() (tokens int, err error) {
	if s.tokens == "" {
		return nil
	}
	return func() (int, error) {
		tokens, err := token.Read(s.tokens, os.LookupEnv)
		if err != nil {
			return 0, err
		}
		handler.SetTokens(tokens)
		return len(tokens), nil
	}
}

// logWhoPublishes logs who may publish.
func logWhoPublishes(logger *slog.Logger, tokens int, openDoor bool) {
	switch {
	case tokens > 0:
		logger.Info("publishing needs a token", "tokens", tokens)
	case openDoor:
		logger.Info("programs on this machine can publish without a token")
	default:
		logger.Info("publishing is closed: set a token with -token-file or $FLIGHTBOARD_TOKENS, or use -open-door")
	}
}
