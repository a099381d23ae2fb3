package view

const (
	minute = 60
	day    = 24 * 60 * minute
)
