package program

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"time"

	"flightboard/server/signin"
	"flightboard/server/token"
	"flightboard/server/web"
)

// A watchedFile is a file with tokens, which is read again when it changes.
type watchedFile struct {
	flag, name string
	read       func() (tokens int, err error) // reads the file and uses its tokens

	used, seen stamp // of the file: when it was last read, and when it was last looked at
}

// A stamp tells whether a file has changed.
type stamp struct {
	written time.Time
	size    int64
}

func (f *watchedFile) stamp() stamp {
	info, err := os.Stat(f.name)
	if err != nil {
		return stamp{} // reading it tells the reason
	}
	return stamp{info.ModTime(), info.Size()}
}

// lookEvery is how often the files are looked at. A file that has changed is read when it has stayed as it is for one
// such time, so that no half-written file is used.
const lookEvery = time.Second

// look reads the file if it has changed, or if asked to. A file that is wrong changes nothing.
func (f *watchedFile) look(logger *slog.Logger, asked bool) {
	before := f.seen
	f.seen = f.stamp()
	if !asked && (f.seen == f.used || f.seen != before) {
		return
	}
	f.used = f.seen
	why := f.flag + " has changed: "
	if asked {
		why = "SIGHUP: "
	}
	if tokens, err := f.read(); err != nil {
		logger.Error(why+"the tokens stay as they are", "error", err)
	} else {
		logger.Info(why+"the tokens were read again", "tokens", tokens, "flag", f.flag)
		f.warn(logger)
	}
}

// warn logs that other users of this machine may read the file's tokens, or replace them. Windows has no such bits.
func (f *watchedFile) warn(logger *slog.Logger) {
	info, err := os.Stat(f.name)
	if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o006 != 0 && runtime.GOOS != "windows" {
		logger.Warn(f.flag+": every user of this machine may read or change the tokens", "file", f.name,
			"mode", info.Mode().String())
	}
}

// reread reads the files again when they change, and when a signal comes, until ctx is done.
func reread(ctx context.Context, files []*watchedFile, signals <-chan os.Signal, logger *slog.Logger) {
	for _, f := range files {
		f.warn(logger)
	}
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	if len(files) == 0 {
		ticker.Stop()
	}
	for {
		asked := false
		select {
		case <-ticker.C:
		case <-signals:
			if asked = true; len(files) == 0 {
				logger.Info("SIGHUP: there is no file to read again")
			}
		case <-ctx.Done():
			return
		}
		for _, f := range files {
			f.look(logger, asked)
		}
	}
}

// newWatchedFile returns a file that is read next for the first time. Its read must be set.
func newWatchedFile(flag, name string) *watchedFile {
	f := &watchedFile{flag: flag, name: name}
	f.seen = f.stamp()
	f.used = f.seen
	return f
}

// publish makes the file one whose tokens the handler gets, with those of the environment.
func (f *watchedFile) publish(handler *web.Handler) {
	f.read = func() (int, error) {
		tokens, err := token.Read(f.name, os.LookupEnv)
		if err == nil {
			handler.SetTokens(tokens)
		}
		return len(tokens), err
	}
}

// readers returns who may read, nil if everybody may, and the file of -readers, if there is one.
func (s settings) readers(ctx context.Context, logger *slog.Logger, extensions []Extension) (
	all web.Readers, files []*watchedFile, err error,
) {
	if s.readersFile != "" {
		readFile := func() ([]token.Token, error) {
			tokens, err := token.ReadFile(s.readersFile, 1)
			if err != nil {
				return nil, fmt.Errorf("-readers%w", err)
			}
			for _, one := range tokens {
				if one.Bare {
					return nil, fmt.Errorf("-readers %s: %s has no name: want name:token", s.readersFile, one.Name)
				}
			}
			return tokens, nil
		}
		file := newWatchedFile("-readers", s.readersFile)
		tokens, err := readFile()
		if err != nil {
			return nil, nil, usageError{err}
		}
		logger.Info("reading needs a token, or to sign in with one", "tokens", len(tokens))
		signedIn := signin.New(tokens, signin.Options{Session: s.session, Log: logger})
		all = signedIn
		file.read = func() (int, error) {
			tokens, err := readFile()
			if err == nil {
				signedIn.Set(tokens)
			}
			return len(tokens), err
		}
		files = append(files, file)
	}
	for _, e := range extensions {
		if e.Readers == nil {
			continue
		}
		more, err := e.Readers(ctx, logger)
		switch {
		case err != nil:
			return nil, nil, usageError{err}
		case more != nil && all != nil:
			all = either{all, more}
		case more != nil:
			all = more
		}
	}
	return all, files, nil
}

// isOpen reports whether programs on this machine may publish without a token, if there is none. Behind a proxy, which
// may be on this machine too, only -open-door allows that.
func (s settings) isOpen() bool { return s.openDoor || s.demonstrates() && len(s.proxies) == 0 }

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
