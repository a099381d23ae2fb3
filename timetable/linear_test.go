package timetable

import (
	"runtime"
	"strings"
	"testing"
)

// FuzzReadingIsLinear reads a text in which a piece is repeated, and one four times as long. The second may take four
// times the memory, not sixteen times. Memory stands for time, which a test cannot measure: what copies all that it has
// read so far for each piece allocates the copies.
func FuzzReadingIsLinear(f *testing.F) {
	for _, c := range [][3]string{
		{`{"flight":"A","codeshares":["A1"`, `,"A1"`, `]}`},
		{`{"flight":"A","overridden":["gate"`, `,"\u0067ate"`, `]}`},
		{`{"flight":"A","remark":"`, `\u00e9`, `"}`},
		{`{"flight":"A","remark":"`, "\xff", `"}`},
		{`{"flight":"A"`, `,"gate":"7"`, `}`},
		{`{"flight":"A"`, `,"gaet":"7"`, `}`},
		{`{"event":"flightSnapshot","data":[{"flight":"A"}`, `,{"flight":"A"}`, `]}`},
		{`{"data":[{"flight":"A"}`, `,{"flight":"A"}`, `],"event":"flightSnapshot"}`},
		{`{"event":"message"`, `,"data":{"flight":"A"},"event":""`, `}`},
		{`{"a":`, `[`, ``},
		{`{"a`, `{"a":`, ``},
		{``, "{}\n", ``},
		{``, "7\n", ``},
		{``, "{\n", ``},
		{``, "{\"a\\\n", ``},
		{`[{}`, `,{}`, `]`},
		{`[{}`, `,{"flight":7}`, `]`},
		{`[`, " \n", `]`},
	} {
		f.Add(c[0], c[1], c[2])
	}
	f.Fuzz(func(t *testing.T, before, piece, after string) {
		if piece == "" || len(before)+len(piece)+len(after) > 1<<10 {
			return
		}
		readers := map[string]func(text string){
			"Body": func(text string) {
				for entry, err := range Body(text) {
					if err == nil {
						entry.Report.Validate()
					}
				}
			},
			"Decode":     func(text string) { new(Change).Decode(KindUpdate, text) },
			"DecodeLine": func(text string) { new(Change).DecodeLine(text) },
			"Read":       func(text string) { new(Board).Read(text) },
		}
		n := 16<<10/len(piece) + 1
		short, long := before+strings.Repeat(piece, n)+after, before+strings.Repeat(piece, 4*n)+after
		for name, read := range readers {
			a, b := allocated(func() { read(short) }), allocated(func() { read(long) })
			if b > 8*a+256<<10 {
				t.Errorf("%s of %q, %d times %q, and %q allocates %d bytes, with four times as many %d",
					name, before, n, piece, after, a, b)
			}
		}
	})
}

// allocated returns how many bytes f allocates, if nothing else runs.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
