package web

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// Limits of what a publisher may send at once.
const (
	maxBody = 1 << 20
	maxLine = 64 << 10
)

// publishGuard lets in who is on this machine: the connection comes from a loopback address and the Host is a loopback
// name (a page that has rebound its own name to 127.0.0.1 sends its own name), and no browser says that the request
// comes from another site.
func publishGuard(next http.Handler) http.Handler {
	local := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fromLoopback(r) {
			http.Error(w, "publishing is open to this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
	return http.NewCrossOriginProtection().Handler(local)
}

func fromLoopback(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// door answers POST /flights.
type door struct {
	log    Publisher
	logger *slog.Logger
}

type lineError struct {
	Line  int    `json:"line,omitzero"` // from 1; absent when the body as a whole is meant
	Error string `json:"error"`
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			refuse(w, http.StatusRequestEntityTooLarge, lineError{Error: "the body is larger than 1 MiB"})
			return
		}
		refuse(w, http.StatusBadRequest, lineError{Error: "the body broke off: " + err.Error()})
		return
	}
	number := 0
	for line := range strings.SplitSeq(string(body), "\n") {
		if number++; len(line) > maxLine {
			refuse(w, http.StatusRequestEntityTooLarge, lineError{Line: number, Error: "the line is longer than 64 KiB"})
			return
		}
	}
	var changes []timetable.Change
	var lines []int
	var wrong []lineError
	for entry, err := range timetable.Body(string(body)) {
		if err != nil {
			wrong = append(wrong, lineError{entry.Line, err.Error()})
			continue
		}
		change := *entry.Change
		change.Board = slices.Clone(change.Board)
		changes, lines = append(changes, change), append(lines, entry.Line)
	}
	if len(wrong) == 0 && len(changes) == 0 {
		wrong = append(wrong, lineError{1, "the body holds no change"})
	}
	if len(wrong) > 0 {
		refuse(w, http.StatusUnprocessableEntity, wrong...)
		return
	}
	at, err := d.log.Append(r.Context(), changes...)
	if refused, ok := errors.AsType[*eventlog.RefusedError](err); ok {
		for _, one := range refused.Changes {
			wrong = append(wrong, lineError{lines[one.Index], one.Err.Error()})
		}
		refuse(w, http.StatusUnprocessableEntity, wrong...)
		return
	}
	if err != nil {
		d.logger.Error("cannot publish", "error", err)
		refuse(w, http.StatusServiceUnavailable, lineError{Error: err.Error()})
		return
	}
	answer(w, http.StatusOK, struct {
		Position eventlog.Position `json:"position"`
	}{at})
}

func refuse(w http.ResponseWriter, status int, errors ...lineError) {
	answer(w, status, struct {
		Errors []lineError `json:"errors"`
	}{errors})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) // an error here is the connection's; nobody is left to tell
}
