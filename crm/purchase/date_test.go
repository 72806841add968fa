package purchase

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestDates(t *testing.T) {
	shanghai, newYork := location(t, "Asia/Shanghai"), location(t, "America/New_York")
	tests := []struct {
		text     string
		location *time.Location
		want     string // empty where refused
	}{
		{"2025-03-01", shanghai, "2025-03-01"},
		{"2025-03-01T23:59:59", shanghai, "2025-03-01"}, // as written
		{"2025-03-01 00:00", newYork, "2025-03-01"},
		{"2025-03-01 00:00:00.123456789123", nil, "2025-03-01"},
		{"2025-03-01T15:59:59Z", shanghai, "2025-03-01"},
		{"2025-03-01T16:00:00Z", shanghai, "2025-03-02"},
		{"2025-03-01T16:00Z", shanghai, "2025-03-02"},
		{"2025-03-01T15:59:59.999999999999Z", shanghai, "2025-03-01"},
		{"2025-03-01T00:30:00+08:00", newYork, "2025-02-28"},
		{"2025-03-01 00:30:00+08", newYork, "2025-02-28"}, // as PostgreSQL writes it
		{"2025-03-01 00:30:00+0800", newYork, "2025-02-28"},
		{"2025-03-01T23:30:00-05:00", shanghai, "2025-03-02"},
		{"2024-12-31T23:30:00-00:30", time.UTC, "2025-01-01"},
		{"1988-07-01T15:30:00Z", shanghai, "1988-07-02"}, // summer time: UTC+9
		{"2025-07-01T04:30:00Z", newYork, "2025-07-01"},  // summer time
		{"2025-01-01T04:30:00Z", newYork, "2024-12-31"},
		{"0001-01-01T00:00:00Z", newYork, ""}, // year 0 there
		{"9999-12-31T23:00:00Z", shanghai, ""},
		{"9999-12-31T15:00:00Z", shanghai, "9999-12-31"},

		{"2025-03-01T24:00", nil, ""},
		{"2025-03-01T23:60", nil, ""},
		{"2016-12-31T23:59:60Z", time.UTC, ""}, // a leap second
		{"2025-03-01T1:00", nil, ""},
		{"2025-03-01T", nil, ""},
		{"2025-03-01 ", nil, ""},
		{"2025-03-01T10", nil, ""},
		{"2025-03-01T1000", nil, ""},
		{"2025-03-01T10:00:", nil, ""},
		{"2025-03-01T10:00:0", nil, ""},
		{"2025-03-01T10:00:00.", nil, ""},
		{"2025-03-01T10:00:00,5", nil, ""},
		{"2025-03-01t10:00:00", nil, ""},
		{"2025-03-01  10:00", nil, ""},
		{"2025-03-01T-1:00", nil, ""},
		{"2025-02-29T10:00", nil, ""},
		{"2025-03-01Z", time.UTC, ""},
		{"2025-03-01+08:00", time.UTC, ""},
		{"2025-03-01T10:00:00z", time.UTC, ""},
		{"2025-03-01T10:00:00 Z", time.UTC, ""},
		{"2025-03-01T10:00:00+8", time.UTC, ""},
		{"2025-03-01T10:00:00+08:", time.UTC, ""},
		{"2025-03-01T10:00:00+080", time.UTC, ""},
		{"2025-03-01T10:00:00+08:0x", time.UTC, ""},
		{"2025-03-01T10:00:00+24:00", time.UTC, ""},
		{"2025-03-01T10:00:00+08:60", time.UTC, ""},
		{"2025-03-01T10:00:00+08:00:00", time.UTC, ""},
		{"2025-03-01T10:00:00 CST", time.UTC, ""},
		{"2025-03-01T10:00 PM", nil, ""},
		{"20250301", nil, ""},
		{"2025/03/01", nil, ""},
		{"25-03-01", nil, ""},
		{"2025-3-1", nil, ""},
		{"+2025-03-01", nil, ""},
		{"12025-03-01", nil, ""},
		{"45717", nil, ""}, // as Excel numbers 2025-03-01
		{"1740787200", nil, ""},
	}
	for _, tt := range tests {
		rows, err := collectText[int64](head+"1,\""+tt.text+"\",1\n", Options{Location: tt.location})
		if tt.want == "" {
			at{2, 0, "date", tt.text, ErrInvalid, ""}.require(t, err)
			continue
		}
		require.NoError(t, err, tt.text)
		require.Equal(t, tt.want, rows[0].Day.String(), tt.text)
	}
}

