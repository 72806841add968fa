package lunar_test

import "math"

// newMoon returns the Julian ephemeris day of the k-th new moon after that of January 2000,
// by Meeus, Astronomical Algorithms (2nd ed. 1998), chapter 49: 4 seconds off in the mean and
// 17 at most, he says of 1980 to 2020.
func newMoon(k float64) float64 {
	t := k / 1236.85
	jde := 2451550.09766 + 29.530588861*k + t*t*(0.00015437+t*(-0.000000150+t*0.00000000073))
	e := 1 - t*(0.002516+t*0.0000074)
	sun := 2.5534 + 29.10535670*k - t*t*(0.0000014+t*0.00000011)
	moon := 201.5643 + 385.81693528*k + t*t*(0.0107582+t*(0.00001238-t*0.000000058))
	f := 160.7108 + 390.67050284*k + t*t*(-0.0016118+t*(-0.00000227+t*0.000000011))
	omega := 124.7746 - 1.56375588*k + t*t*(0.0020672+t*0.00000215)
	for _, w := range [][5]float64{ // days, power of e, and multiples of sun, moon and f
		{-0.40720, 0, 0, 1, 0}, {0.17241, 1, 1, 0, 0}, {0.01608, 0, 0, 2, 0}, {0.01039, 0, 0, 0, 2}, {0.00739, 1, -1, 1, 0},
		{-0.00514, 1, 1, 1, 0}, {0.00208, 2, 2, 0, 0}, {-0.00111, 0, 0, 1, -2}, {-0.00057, 0, 0, 1, 2}, {0.00056, 1, 1, 2, 0},
		{-0.00042, 0, 0, 3, 0}, {0.00042, 1, 1, 0, 2}, {0.00038, 1, 1, 0, -2}, {-0.00024, 1, -1, 2, 0}, {-0.00007, 0, 2, 1, 0},
		{0.00004, 0, 0, 2, -2}, {0.00004, 0, 3, 0, 0}, {0.00003, 0, 1, 1, -2}, {0.00003, 0, 0, 2, 2}, {-0.00003, 0, 1, 1, 2},
		{0.00003, 0, -1, 1, 2}, {-0.00002, 0, -1, 1, -2}, {-0.00002, 0, 1, 3, 0}, {0.00002, 0, 0, 4, 0},
	} {
		jde += w[0] * math.Pow(e, w[1]) * math.Sin((w[2]*sun+w[3]*moon+w[4]*f)*degree)
	}
	jde -= 0.00017 * math.Sin(omega*degree)
	for _, w := range [][3]float64{ // millionths of a day, phase and rate in degrees: the planets
		{325, 299.77 - 0.009173*t*t, 0.107408}, {165, 251.88, 0.016321}, {164, 251.83, 26.651886}, {126, 349.42, 36.412478},
		{110, 84.66, 18.206239}, {62, 141.74, 53.303771}, {60, 207.14, 2.453732}, {56, 154.84, 7.306860}, {47, 34.52, 27.261239},
		{42, 207.19, 0.121824}, {40, 291.34, 1.844379}, {37, 161.72, 24.198154}, {35, 239.56, 25.513099}, {23, 331.55, 3.592518},
	} {
		jde += w[0] * 1e-6 * math.Sin((w[1]+w[2]*k)*degree)
	}
	return jde
}

// deltaT returns terrestrial time less universal time in seconds, by the polynomials of
// Espenak and Meeus, Five Millennium Canon of Solar Eclipses (NASA/TP-2006-214141); from
// 2005 on they are a forecast. y is the year and its fraction.
func deltaT(y float64) float64 {
	polynomial := func(from float64, c ...float64) (sum float64) {
		for i := len(c) - 1; i >= 0; i-- {
			sum = sum*(y-from) + c[i]
		}
		return sum
	}
	switch {
	case y < 1920:
		return polynomial(1900, -2.79, 1.494119, -0.0598939, 0.0061966, -0.000197)
	case y < 1941:
		return polynomial(1920, 21.20, 0.84493, -0.076100, 0.0020936)
	case y < 1961:
		return polynomial(1950, 29.07, 0.407, -1/233.0, 1/2547.0)
	case y < 1986:
		return polynomial(1975, 45.45, 1.067, -1/260.0, -1/718.0)
	case y < 2005:
		return polynomial(2000, 63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599)
	case y < 2050:
		return polynomial(2000, 62.92, 0.32217, 0.005589)
	}
	return -20 + 32*(y-1820)*(y-1820)/1e4 - 0.5628*(2150-y)
}
