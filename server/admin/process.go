package admin

import (
	"runtime"
	runtimemetrics "runtime/metrics"
	"time"

	"flightboard/server/metrics"
)

// writeProcess writes the metrics of the build and the process.
func writeProcess(t *metrics.Text, version string, began time.Time) {
	t.Gauge("flightboard_build_info", "Always 1; the labels say which program this is.")
	t.Sample(1, "version", version, "go", runtime.Version(), "os", runtime.GOOS, "arch", runtime.GOARCH)
	t.Gauge("flightboard_start_timestamp_seconds", "When the server started.")
	t.Sample(metrics.Unix(began))
	samples := []runtimemetrics.Sample{{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	runtimemetrics.Read(samples)
	value := func(i int) float64 {
		if samples[i].Value.Kind() != runtimemetrics.KindUint64 {
			return 0 // a later Go has no such number
		}
		return float64(samples[i].Value.Uint64())
	}
	t.Gauge("flightboard_memory_bytes", "Memory that the Go runtime has from the system.")
	t.Sample(value(0) - value(1))
	t.Gauge("flightboard_heap_bytes", "Memory of objects, in use or not yet collected.")
	t.Sample(value(2))
	t.Counter("flightboard_gc_cycles_total", "Garbage collections.")
	t.Sample(value(3))
	t.Gauge("flightboard_goroutines",
		"Goroutines. A viewer has one if a handler sends its events, or while its socket is full.")
	t.Sample(float64(runtime.NumGoroutine()))
	t.Gauge("flightboard_processors", "Threads that run Go code at once.")
	t.Sample(float64(runtime.GOMAXPROCS(0)))
}
