module flightboard/wasm/e2e

go 1.26

require (
	flightboard v0.0.0
	github.com/coder/websocket v1.8.15
	github.com/google/go-cmp v0.7.0
)

replace flightboard => ../..
