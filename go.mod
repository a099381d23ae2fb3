module flightboard

go 1.26

require (
	github.com/google/go-cmp v0.7.0
	github.com/hack-pad/safejs v0.1.0
)
