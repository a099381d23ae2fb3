package program

import (
	"errors"
	"fmt"

	"flightboard/server/admin"
	"flightboard/server/eventlog"
	"flightboard/server/serve"
	"flightboard/server/web"
)

// administer gives a server the listener of -admin. An address that other machines can reach needs -admin-from.
func (s settings) administer(server *serve.Server, handler *web.Handler, log *eventlog.Log) (err error) {
	if s.admin == "" {
		return nil
	}
	server.Admin, err = serve.Listen(s.admin)
	switch {
	case errors.As(err, new(*serve.AddrError)):
		return usageError{fmt.Errorf("-admin: %w", err)}
	case err != nil:
		return fmt.Errorf("-admin: %w", err)
	}
	if len(s.adminFrom) == 0 && !admin.AllowsOnlyThisMachine(server.Admin.Addr()) {
		server.Admin.Close()
		return usageError{fmt.Errorf("-admin %s: other machines can reach this address; use localhost, "+
			"or allow with -admin-from the networks that may read the metrics", s.admin)}
	}
	server.AdminHandler = admin.New(admin.Options{Site: handler, Log: log, Version: version(), From: s.adminFrom})
	return nil
}
