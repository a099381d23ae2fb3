package eventlog_test

import (
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

func BenchmarkAppendOnDisk(b *testing.B) {
	for name, sync := range map[string]eventlog.Sync{"always": eventlog.SyncAlways, "never": eventlog.SyncNever} {
		b.Run(name, func(b *testing.B) {
			log, _, err := eventlog.Open(b.TempDir(), sync, eventlog.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer log.Close()
			log.Append(b.Context(), logtest.Addition(1))
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					log.Append(b.Context(), logtest.State(1, "landing"))
				}
			})
		})
	}
}

func BenchmarkOpen64MiB(b *testing.B) {
	dir := b.TempDir()
	log, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for n := range 600000 {
		log.Append(b.Context(), timetable.Change{Kind: timetable.KindAdd, Flight: logtest.Flight(n % 1000)})
	}
	log.Close()
	for b.Loop() {
		log, _, err := eventlog.Open(dir, eventlog.SyncNever, eventlog.Options{})
		if err != nil {
			b.Fatal(err)
		}
		log.Close()
	}
}
