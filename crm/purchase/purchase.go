package purchase

import (
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// MaxID is the length in bytes of the longest text that is an [ID].
const MaxID = 255

// ID is what a log may identify customers by: an integer key or a text of 1 to
// [MaxID] bytes of valid UTF-8 without NUL, compared byte by byte.
type ID interface{ int64 | string }

// Purchase is one row of a purchase log (消费记录): who bought, on which civil
// date, for how much. A negative amount is a refund; zero is a purchase all the
// same.
type Purchase[K ID] struct {
	Customer K
	Day      calendar.Day
	Amount   money.Amount
}

// Batch is a stretch of a log in columns of equal length: row i is
// (Customers[i], Days[i], Amounts[i]), and all amounts are minor units of one
// Currency. It is what bulk work takes, because columns are cheap to pass on and
// rows are not. A batch has at least one row.
type Batch[K ID] struct {
	Customers []K
	Days      []calendar.Day
	Amounts   []int64
	Currency  money.Currency
}
