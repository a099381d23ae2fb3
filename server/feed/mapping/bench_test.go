package mapping

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"flightboard/server/feed/source"
)

// largeAnswer is an answer of San Francisco's size: 2,650 rows, 14 MB.
func largeAnswer() []byte {
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range 2650 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"flight_kind":"Arrival","airline":{"iata":"UA","name":"United"},"number":"%d",`+
			`"aircraft":{"tail":"N%d"},"from":{"iata":"LAX"},`+
			`"times":{"scheduled":"2026-11-20T%02d:%02d:00-08:00","estimated":null},"remark":"On Time"`,
			i, i/3, i/60%24, i%60)
		for k := range 180 {
			fmt.Fprintf(&b, `,"unused_field_%d":"value %d"`, k, k*i)
		}
		b.WriteByte('}')
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}

// BenchmarkRead reads an answer of 14 MB, for README.md's sentence on memory.
func BenchmarkRead(b *testing.B) {
	body := largeAnswer()
	m := parse(b, `"list": "data", "flight": "airline.iata + number", "from": "from.iata", "arrival": "times.scheduled",
		"expected": "times.estimated", "fold": ["aircraft.tail", "times.scheduled"], "state": "remark"`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		answer, err := m.Read(noon, []*source.Response{{Body: body}})
		if err != nil || len(answer.Rows) == 0 {
			b.Fatal(err)
		}
	}
}

// A reader needs at most twice the size of an answer, and rows do not keep the answer.
func TestReadNeedsLittleMemory(t *testing.T) {
	body := largeAnswer()
	m := parse(t, `"list": "data", "flight": "airline.iata + number", "arrival": "times.scheduled"`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	answer, err := m.Read(noon, []*source.Response{{Body: body}})
	runtime.ReadMemStats(&after)
	if err != nil || len(answer.Rows) != 2650 {
		t.Fatalf("%d rows, %v", len(answer.Rows), err)
	}
	used := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d MB of JSON, %d MB allocated", len(body)>>20, used>>20)
	if used > 2*uint64(len(body)) {
		t.Errorf("%d MB allocated for %d MB of JSON", used>>20, len(body)>>20)
	}
}

// An answer that is nothing but values ends with an error, before it takes a gigabyte.
func TestReadLimitsTheValues(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 16 MB of small values")
	}
	body := `[` + strings.Repeat(`{},`, maxValues) + `{}]`
	if got, want := read(parse(t, `"flight": "n"`), body), errValues.Error(); !strings.Contains(got, want) {
		t.Errorf("Read = %.200s, want %s", got, want)
	}
}
