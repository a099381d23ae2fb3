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

// An asset is a file as it is served.
type asset struct {
	text []byte
	hash string
	br   *asset        // the file compressed by the build; nil when it did not
	gzip func() *asset // the same, or else compressed when it is first asked for; nil when the file may change
}

func newAsset(text []byte) *asset {
	sum := sha256.Sum256(text)
	return &asset{text: text, hash: hex.EncodeToString(sum[:hashBytes])}
}

// twin returns the form of the file that the request likes best, and its content coding. A range is one of the file
// as it is. ok is false when the request takes no form that there is.
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

// readAll reads all files, so that which names are served, and kept, is settled before anybody asks for one.
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

// load returns the file with this name, read anew if it may change.
func (p *page) load(name string) (*asset, error) {
	if p.live {
		return p.read(name)
	}
	if file := p.assets[name]; file != nil {
		return file, nil
	}
	return nil, fs.ErrNotExist
}

// read reads a file. What is no regular file is fs.ErrInvalid: to open a pipe would wait for whoever writes to it.
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

// served says whether a file with this name may be asked for: neither a hidden one, nor one in a hidden folder, nor the
// compressed form of another.
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
