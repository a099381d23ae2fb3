package eventlog

// touchedTexts returns texts of a size for new chunks, one after the other, until stop is called or most have been
// returned. A goroutine writes to each page of them first: the first write to a page, for which the system has to find
// and clear memory, takes longer than filling it with records.
func touchedTexts(size, most int) (texts <-chan []byte, stop func()) {
	all := make([][]byte, most)
	for i := range all {
		all[i] = make([]byte, size)
		useHugePages(all[i]) // of all of them, before the first write: a huge page has several texts
	}
	touched, stopped := make(chan []byte, 8), make(chan struct{})
	go func() {
		for i, text := range all {
			all[i] = nil
			for at := 0; at < size; at += 4 << 10 {
				text[at] = 0
			}
			select {
			case touched <- text[:0]:
			case <-stopped:
				return
			}
		}
	}()
	return touched, func() { close(stopped) }
}