// Instants agree with package time, which has other words for the forms.
func TestInstantsAgainstTime(t *testing.T) {
	locations := []*time.Location{time.UTC, location(t, "Asia/Shanghai"), location(t, "America/St_Johns"), location(t, "Pacific/Apia"), location(t, "Pacific/Kiritimati")}
	layouts := []string{"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04Z0700", "2006-01-02 15:04:05-0700"}
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("", 60*rapid.IntRange(-23*60-59, 23*60+59).Draw(t, "offset"))
		instant := time.Unix(rapid.Int64Range(-62e9, 253e9).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).In(zone)
		loc := rapid.SampledFrom(locations).Draw(t, "location")
		text := instant.Format(rapid.SampledFrom(layouts).Draw(t, "layout"))
		day, err := (&dates{location: loc}).parse([]byte(text))
		require.Nil(t, err, text)
		// A layout without seconds drops them: the instant is that of the text.
		if len(text) < len("2006-01-02T15:04:05Z") {
			instant = instant.Truncate(time.Minute)
		}
		require.Equal(t, instant.In(loc).Format(time.DateOnly), day.String(), text)
	})
}

func TestLayouts(t *testing.T) {
	shanghai := location(t, "Asia/Shanghai")
	tests := []struct {
		layout, text string
		location     *time.Location
		want         string
	}{
		{"2006/1/2", "2025/3/1", nil, "2025-03-01"},
		{"2006/1/2", "2025/03/01", nil, "2025-03-01"}, // as package time reads it
		{"2006/1/2", "2025-03-01", nil, ""},
		{"2006/1/2", "2025/2/29", nil, ""},
		{"2006/1/2", "0000/1/1", nil, ""},
		{"20060102", "20250301", nil, "2025-03-01"},
		{"02.01.2006", "01.03.2025", nil, "2025-03-01"},
		{"2006年1月2日", "2025年3月1日", nil, "2025-03-01"},
		{"Jan 2, 2006", "Mar 1, 2025", nil, "2025-03-01"},
		{"02-Jan-06", "01-Mar-97", nil, "1997-03-01"},
		{"2006-002", "2025-060", nil, "2025-03-01"}, // day of the year
		{"2006/01/02 15:04", "2025/03/01 23:59", shanghai, "2025-03-01"},
		{time.RFC1123Z, "Sat, 01 Mar 2025 16:00:00 +0000", shanghai, "2025-03-02"},
		{"2006-01-02T15:04:05Z07:00", "2025-03-01T16:00:00Z", shanghai, "2025-03-02"},
		{"2006-01-02T15:04:05Z07:00", "0001-01-01T00:00:00+14:00", time.UTC, ""},
		{time.DateOnly, "2025-03-01T10:00", nil, ""},
	}
	for _, tt := range tests {
		o := Options{DateLayout: tt.layout, Location: tt.location}
		rows, err := collectText[int64](head+"1,\""+tt.text+"\",1\n", o)
		if tt.want == "" {
			at{2, 0, "date", tt.text, ErrInvalid, ""}.require(t, err)
			continue
		}
		require.NoError(t, err, tt.text)
		require.Equal(t, tt.want, rows[0].Day.String(), tt.text)
	}
}

func TestRefusedLayouts(t *testing.T) {
	for layout, reason := range map[string]string{
		"2006-01":                   "does not give back",
		"01-02":                     "does not give back",
		"15:04":                     "does not give back",
		"date":                      "does not give back",
		"2006":                      "does not give back",
		"200612":                    "does not give back", // 2025 11 1 is 2025 1 11
		"YYYY-MM-DD":                "does not give back",
		"2006-01-02 MST":            "abbreviation",
		time.RFC1123:                "abbreviation",
		"2006-01-02T15:04:05Z07:00": "needs Options.Location",
		"2006-01-02 -07":            "needs Options.Location",
	} {
		_, err := collectText[int64](head, Options{DateLayout: layout})
		at{0, 0, "Options.DateLayout", "", ErrInvalid, reason}.require(t, err)
	}
}

func BenchmarkDates(b *testing.B) {
	shanghai := location(b, "Asia/Shanghai")
	for _, bb := range []struct {
		name, text string
		dates      dates
	}{
		{"date", "2025-03-01", dates{}},
		{"clock", "2025-03-01 12:30:00", dates{}},
		{"instant", "2025-03-01T12:30:00.123Z", dates{location: shanghai}},
		{"layout", "2025/3/1", dates{layout: "2006/1/2"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			text := []byte(bb.text)
			for b.Loop() {
				if _, err := bb.dates.parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleOptions_dateLayout() {
	o := Options{DateLayout: "2006年1月2日", Amount: "金额", Date: "日期", Customer: "客户"}
	rows, err := collectText[string]("客户,日期,金额\n张伟,2025年3月1日,58\n", o)
	fmt.Println(rows[0].Day, rows[0].Day == calendar.MustDate(2025, time.March, 1), err)
	// Output: 2025-03-01 true <nil>
}
