package follow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"

	"flightboard/server/eventlog"
)

const ownWrite = 5 * time.Second // the longest that an answer waits for the log

// Forward forwards requests to publish to the origin, with the publisher's own token, and answers when the edge's log
// has what was published, so that publishers read their own writes here. If the log does not have it in time, because
// the origin is cut off again, the origin's answer is passed on as it is.
//
// The origin sees the publisher's address in X-Forwarded-For, so it never takes an edge on its machine for a publisher
// that needs no token. A request that has been here before, because servers follow each other in a circle, is refused.
func (f *Follower) Forward() http.Handler {
	proxy := &httputil.ReverseProxy{
		Transport: f.Transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(f.Origin)
			r.SetXForwarded()
			r.Out.Header.Add("Via", f.pseudonym())
			r.Out.Header.Del("Cookie") // that of a reader of this server
		},
		ModifyResponse: f.await,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if errors.Is(err, context.Canceled) {
				return // the publisher has left
			}
			f.Logger.Warn("a request to publish cannot be forwarded", "origin", f.name, "error", err)
			w.Header().Set("Retry-After", "5")
			http.Error(w, "the server that takes changes does not answer; try again", http.StatusServiceUnavailable)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(strings.Join(r.Header.Values("Via"), ","), f.id) {
			http.Error(w, "this server follows itself, so no server takes changes", http.StatusLoopDetected)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

// await waits for the position that an answer names.
func (f *Follower) await(answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return nil
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		return err
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	answer.ContentLength = int64(len(text))
	answer.Header.Set("Content-Length", strconv.Itoa(len(text)))
	var named struct{ Position eventlog.Position }
	if json.Unmarshal(text, &named) != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(answer.Request.Context(), ownWrite)
	defer cancel()
	f.log.Reach(ctx, named.Position)
	return nil
}
