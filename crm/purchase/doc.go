// Package purchase answers who bought, when and for how much: it reads a log of
// purchases (消费日志) row by row, exactly or not at all.
//
//	r := purchase.NewReader[int64](file, purchase.Options{})
//	for p, err := range r.All() {
//		if err != nil {
//			return err // purchase: line 7, column "amount", value "12,50": thousands separator at byte 2: invalid
//		}
//		fmt.Println(p.Customer, p.Day, p.Amount)
//	}
//
// [Reader.Batches] hands over columns instead of rows, for bulk work such as the
// summaries of crm/segment. [Batched] makes the same batches from the purchases
// of a host's own database.
//
// # Vocabulary
//
//   - purchase 消费, 购买: one row, a [Purchase]; negative amounts are refunds (退款)
//   - purchase log 消费日志, 消费记录: the rows, in any order
//   - header 表头: the first record, which names the columns (列)
//   - record 记录: a row with its separators and quotes; it covers several lines
//     where a quoted field has line breaks
//   - minor unit 最小货币单位: what amounts are whole numbers of (crm/money)
//   - civil date 日历日期: a day without a clock or a zone (crm/calendar)
//   - bad row 坏行: a row that breaks a rule below; see [Policy]
//
// # Form of a log
//
// CSV as RFC 4180 has it, in UTF-8 with or without a byte order mark. The first
// record is the header; [Options] says which of its columns are read, the others
// are only held against the rules of this section. Lines end in LF or CRLF, also
// mixed; the last one needs no end; empty lines are passed over. Fields may stand
// in quotes, doubled quotes and line breaks inside them. Fields are separated by
// ',' or by another [Options.Comma]. Header names are compared exactly, and two
// that are not empty must differ.
//
// Refused everywhere: bytes that are not UTF-8, and NUL ([ErrEncoding]); a quote
// in a field that does not start with one, text after a closing quote, a quote
// that is never closed ([ErrQuote]); more or fewer fields than the header has
// ([ErrFieldCount]); a record over [MaxRecord], a header of more than 16384
// columns ([ErrTooLong]).
//
// # Content of a row
//
// The reader guesses nothing, trims nothing and rounds nothing.
//
//   - Customer: an [ID] without white space at its ends; see [NewReader].
//   - Date: YYYY-MM-DD, a day that exists, in the years 1 to 9999; or such a date,
//     a 'T' or a space, and a time of day hh:mm, hh:mm:ss or hh:mm:ss.fff with any
//     number of digits in the fraction: the date as written. With Z, +hh, +hhmm
//     or +hh:mm behind that it is an instant, and its date that of
//     [Options.Location], without which it is refused ([ErrZone]). 24:00 and leap
//     seconds are refused. [Options.DateLayout] replaces all of these forms.
//   - Amount: what [money.ParseMinor] reads in the digits of the currency: sign,
//     digits and point. Refused are white space, exponents, NaN, infinities,
//     thousands separators, decimal commas and digits that would be lost;
//     [ErrOverflow] is an amount beyond int64 minor units.
//   - Currency: three upper-case letters (ISO 4217), where there is a column for it.
//
// # Errors
//
// Every error is an [*Error] that names line, column and value, and answers to
// the sentinels of this package. Its text keeps the customer's id to itself.
//
// # Cost
//
// The reader decodes straight from its buffer, without an allocation per row; a
// batch of text ids is one allocation, and a date in an [Options.DateLayout], which
// goes through package time, one too. On plain rows of three columns it takes a
// fifth to a quarter of the processor time of encoding/csv with strconv and
// time.Parse; on rows all in quotes, and on seven columns with Chinese text, which
// encoding/csv does not check to be UTF-8, four to five tenths (BenchmarkReader).
//
// # Sources
//
// Y. Shafranovich, Common Format and MIME Type for Comma-Separated Values (CSV)
// Files, RFC 4180 (2005). Dates and times: ISO 8601-1:2019, in the extended forms
// that RFC 3339 (2002) and SQL databases write. Currency codes: ISO 4217:2015.
// The byte-parallel search for separators: H. S. Warren, Hacker's Delight (2nd
// ed. 2012), section 6-1.
package purchase
