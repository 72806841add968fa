package rule

import (
	"math"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// test is a comparison compiled for the type of what is compared. Numbers, days
// and bools are integers by then (at the field's scale), and all their
// comparisons are the question whether an integer lies in a range or in a set.
type test struct {
	how     how
	negate  bool // ne, and exists: false
	daysAgo bool // what is compared is the age of a day
	lo, hi  int64
	set     []int64 // ascending, each once
	text    string
	texts   []string // ascending
}

type how uint8

const (
	howRange how = iota + 1
	howSet
	howText
	howTexts
	howContains
	howPrefix
	howTag
	howExists
)

// value returns what the comparison says of a value that has the right type.
func (t *test) value(v *Value, asOf calendar.Day) Truth {
	if t.how == howExists {
		return truthOf(v.Missing() == t.negate)
	}
	if v.Missing() {
		return Unknown
	}
	var yes bool
	switch t.how {
	case howText:
		yes = v.text == t.text
	case howTexts:
		_, yes = slices.BinarySearch(t.texts, v.text)
	case howContains:
		yes = strings.Contains(v.text, t.text)
	case howPrefix:
		yes = strings.HasPrefix(v.text, t.text)
	case howTag:
		yes = slices.Contains(v.tags, t.text)
	default:
		n := v.num
		if t.daysAgo {
			n = int64(asOf) - n
		}
		return t.between(n, n)
	}
	return truthOf(yes != t.negate)
}

// between returns what the comparison says of an integer of which it is known
// that it lies in [lo, hi]: unknown where some of them pass and some do not.
func (t *test) between(lo, hi int64) (truth Truth) {
	if t.how == howSet {
		first, _ := slices.BinarySearch(t.set, lo)
		n, found := slices.BinarySearch(t.set[first:], hi)
		if found {
			n++
		}
		switch {
		case n == 0:
			truth = False
		case uint64(hi)-uint64(lo) < uint64(n): // n different ones: every integer from lo to hi
			truth = True
		}
	} else {
		switch {
		case hi < t.lo || lo > t.hi:
			truth = False
		case lo >= t.lo && hi <= t.hi:
			truth = True
		}
	}
	if t.negate {
		return -truth
	}
	return truth
}

// numbers makes a test of integers: one for an operator of order, two for
// between, any number for in. They lie inside ±10^18, so that n±1 does too.
func (t *test) numbers(op operator, n []int64) {
	t.how, t.lo, t.hi = howRange, n[0], n[0]
	switch op {
	case opNe:
		t.negate = true
	case opLt:
		t.lo, t.hi = math.MinInt64, n[0]-1
	case opLe:
		t.lo = math.MinInt64
	case opGt:
		t.lo, t.hi = n[0]+1, math.MaxInt64
	case opGe:
		t.hi = math.MaxInt64
	case opBetween:
		t.hi = n[1]
	case opIn:
		slices.Sort(n)
		t.how, t.set = howSet, slices.Compact(n)
	}
}

// strings makes a test of texts.
func (t *test) strings(op operator, s []string) {
	t.text = s[0]
	switch op {
	case opNe:
		t.how, t.negate = howText, true
	case opEq:
		t.how = howText
	case opContains:
		t.how = howContains
	case opPrefix:
		t.how = howPrefix
	case opIn:
		slices.Sort(s)
		t.how, t.texts = howTexts, s
	}
}
