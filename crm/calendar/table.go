package calendar

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// YearTable is one year's public holidays and the days on which their working time
// is made up for. Its JSON is that of the collection NateScarlet/holiday-cn, in
// which every later year of China can be had; a host may write its own.
type YearTable struct {
	Year   int        `json:"year"`
	Papers []string   `json:"papers,omitempty"` // the notices that it follows
	Days   []TableDay `json:"days"`             // in any order, from 1 December of the year before to 31 January after
	Source string     `json:"source,omitzero"`  // where ImportYear had it from
	SHA256 string     `json:"sha256,omitzero"`  // of the bytes that ImportYear read, in hexadecimal
}

// TableDay is one day of a [YearTable].
type TableDay struct {
	Name string `json:"name,omitzero"` // of the holiday that it belongs to, at most 255 bytes
	Date Day    `json:"date"`
	Off  bool   `json:"isOffDay"` // false: a make-up day, on which is worked
}

// maxTable is the most bytes of a year's table; those of China have 3,000.
const maxTable = 1 << 20

// ImportYear reads a year's table, {"year", "papers", "days": [{"name", "date",
// "isOffDay"}]}, and keeps where it came from and the SHA-256 of its bytes. Other
// members are left aside.
//
// Nothing of a table with a mistake is imported, and all mistakes come back,
// joined; each is an *[Error]: what is no JSON or longer than 1 MiB, a day without
// a date or without isOffDay, a date that there is not, one outside 1 December of
// the year before to 31 January after, and one that is both off and a make-up day.
func ImportYear(data []byte, source string) (YearTable, error) {
	if len(data) > maxTable {
		return YearTable{}, invalid("table", reason{"is longer than 1 MiB", "超过 1 MiB"})
	}
	var raw struct {
		Year   int      `json:"year"`
		Papers []string `json:"papers"`
		Days   []struct {
			Name string `json:"name"`
			Date string `json:"date"`
			Off  *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return YearTable{}, invalid("table", reason{"is no JSON of the form year, papers, days", "不是 year、papers、days 格式的 JSON"})
	}
	sum := sha256.Sum256(data)
	table := YearTable{Year: raw.Year, Papers: raw.Papers, Source: source, SHA256: hex.EncodeToString(sum[:])}
	unread := make([]problems, len(raw.Days))
	for i, day := range raw.Days {
		d, ok := ParseISO(day.Date)
		unread[i].when(!ok, ".date", reason{"is no date", "不是有效日期"})
		unread[i].when(day.Off == nil, ".isOffDay", missing)
		table.Days = append(table.Days, TableDay{Name: day.Name, Date: d, Off: day.Off != nil && *day.Off})
	}
	var p problems
	table.check(unread, &p)
	if err := p.joined(); err != nil {
		return YearTable{}, err
	}
	return table, nil
}

// Validate reports everything that is wrong with t, joined; each is an *[Error].
func (t YearTable) Validate() error {
	var p problems
	t.check(make([]problems, len(t.Days)), &p)
	return p.joined()
}

// check reports what is wrong with t, its days in order; where a day could not be
// read, unread says why.
func (t YearTable) check(unread []problems, p *problems) {
	known := t.Year >= 1 && t.Year <= 9999
	p.when(!known, ".year", reason{"is outside 1 to 9999", "不在 1 至 9999 之间"})
	p.when(len(t.Days) == 0, ".days", missing)
	first, last := MinDay, MaxDay
	if known {
		first, last = t.span()
	}
	off := make(map[Day]bool, len(t.Days))
	for i, day := range t.Days {
		own := unread[i]
		if len(own) == 0 {
			was, there := off[day.Date]
			own.when(there && was != day.Off, ".date", twoValues)
			own.when(day.Date < first || day.Date > last, ".date",
				reason{"is outside 1 December of the year before to 31 January after", "不在上年 12 月 1 日至次年 1 月 31 日之间"})
			off[day.Date] = day.Off
		}
		own.when(!limit.Text(day.Name, 0, limit.ID), ".name", badText)
		p.below(".days", i, own)
	}
}

// span returns the first and the last day that may be in the table.
func (t YearTable) span() (first, last Day) {
	january := daysBefore(t.Year, time.January) + 1
	december := daysBefore(t.Year, time.December) + 1
	return max(january-31, MinDay), min(december+31+30, MaxDay)
}

// has reports whether the date of day i is in the table with that value too.
func (t YearTable) has(i int, off bool) bool {
	for _, day := range t.Days {
		if day.Date == t.Days[i].Date && day.Off == off {
			return true
		}
	}
	return false
}

//go:embed china-2025.json
var china2025 string

//go:embed china-2026.json
var china2026 string

// China returns the holidays and make-up days of mainland China for the years that
// this version of the library ships, in order: 2025 by the notice 国办发明电〔2024〕12号 of
// 2024-11-12, and 2026 by the notice of the General Office of the State Council of
// 2025-11-04. Later years appear each November: [ImportYear].
func China() []YearTable {
	var tables []YearTable
	for _, text := range [...]string{china2025, china2026} {
		table, err := ImportYear([]byte(text), "guanxi")
		if err != nil {
			panic(err) // the shipped files are part of the program, and tested
		}
		tables = append(tables, table)
	}
	return tables
}
