package purchase

import (
	"errors"
	"math"
	"unicode"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

const (
	// batchRows are the rows of a full batch: enough to make the cost of handing
	// it over vanish, few enough to stay in the second-level cache.
	batchRows = 4096
	// batchText bounds the bytes of the text ids of a batch.
	batchText = 256 << 10
)

// rows is the batch under construction.
type rows struct {
	text     bool // ids are texts, else integers
	numbers  []int64
	ids      []byte  // text ids, one after the other
	ends     []int32 // of each id in ids
	days     []calendar.Day
	amounts  []int64
	currency money.Currency
	digits   int // of currency
}

func (r *rows) reset() {
	r.numbers, r.ids, r.ends = r.numbers[:0], r.ids[:0], r.ends[:0]
	r.days, r.amounts = r.days[:0], r.amounts[:0]
}

// row appends a row from the text of its fields. It reports false, and has done
// nothing, where the row belongs into the next batch.
func (p *parser) row(cells *[roles][]byte) (fits bool, err *Error) {
	id, day, value, code := cells[customer], cells[date], cells[amount], cells[currency]
	cur := p.defaultCurrency
	if len(code) > 0 {
		parsed, err := money.ParseCurrency(code)
		if err != nil {
			return true, p.blame(currency, because(err))
		}
		cur = parsed
	} else if cur == 0 && p.at[currency] >= 0 {
		return true, p.blame(currency, refuse(-1, ErrCurrency, "is empty and there is no Options.DefaultCurrency"))
	}
	if n := len(p.days); n == 0 {
		p.currency, p.rows.digits = cur, p.settings.digits
		if cur != 0 {
			p.rows.digits = cur.Digits()
		}
	} else if cur != p.currency || n == batchRows || len(p.ids) > batchText-MaxID {
		return false, nil
	}

	d, ok := calendar.Day(0), false
	if p.dates.layout == "" {
		d, ok = calendar.ParseISO(day)
	}
	if !ok {
		if d, err = p.dates.parse(day); err != nil {
			return true, p.blame(date, err)
		}
	}
	minor, bad := money.ParseMinor(value, p.rows.digits)
	if bad != nil {
		if len(value) == 0 {
			return true, p.blame(amount, refuse(-1, ErrInvalid, "is empty"))
		}
		return true, p.blame(amount, because(bad))
	}
	if p.text {
		if err := checkText(id); err != nil {
			return true, p.blame(customer, err)
		}
		p.ids = append(p.ids, id...)
		p.ends = append(p.ends, int32(len(p.ids)))
	} else {
		number, err := parseNumber(id)
		if err != nil {
			return true, p.blame(customer, err)
		}
		p.numbers = append(p.numbers, number)
	}
	p.days = append(p.days, d)
	p.amounts = append(p.amounts, minor)
	return true, nil
}

func (p *parser) blame(r role, err *Error) *Error {
	err.field = p.at[r]
	return err
}

// because takes over the reason of package money.
func because(err error) *Error {
	var of *money.Error
	if errors.As(err, &of) {
		return refuse(-1, of.Err, "%s", of.Reason)
	}
	return refuse(-1, err, "is refused")
}

// parseNumber reads an integer key in the one form that it is written in:
// another would be another key in the system it comes from, or is a text.
func parseNumber(id []byte) (int64, *Error) {
	digits := id
	negative := len(id) > 0 && id[0] == '-'
	if negative {
		digits = id[1:]
	}
	if len(digits) == 0 || digits[0] == '0' && (negative || len(digits) > 1) {
		return 0, refuseNumber(id)
	}
	var u uint64
	for _, c := range digits {
		if !isDigit(c) || u > math.MaxUint64/10-1 {
			return 0, refuseNumber(id)
		}
		u = u*10 + uint64(c-'0')
	}
	switch {
	case u <= math.MaxInt64 && negative:
		return -int64(u), nil
	case u <= math.MaxInt64:
		return int64(u), nil
	case u == -math.MinInt64 && negative:
		return math.MinInt64, nil
	}
	return 0, refuseNumber(id)
}

// refuseNumber says why parseNumber refused id.
func refuseNumber(id []byte) *Error {
	if len(id) == 0 {
		return refuse(-1, ErrInvalid, "is empty")
	}
	digits := id
	if digits[0] == '-' {
		digits = digits[1:]
	}
	for _, c := range digits {
		if !isDigit(c) {
			return refuse(-1, ErrInvalid, "not a decimal integer; other ids need a Reader[string]")
		}
	}
	switch {
	case len(digits) == 0:
		return refuse(-1, ErrInvalid, "not a decimal integer; other ids need a Reader[string]")
	case digits[0] == '0':
		return refuse(-1, ErrInvalid, "leading zeros or minus zero, which an integer cannot keep; such ids need a Reader[string]")
	}
	return refuse(-1, ErrInvalid, "does not fit int64")
}

// checkText holds a text id against the rules of [ID] that the record's check of
// its encoding has not seen to. White space at an end is refused: kept, it would
// make two customers of one; trimmed, perhaps one of two.
func checkText(id []byte) *Error {
	if len(id) == 0 {
		return refuse(-1, ErrInvalid, "is empty")
	}
	if len(id) > MaxID {
		return refuse(-1, ErrTooLong, "longer than %d bytes", MaxID)
	}
	if plain(id[0]) && plain(id[len(id)-1]) {
		return nil
	}
	first, _ := utf8.DecodeRune(id)
	last, _ := utf8.DecodeLastRune(id)
	if unicode.IsSpace(first) || unicode.IsSpace(last) {
		return refuse(-1, ErrInvalid, "white space at an end")
	}
	return nil
}

// plain reports whether c is an ASCII character other than white space.
func plain(c byte) bool { return c > ' ' && c < utf8.RuneSelf }
