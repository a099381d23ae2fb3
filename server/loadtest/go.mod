module flightboard/server/loadtest

go 1.26

require flightboard v0.0.0

replace flightboard => ../..
