package presets

import "math"

// distance returns the length of the great circle between two positions in degrees, in nautical miles.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const radian, radius = math.Pi / 180, 3440.065
	sinLat, sinLon := math.Sin((lat2-lat1)*radian/2), math.Sin((lon2-lon1)*radian/2)
	h := sinLat*sinLat + math.Cos(lat1*radian)*math.Cos(lat2*radian)*sinLon*sinLon
	return 2 * radius * math.Asin(math.Sqrt(min(h, 1)))
}
