// Package lunar answers what date of the Chinese calendar a civil day is, which day a date of
// it is, and when a lunar birthday comes next (农历).
//
//	date, err := lunar.Of(calendar.MustDate(2025, time.July, 4))           // 2025-M06-10, 六月初十
//	next, err := lunar.Next(lunar.MonthDay{Month: 8, Day: 15}, today)      // the next Mid-Autumn day
//
// # Vocabulary
//
//   - lunar date 农历日期: year, month, day, and whether the month is a leap month
//   - leap month 闰月: a thirteenth month that has the number of the one before
//   - lunar year 农历年: named by the civil year in which it begins, in January or February
//   - lunar birthday 农历生日: a [MonthDay], of which a civil year holds none, one or two
//   - undecided 未定: a month whose first day cannot be computed yet
//
// # Rules
//
// The calendar is that of GB/T 33661-2017: a month begins on the day of the new moon at
// 120° E; the month with the winter solstice is the eleventh; from one eleventh month to the
// next there are twelve or thirteen, and of thirteen the first in which the sun enters no
// sign (中气) is a leap month. Before 1929 the day is that of Beijing's own mean time, as in
// the almanacs of then; and the fourth month of 1906 began a day after what is computed, on 24
// April, in the almanac that people used.
//
// For birthdays (by choice, custom varies): one in a leap month is kept in the ordinary month
// of that number in years that do not have the leap month; one in an ordinary month only there;
// and day 30 on day 29 of a month that ends with it.
//
// # Range and certainty
//
// The days [First] to [Last] are answered, 1901-01-01 to the end of the lunar year 2100; others
// are [ErrHorizon]. The months are computed, not copied: the package's test has the theories of
// sun and moon, and the table must be what they give. New moons and terms are off by less than
// 25 seconds. But for three, each instant that decides lies farther from midnight than that and
// than what the rotation of the earth can do until then: closest in the past 2018-11-08, by
// 123 seconds. The new moons of 2057-09-28, 2089-09-04 and 2097-08-07 fall so near to midnight
// that no forecast says on which side. What hangs on them, a month each, is [ErrUndecided] and
// not guessed.
//
// # Sources
//
// GB/T 33661-2017, Calculation and promulgation of the Chinese calendar (农历的编算和颁行). J. Meeus,
// Astronomical Algorithms, 2nd ed. 1998, chapters 22, 25 and 49. P. Bretagnon and G. Francou,
// Planetary theories in rectangular and spherical variables, Astronomy and Astrophysics 202
// (1988). F. Espenak and J. Meeus, Five Millennium Canon of Solar Eclipses, NASA/TP-2006-214141.
// The month code M06L is that of RFC 7529, section 4.2, with the M of ECMA-402.
package lunar
