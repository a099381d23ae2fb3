package serve

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// A Certificate is a certificate with its key in two PEM files, which are read again when they change. Connections that
// are open keep the one with which they began.
type Certificate struct {
	cert, key string
	logger    *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	read    [2]stamp  // of the files when they were last read
	looked  time.Time // when the files were last looked at
}

// A stamp tells whether a file has changed.
type stamp struct {
	written time.Time
	size    int64
}

// lookEvery is how long a new certificate may wait until the first handshake with it.
const lookEvery = time.Second

// ReadCertificate reads a certificate and its key from two PEM files. A later error in them is logged, and the
// certificate that was read before stays.
func ReadCertificate(cert, key string, logger *slog.Logger) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, logger: logger}
	stamps, err := c.stamps()
	if err == nil {
		err = c.load(stamps)
	}
	return c, err
}

func (c *Certificate) stamps() (stamps [2]stamp, err error) {
	for i, name := range [...]string{c.cert, c.key} {
		info, err := os.Stat(name)
		if err != nil {
			return stamps, err
		}
		stamps[i] = stamp{info.ModTime(), info.Size()}
	}
	return stamps, nil
}

func (c *Certificate) load(stamps [2]stamp) error {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	switch {
	case errors.As(err, new(*fs.PathError)):
		return err // names the file
	case err != nil:
		return fmt.Errorf("%s and %s: %w", c.cert, c.key, err)
	}
	c.current, c.read = &pair, stamps
	return nil
}

// get returns the certificate for a handshake.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if now.Sub(c.looked) < lookEvery {
		return c.current, nil
	}
	c.looked = now
	stamps, err := c.stamps()
	if err == nil && stamps == c.read {
		return c.current, nil
	}
	if err == nil {
		err = c.load(stamps)
	}
	if err != nil {
		c.logger.Warn("the certificate cannot be read, the one before stays", "error", err)
	} else {
		c.logger.Info("certificate", "expires", c.current.Leaf.NotAfter)
	}
	return c.current, nil
}

// config returns the TLS configuration: TLS 1.2 and later, with HTTP/2.
func (c *Certificate) config() *tls.Config {
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}
}
