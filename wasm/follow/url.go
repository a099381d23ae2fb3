package follow

import "strings"

// withQuery adds a parameter to an address. Bytes other than RFC 3986's unreserved ones are percent-encoded.
func withQuery(address, name, value string) string {
	const hex = "0123456789ABCDEF"
	joint := byte('?')
	if strings.IndexByte(address, '?') >= 0 {
		joint = '&'
	}
	out := append([]byte(address), joint)
	out = append(append(out, name...), '=')
	for i := range len(value) {
		switch b := value[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', strings.IndexByte("-._~", b) >= 0:
			out = append(out, b)
		default:
			out = append(out, '%', hex[b>>4], hex[b&15])
		}
	}
	return string(out)
}

// withoutBatch returns an address without its query, if that is "batch", which asks for events of many changes.
func withoutBatch(address string) string { return strings.TrimSuffix(address, "?batch") }
