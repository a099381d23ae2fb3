package program

// mostFiles returns a number that no other limit reaches: Windows has none.
func mostFiles() int { return 1 << 30 }
