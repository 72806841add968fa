package lunar_test

import (
	"math"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// A month is one month of the computed calendar, and how far the instants that decide it
// lie from a midnight, in seconds.
type month struct {
	year, number int
	leap         bool
	first        calendar.Day
	newMoon      float64
	term         float64 // the nearest to midnight of those that make it an ordinary or a leap month
	decided      bool    // its first day is certain
}

// civil returns the day of an instant, and how far it lies from the nearest midnight, in
// seconds. From 1929 on the day is that of 120° E; before, of the mean time of the
// observatory in Beijing, 116°25' E.
func civil(jde, deltaT float64) (calendar.Day, float64) {
	ut := jde - deltaT/86400
	offset := 8.0 / 24
	if ut < 2425612.5 { // 1929-01-01
		offset = (116 + 25.0/60) / 360
	}
	day, rest := math.Modf(ut + 0.5 + offset)
	return calendar.Day(int(day) - 1721425), 86400 * math.Min(rest, 1-rest)
}

func yearOf(jde float64) float64 { return 2000 + (jde-2451544.5)/365.2425 }

// decided reports whether the day of an instant is certain: it does not change with an error
// of 25 seconds, nor with any terrestrial time less universal time from what there is if the
// earth speeds up as never before, 0.4 seconds a year from 2026 on, to the polynomial, which
// was made before it ceased to slow down.
func decided(jde float64) bool {
	const theory, now, since = 25.0, 69.2, 2026
	high := deltaT(yearOf(jde))
	low := high
	if y := yearOf(jde); y > since {
		low = now - 0.4*(y-since)
	}
	early, _ := civil(jde, high+theory)
	late, _ := civil(jde, low-theory)
	return early == late
}

// computed returns the months from the one that begins in the last days of 1899 or later up
// to the end of 2101, by the rules of GB/T 33661-2017: a month begins on the day of the new
// moon; the month with the winter solstice is the eleventh; where there are thirteen from one
// such month to the next, the first without a principal term is a leap month and has the
// number of the one before.
func computed() (months []month) {
	type moon struct {
		day     calendar.Day
		margin  float64
		decided bool
	}
	var moons []moon
	for k := -1240.0; k <= 1265; k++ {
		d, margin := civil(newMoon(k), deltaT(yearOf(newMoon(k))))
		moons = append(moons, moon{d, margin, decided(newMoon(k))})
	}
	// The almanac of the year 32 of Guangxu had the fourth month begin on 24 April 1906, which is
	// what people dated by; the new moon was 7 minutes before that day by Beijing's mean time.
	for i := range moons {
		if moons[i].day == calendar.MustDate(1906, 4, 23) {
			moons[i].day++
		}
	}
	at := func(d calendar.Day) int { // the month that d lies in
		i := 0
		for moons[i+1].day <= d {
			i++
		}
		return i
	}
	guess := sunAt(270, 2415010.5) // December 1899
	for year := 1900; year <= 2101; year++ {
		next := sunAt(270, guess+365.2422)
		from, _ := civil(guess, deltaT(float64(year)))
		to, _ := civil(next, deltaT(float64(year+1)))
		begin, end := at(from), at(to)
		// What is decided hangs on the principal terms of the year; each has a month.
		has := make([]bool, end-begin)
		margin := make([]float64, end-begin)
		for i := range margin {
			margin[i] = math.Inf(1)
		}
		for term := range 13 {
			jde := sunAt(math.Mod(270+30*float64(term), 360), guess+30.43685*float64(term))
			d, m := civil(jde, deltaT(yearOf(jde)))
			i := at(d) - begin
			if i < len(has) {
				has[i] = true
			}
			// Only a term on the edge of a month could lie in another.
			for k := range has {
				if edge := moons[begin+k].day; d == edge || d == edge-1 {
					margin[k] = math.Min(margin[k], m)
					if k > 0 {
						margin[k-1] = math.Min(margin[k-1], m)
					}
				}
			}
		}
		number, used := 11, end-begin == 12
		for i := range has {
			leap := false
			switch {
			case i == 0:
			case !used && !has[i]:
				leap, used = true, true
			default:
				number = number%12 + 1
			}
			y := year
			if number >= 11 && i < 3 {
				y--
			}
			months = append(months, month{year: y, number: number, leap: leap, first: moons[begin+i].day,
				newMoon: moons[begin+i].margin, term: margin[i], decided: moons[begin+i].decided})
		}
		guess = next
	}
	return months
}
