package liability

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Row is the movement of points in one period (积分变动表). All counts are 0 or more, and
//
//	Opening + Issued + Imported + TransferredIn + Refunded
//	  - Redeemed - Expired - WrittenOff - TransferredOut - Reversed - Settled = Closing
//
// holds to the point: [Row.Balance] is 0.
type Row struct {
	From           time.Time `json:"from"`  // the period is [From, Until)
	Until          time.Time `json:"until"` //
	Opening        int64     `json:"opening"`
	Issued         int64     `json:"issued"` // of lots that were earned
	Imported       int64     `json:"imported"`
	TransferredIn  int64     `json:"transferred_in"`
	Refunded       int64     `json:"refunded"`
	Redeemed       int64     `json:"redeemed"`
	Expired        int64     `json:"expired"` // when it took effect, whenever it was posted
	WrittenOff     int64     `json:"written_off"`
	TransferredOut int64     `json:"transferred_out"`
	Reversed       int64     `json:"reversed"`
	Settled        int64     `json:"settled"`
	Closing        int64     `json:"closing"`
}

// Balance returns what is missing from the equation of [Row], 0 if it holds.
func (r Row) Balance() int64 {
	return r.Opening + r.Issued + r.Imported + r.TransferredIn + r.Refunded -
		r.Redeemed - r.Expired - r.WrittenOff - r.TransferredOut - r.Reversed - r.Settled - r.Closing
}

// Vintage is the movement of the points that were earned in one month.
type Vintage struct {
	Month calendar.Day `json:"month"` // its first day
	Rows  []Row        `json:"rows"`  // one for each period
}

// Roll is a roll-forward of points (期初期末变动表): for each period and for each vintage
// in it. The rows of the vintages add up to those of the whole.
type Roll struct {
	Rows     []Row     `json:"rows"`     // one for each period
	Vintages []Vintage `json:"vintages"` // in order of their months
}

// RollForward returns the movements of lots in the periods between the bounds, each
// [bounds[i], bounds[i+1]), and by the month in which the points were earned in the
// zone. What happened before the first bound is in its opening, what comes at or after
// the last is left out. Points under a hold are still there. A member's debt is no
// negative lot: the balance of a programme is Closing less its members' debts.
//
// ErrInvalid: fewer than two bounds, or bounds that do not rise; a zone that is
// missing; a lot that [LotHistory.Validate] refuses. ErrDuplicate: a lot twice.
// ErrOverflow: the points issued by all lots do not fit 64 bits.
func RollForward(lots []LotHistory, bounds []time.Time, zone *time.Location) (*Roll, error) {
	if zone == nil {
		return nil, refuse(ErrInvalid, "zone", "is missing")
	}
	if len(bounds) < 2 {
		return nil, refuse(ErrInvalid, "bounds", "are fewer than two")
	}
	for i := 1; i < len(bounds); i++ {
		if !bounds[i-1].Before(bounds[i]) {
			return nil, refuseItem(ErrInvalid, "bounds", i, "is not after the one before it")
		}
	}
	if err := checked(lots); err != nil {
		return nil, err
	}
	byMonth := map[calendar.Day][]Row{}
	var all int64
	for i := range lots {
		l := &lots[i]
		month := l.vintage(zone)
		if byMonth[month] == nil {
			byMonth[month] = newRows(bounds)
		}
		var err error
		if all, err = sum(all, l.turnover(), "lots", i); err != nil {
			return nil, err
		}
		l.roll(byMonth[month], bounds)
	}
	roll := &Roll{Rows: newRows(bounds)}
	for _, month := range vintages(byMonth) {
		rows := byMonth[month]
		carry(rows)
		for i := range rows {
			roll.Rows[i].add(&rows[i])
		}
		roll.Vintages = append(roll.Vintages, Vintage{month, rows})
	}
	return roll, nil
}

func newRows(bounds []time.Time) []Row {
	rows := make([]Row, len(bounds)-1)
	for i := range rows {
		rows[i].From, rows[i].Until = bounds[i], bounds[i+1]
	}
	return rows
}

