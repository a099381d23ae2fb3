package web

import (
	"bytes"
	"compress/gzip"
	"path"
	"regexp"
	"strings"
)

const hashBytes = 12 // of SHA-256 in a name or an ETag

// hashedName puts a file's hash before its ending.
func hashedName(name, hash string) string {
	ending := path.Ext(name)
	return strings.TrimSuffix(name, ending) + "." + hash + ending
}

var hashPart = regexp.MustCompile(`\.([0-9a-f]{24})(\.\w+)$`)

// plainName removes the hash from a file's name, if it has one. The empty name is the page's.
func plainName(asked string) (name, hash string) {
	if asked == "" {
		return "index.html", ""
	}
	if m := hashPart.FindStringSubmatchIndex(asked); m != nil {
		return asked[:m[0]] + asked[m[4]:], asked[m[2]:m[3]]
	}
	return asked, ""
}

var quoted = regexp.MustCompile(`="([\w./-]+\.\w+)"`)

// nameByHash adds the hashes to the names of the page's files in the attributes of index.html.
func (p *page) nameByHash(index []byte) []byte {
	return quoted.ReplaceAllFunc(index, func(attribute []byte) []byte {
		name := string(attribute[2 : len(attribute)-1])
		file, err := p.load(name)
		if err != nil || name == "index.html" {
			return attribute
		}
		return []byte(`="` + hashedName(name, file.hash) + `"`)
	})
}

// zip returns the text compressed by gzip.
func zip(text []byte, level int) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, level) // the level is a valid one
	w.Write(text)                            // a write to a buffer does not fail
	w.Close()
	return out.Bytes()
}
