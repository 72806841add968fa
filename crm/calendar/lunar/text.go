package lunar

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the form 2025-M06-10, with an L behind the number of a leap month:
// 2025-M06L-10. The zero Date is "".
func (d Date) String() string {
	if d == (Date{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%s", d.Year, d.MonthDay())
}

// String returns the form M06-10, with an L behind the number of a leap month: M06L-10. The
// zero MonthDay is "".
func (m MonthDay) String() string {
	if m == (MonthDay{}) {
		return ""
	}
	leap := ""
	if m.Leap {
		leap = "L"
	}
	return fmt.Sprintf("M%02d%s-%02d", m.Month, leap, m.Day)
}

// Zh returns the date as people write it, such as 二〇二五年闰六月初十; ? for one that is not
// valid.
func (d Date) Zh() string {
	if !d.MonthDay().Valid() || d.Year < 1 {
		return "?"
	}
	digits := strings.NewReplacer("0", "〇", "1", "一", "2", "二", "3", "三", "4", "四", "5", "五", "6", "六", "7", "七", "8", "八", "9", "九")
	return digits.Replace(strconv.Itoa(d.Year)) + "年" + d.MonthDay().Zh()
}

// Zh returns the day as people write it, such as 闰六月初十; ? for one that is not valid.
func (m MonthDay) Zh() string {
	if !m.Valid() {
		return "?"
	}
	months := [...]string{"正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}
	digits := [...]string{"十", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	leap := ""
	if m.Leap {
		leap = "闰"
	}
	day := [...]string{"初", "十", "廿", "三"}[m.Day/10] + digits[m.Day%10]
	switch m.Day {
	case 10:
		day = "初十"
	case 20:
		day = "二十"
	}
	return leap + months[m.Month-1] + "月" + day
}

// MarshalText writes the form of String; a date that is not of the range, or that its year
// does not have, is the error of [Date.Civil], but for one in an undecided month.
func (d Date) MarshalText() ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	return []byte(d.String()), nil
}

func (d Date) check() error {
	if d == (Date{}) || d.undecided() {
		return nil
	}
	_, err := d.Civil()
	return err
}

// UnmarshalText reads what MarshalText writes, and nothing else; d stays as it was on an
// error.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	if len(text) < 5 || text[4] != '-' {
		return noText()
	}
	year, ok := number(text[:4])
	m, valid := readMonthDay(text[5:])
	if !ok || !valid {
		return noText()
	}
	read := Date{year, m.Month, m.Day, m.Leap}
	if err := read.check(); err != nil {
		return err
	}
	*d = read
	return nil
}

// MarshalText writes the form of String; a month or day that there is not is [ErrInvalid].
func (m MonthDay) MarshalText() ([]byte, error) {
	if m != (MonthDay{}) && !m.Valid() {
		return nil, noDate()
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what MarshalText writes, and nothing else; m stays as it was on an
// error.
func (m *MonthDay) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = MonthDay{}
		return nil
	}
	read, ok := readMonthDay(text)
	if !ok {
		return noText()
	}
	*m = read
	return nil
}

// readMonthDay reads Mdd-dd and MddL-dd.
func readMonthDay(text []byte) (m MonthDay, ok bool) {
	rest, ok := strings.CutPrefix(string(text), "M")
	month, day, cut := strings.Cut(rest, "-")
	month, m.Leap = strings.CutSuffix(month, "L")
	if !ok || !cut || len(month) != 2 || len(day) != 2 {
		return MonthDay{}, false
	}
	var digits, more bool
	m.Month, digits = number([]byte(month))
	m.Day, more = number([]byte(day))
	return m, digits && more && m.Valid()
}

func number(text []byte) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}