// turnover is the most that any count of a lot can come to.
func (l *LotHistory) turnover() int64 {
	n := l.Issued
	for _, u := range l.Uses {
		if u.Kind == Refunded {
			if n += u.Points; n < 0 {
				return 1<<63 - 1
			}
		}
	}
	return n
}

// roll adds a lot's movements to the rows, those before the first to its opening.
func (l *LotHistory) roll(rows []Row, bounds []time.Time) {
	add := func(at time.Time, points int64, out bool, count func(*Row) *int64) {
		i := sort.Search(len(bounds), func(i int) bool { return bounds[i].After(at) }) - 1
		switch {
		case i >= len(rows):
		case i >= 0:
			*count(&rows[i]) += points
		case out:
			rows[0].Opening -= points
		default:
			rows[0].Opening += points
		}
	}
	add(l.start(), l.Issued, false, func(r *Row) *int64 {
		switch l.Origin {
		case TransferredIn:
			return &r.TransferredIn
		case Imported:
			return &r.Imported
		}
		return &r.Issued
	})
	// The lots were checked before.
	_ = l.walk(func(at time.Time, kind Movement, points int64) {
		add(at, points, kind != Refunded, func(r *Row) *int64 { return r.count(kind) })
	})
}

func (r *Row) count(kind Movement) *int64 {
	switch kind {
	case Redeemed:
		return &r.Redeemed
	case Refunded:
		return &r.Refunded
	case Expired:
		return &r.Expired
	case WrittenOff:
		return &r.WrittenOff
	case TransferredOut:
		return &r.TransferredOut
	case Reversed:
		return &r.Reversed
	}
	return &r.Settled
}

// carry makes each closing, and the opening after it.
func carry(rows []Row) {
	for i := range rows {
		r := &rows[i]
		if i > 0 {
			r.Opening = rows[i-1].Closing
		}
		r.Closing = r.Opening + r.Issued + r.Imported + r.TransferredIn + r.Refunded -
			r.Redeemed - r.Expired - r.WrittenOff - r.TransferredOut - r.Reversed - r.Settled
	}
}

func (r *Row) add(s *Row) {
	r.Opening += s.Opening
	r.Issued += s.Issued
	r.Imported += s.Imported
	r.TransferredIn += s.TransferredIn
	r.Refunded += s.Refunded
	r.Redeemed += s.Redeemed
	r.Expired += s.Expired
	r.WrittenOff += s.WrittenOff
	r.TransferredOut += s.TransferredOut
	r.Reversed += s.Reversed
	r.Settled += s.Settled
	r.Closing += s.Closing
}

// Add adds another roll-forward of the same periods, of other lots: so a programme
// is rolled forward account by account, in the memory of one. Lots are not compared:
// one that is in both counts twice.
//
// ErrInvalid: the periods are not the same; ErrOverflow: the points do not fit 64
// bits. r then stays as it was.
func (r *Roll) Add(o *Roll) error {
	if o == nil || len(r.Rows) != len(o.Rows) {
		return refuse(ErrInvalid, "rows", "are of other periods")
	}
	for i := range r.Rows {
		a, b := &r.Rows[i], &o.Rows[i]
		if !a.From.Equal(b.From) || !a.Until.Equal(b.Until) {
			return refuseItem(ErrInvalid, "rows", i, "is of another period")
		}
		// No count of a row is greater than what came in.
		all := int64(0)
		for _, n := range []int64{a.in(), b.in()} {
			var err error
			if all, err = sum(all, n, "rows", i); err != nil {
				return err
			}
		}
	}
	for i := range r.Rows {
		r.Rows[i].add(&o.Rows[i])
	}
	for _, v := range o.Vintages {
		at, found := slices.BinarySearchFunc(r.Vintages, v.Month, func(have Vintage, month calendar.Day) int { return cmp.Compare(have.Month, month) })
		if !found {
			r.Vintages = slices.Insert(r.Vintages, at, Vintage{v.Month, slices.Clone(v.Rows)})
			continue
		}
		for i := range v.Rows {
			r.Vintages[at].Rows[i].add(&v.Rows[i])
		}
	}
	return nil
}

// in is what there was to begin with and what came.
func (r *Row) in() int64 {
	return r.Opening + r.Issued + r.Imported + r.TransferredIn + r.Refunded
}
