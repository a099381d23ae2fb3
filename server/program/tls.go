package program

import (
	"errors"
	"fmt"

	"flightboard/server/serve"
)

// secure makes a server speak TLS, if the flags say so.
func (s settings) secure(server *serve.Server) (err error) {
	if s.cert == "" {
		return nil
	}
	if server.Certificate, err = serve.ReadCertificate(s.cert, s.key, server.Logger); err != nil {
		return usageError{fmt.Errorf("-tls-cert, -tls-key: %w", err)}
	}
	if s.redirect == "" {
		return nil
	}
	server.Redirect, err = serve.Listen(s.redirect)
	if errors.As(err, new(*serve.AddrError)) {
		return usageError{fmt.Errorf("-redirect: %w", err)}
	}
	return err
}
