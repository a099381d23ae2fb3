module flightboard/wasm/slim

go 1.26

require (
	github.com/andybalholm/brotli v1.2.8
	github.com/google/go-cmp v0.7.0
)
