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
// 25 seconds; the ephemeris DE431 of the JPL is never farther away than 20. But for three, each
// instant that decides lies farther from midnight than that and than what the rotation of the
// earth can do until then: closest in the past 2018-11-08, by 123 seconds. The new moons of
// 2057-09-28, 2089-09-04 and 2097-08-07 fall so near to midnight that no forecast says on which
// side. What hangs on them, a month each, is [ErrUndecided] and not guessed.
//
// # What others have
//
// The months are those that China published, in the Shixian calendar up to 1911, the calendars of
// the Republic up to 1948, and then those of the Purple Mountain Observatory; and those of the
// conversion tables of the Hong Kong Observatory, 1901 to 2100, which have the three undecided
// months begin on the days named above and say that it may be the next. All days of the range
// were compared. Others differ:
//
//   - Who takes 120° E before 1929 too begins a month a day later on 1914-11-17, 1916-02-03 (the
//     New Year) and 1920-11-10.
//   - Who kept Beijing's own time after 1928, as almanacs (通书) of Hong Kong did, began the eighth
//     month of 1978 on 2 September, and kept Mid-Autumn on the 16th instead of the 17th.
//   - Printed almanacs that keep older theories are a day off where a new moon is near to
//     midnight; some began the fifth month of 2013 on 9 June instead of the 8th.
//   - ICU 72 to 78, and with it Intl of the browsers, differs on 417 days. It has the leap months of
//     1917, 1922 and 1987 a month later; and begins one month each a day later in 1954 (the New
//     Year), 1955, 1999, 2012, 2027 (the New Year) and 2070, a day earlier in 2018 and 2030 (the
//     New Year).
//
// # Sources
//
// GB/T 33661-2017, Calculation and promulgation of the Chinese calendar (农历的编算和颁行). J. Meeus,
// Astronomical Algorithms, 2nd ed. 1998, chapters 22, 25 and 49. P. Bretagnon and G. Francou,
// Planetary theories in rectangular and spherical variables, Astronomy and Astrophysics 202
// (1988). F. Espenak and J. Meeus, Five Millennium Canon of Solar Eclipses, NASA/TP-2006-214141.
// Hong Kong Observatory, Gregorian-Lunar Calendar Conversion Table, 1901 to 2100. Purple Mountain
// Observatory, New Edition of the Perpetual Calendar (新编万年历), 1986, as collated by Y. T. Liu,
// ytliu0.github.io/ChineseCalendar. H. Aslaksen, The Mathematics of the Chinese Calendar, 2009.
// The month code M06L is that of RFC 7529, section 4.2, with the M of ECMA-402.
package lunar
