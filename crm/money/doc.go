// Package money answers what an amount of money is, to the last minor unit: how
// it is read, added, rounded, shared out and converted (金额).
//
// An [Amount] is a whole number of minor units (分, cents) with a [Currency]. It
// is never a float, and two currencies never meet without a rate: that is
// [ErrCurrency]. An addition that leaves int64 is [ErrOverflow]. Where a fraction
// of a minor unit arises, the caller names the [Rounding].
//
//	price, err := money.ParseAmount("12.30", money.CNY) // 1230 fen
//	total, err := price.Add(freight)                    // ErrCurrency, ErrOverflow
//	fmt.Println(total, total.Zh(), total.Wan())         // 15.30 CNY 15.30 元 0.00153 万元
//
// Code that handles many rows of one currency keeps plain int64 minor units and
// uses the functions below [Amount]: [ParseMinor] and [AppendMinor] for text,
// [Ratio] for shares and rates (a tax of 13 % is Ratio{13, 100}), [Allocate] and
// [Split] to share an amount without losing or inventing a cent.
//
// # Vocabulary
//
//   - minor unit 最小货币单位: 10 to the minus [Currency.Digits] of the currency's unit; 分 for the yuan
//   - ratio 比率: an exact fraction of two integers
//   - rounding 舍入, 修约: what happens to a fraction of a minor unit
//   - allocation 分摊: the whole parts of a total in proportion to weights
//   - rate 汇率: units of one currency for one unit of another, from a day on
//
// # Currencies in a log
//
// The zero [Currency] says that no currency was stated. It has two digits, and
// amounts without a currency add up with each other and not with stated ones.
// The zero Amount alone is neutral, so that a sum can start from it.
//
// # Sources
//
// Currency codes and minor units: ISO 4217:2015, list one. Rounding: ISO 80000-1
// annex B and GB/T 8170-2008. Allocation by largest remainder (Hamilton,
// Hare-Niemeyer): Balinski and Young, Fair Representation (2nd ed. 2001).
package money
