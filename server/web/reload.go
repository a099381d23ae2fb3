package web

import (
	"context"
	"io/fs"
	"time"
)

// watch returns a channel that is closed when a file of the page changes, for developers of the page; nil if the files
// cannot change. It looks twice a second until ctx is done.
func (s *streamHandler) watch(ctx context.Context) <-chan struct{} {
	if s.page == nil {
		return nil
	}
	changed := make(chan struct{})
	before := newest(s.page)
	go func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if newest(s.page).After(before) {
				close(changed)
				return
			}
		}
	}()
	return changed
}

func newest(files fs.FS) (t time.Time) {
	fs.WalkDir(files, ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // a file that is being replaced is found at the next look
		}
		if info, err := entry.Info(); err == nil && info.ModTime().After(t) {
			t = info.ModTime()
		}
		return nil
	})
	return t
}
