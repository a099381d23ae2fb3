package eventlog

// A Form selects the encoding of a viewer's events. Forms combine.
type Form uint8

const (
	// Batch puts all changes of a tick into one flightChanges event: fewer bytes, and one message for a browser to
	// dispatch instead of many.
	Batch Form = 1 << iota
	// Gzip compresses. The bytes of a cursor of this form, one Next after the other, are one gzip stream. It is
	// finished when the log ends; any other stream of events does not end, it is cut.
	Gzip
)

// Forms is the number of forms: each is less.
const Forms = 4

// String returns the form's name: plain, batch, gzip, or batch+gzip.
func (f Form) String() string { return [Forms]string{"plain", "batch", "gzip", "batch+gzip"}[f%Forms] }

// shape is the encoding of a tick: a form and, if it is compressed, whether it refers to earlier ticks.
type shape uint8

const (
	chained shape = 1 << 2 // refers to the ticks before it, back to the last keyframe
	shapes        = 8
)

// gzipHeader begins a gzip stream (RFC 1952): deflate, no name, no time, no system.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}
