package web

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

// An asset is a file of the page, in memory.
type asset struct {
	text []byte
	hash string
	br   *asset        // the file compressed by the build; nil: there is none
	gzip func() *asset // compressed by the build, or else at the first request; nil: the file may change
}

func newAsset(text []byte) *asset {
	sum := sha256.Sum256(text)
	return &asset{text: text, hash: hex.EncodeToString(sum[:hashBytes])}
}

// twin returns the file in the content coding that the request prefers, and the coding. A range is always one of the
// file without a coding. ok is false if the request accepts no coding that there is.
func (a *asset) twin(r *http.Request) (twin *asset, name string, ok bool) {
	var offers []string
	if a.br != nil {
		offers = append(offers, "br")
	}
	if a.gzip != nil {
		offers = append(offers, "gzip")
	}
	if r.Header.Get("Range") != "" {
		offers = nil
	}
	switch name, ok = coding(r, offers...); name {
	case "br":
		return a.br, name, ok
	case "gzip":
		if twin := a.gzip(); len(twin.text) < len(a.text) {
			return twin, name, ok
		}
	}
	return a, "", ok
}

// readAll reads all files at the start, so that requests for other names take no memory.
func (p *page) readAll() map[string]*asset {
	all := make(map[string]*asset)
	err := fs.WalkDir(p.files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !p.served(name) {
			return err
		}
		file, err := p.read(name)
		if err != nil {
			return err
		}
		if text, err := fs.ReadFile(p.files, name+".br"); err == nil {
			file.br = newAsset(text)
		}
		file.gzip = sync.OnceValue(func() *asset {
			if text, err := fs.ReadFile(p.files, name+".gz"); err == nil {
				return newAsset(text)
			}
			return newAsset(zip(file.text, gzip.BestCompression))
		})
		all[name] = file
		return nil
	})
	if err != nil {
		p.logger.Error("cannot read the files of the page", "error", err)
	}
	return all
}

// load returns the file with this name. It reads it again if it may have changed.
func (p *page) load(name string) (*asset, error) {
	if p.live {
		return p.read(name)
	}
	if file := p.assets[name]; file != nil {
		return file, nil
	}
	return nil, fs.ErrNotExist
}

// read reads a file. It returns fs.ErrInvalid if that is not a regular file: opening a pipe would block until it has a
// writer.
func (p *page) read(name string) (*asset, error) {
	if !p.served(name) {
		return nil, fs.ErrNotExist
	}
	if info, err := fs.Stat(p.files, name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fs.ErrInvalid
	}
	text, err := fs.ReadFile(p.files, name)
	if err != nil {
		return nil, err
	}
	return newAsset(text), nil
}

// served reports whether a file with this name is served. A hidden file, a file in a hidden folder, and the compressed
// form of another file are not.
func (p *page) served(name string) bool {
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return false
	}
	if ending := path.Ext(name); ending == ".gz" || ending == ".br" {
		_, err := fs.Stat(p.files, strings.TrimSuffix(name, ending))
		return err != nil
	}
	return true
}
