package liability

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// ExperienceOptions are the choices of [Observe]. The zero value asks for 30 members,
// 95 percent limits, and takes points beyond what was observed as redeemed.
type ExperienceOptions struct {
	MinMembers int     // fewer members than this do not determine an answer; 0 stands for 30
	Level      float64 // confidence level of the limits, between 0 and 1 exclusive; 0 stands for 0.95
	Tail       Tail    // how points are counted about whose later life nothing was observed
}

// Tail says how [VintageOutlook.Estimate] counts points that are expected to be open
// still at the highest age that the histories show (尾部处理). The zero value is
// TailRedeemed.
type Tail uint8

const (
	// TailRedeemed counts them as redeemed later: no revenue for breakage that nobody
	// has seen, as the constraint of IFRS 15.B46 asks 视为将被兑换.
	TailRedeemed Tail = iota
	TailLapsed        // counts them as never redeemed 视为不再兑换
)

var tails = enum.New[Tail]("tail", unknown, enum.Names{{"redeemed", "视为将被兑换"}, {"lapsed", "视为不再兑换"}})

// String returns the code, and ? for a number that is none.
func (t Tail) String() string { return tails.Code(t) }

// Zh returns the Chinese name, and ? for a number that is none.
func (t Tail) Zh() string { return tails.Zh(t) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (t Tail) MarshalText() ([]byte, error) { return tails.Marshal(t) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Tail) UnmarshalText(text []byte) error { return tails.Unmarshal(t, text) }

// Experience is what a programme's own history says about how its points end
// (历史兑换经验).
type Experience struct {
	AsOf    time.Time `json:"as_of"`
	Level   float64   `json:"level"`
	Lots    int       `json:"lots"`    // lots that began by AsOf
	Members int       `json:"members"` // whose they are; a lot without a member counts as one
	Points  int64     `json:"points"`  // points observed

	// Start is the smallest age at which a lot came under observation, in days: 0
	// unless all were imported or transferred. Last is the highest age observed.
	Start int `json:"start"`
	Last  int `json:"last"`
	// Lifetime are the chances of a point that is open at the age Start, from its issue
	// on where that is 0, to end in each way by the age Last.
	Lifetime Shares `json:"lifetime"`
	// OpenPoints are open at AsOf, and Outlook are their chances, from the ages that
	// they have; the zero value where there are none.
	OpenPoints int64  `json:"open_points"`
	Outlook    Shares `json:"outlook"`

	Ages     []Age            `json:"ages"`     // those at which points ended, ascending
	Vintages []VintageOutlook `json:"vintages"` // in order of their months
}

// Shares are the chances of a point, which add up to 1. Their limits are on the
// log-log scale, and absent where a chance is 0 or 1.
type Shares struct {
	Redeemed  survival.Estimate `json:"redeemed"`
	Expired   survival.Estimate `json:"expired"`
	Withdrawn survival.Estimate `json:"withdrawn"` // reversed or written off
	Open      survival.Estimate `json:"open"`      // none of these by the age Last: what then is not in the data
}

// Age is what happened at one age of the points, in days.
type Age struct {
	Days      int   `json:"days"`
	AtRisk    int64 `json:"at_risk"` // points that were open and observed before
	Redeemed  int64 `json:"redeemed"`
	Expired   int64 `json:"expired"`
	Withdrawn int64 `json:"withdrawn"`
	// Chances of a point open at the age Start to be open after this age, and to have
	// been redeemed by it.
	Open         float64 `json:"open"`
	EverRedeemed float64 `json:"ever_redeemed"`
}

// VintageOutlook is what became of the points earned in one month, and what is
// expected of the rest by the experience of all months.
type VintageOutlook struct {
	Month    calendar.Day `json:"month"`    // its first day
	Redeemed int64        `json:"redeemed"` // redeemed or settled by AsOf, net of refunds
	Open     int64        `json:"open"`     // open at AsOf
	Expected int64        `json:"expected"` // of those, that will be redeemed by the age Last, to the nearest point, halves up
	Beyond   int64        `json:"beyond"`   // of those, that will be open still, likewise
	// Estimate is the Estimate for a [Period]: Redeemed, Expected and, under
	// TailRedeemed, Beyond; never more than Redeemed and Open together.
	Estimate int64 `json:"estimate"`
}

// Observe estimates from lots how points end: redeemed (a settled debt counts as
// redeemed), expired, or withdrawn. It is the estimator of Aalen and Johansen for
// competing risks over the age of points in days of the zone, each point counting
// once, with lots still open censored at asOf, lots transferred out censored then, and
// lots that were imported or transferred in at risk only from the age at which they
// came (left truncation); points that leave on that same day are not counted. A refund
// undoes the lot's latest redemptions, as if they had never been. Movements after asOf
// are not read.
//
// Points of one lot, and lots of one member, are not independent: the standard errors
// are those of the infinitesimal jackknife with members as the units.
//
// What is estimated holds for points under the same rules of expiry as those that
// were observed; after a change of rules, observe the lots since then.
//
// Errors: ErrInsufficientData: fewer members than the options ask for, or no point
// under observation; ErrInvalid, ErrDuplicate and ErrOverflow as for [RollForward],
// and for options out of range or a missing asOf.
//
// Source: Aalen and Johansen 1978, Scandinavian Journal of Statistics 5:141-150; with
// weights of one it is [survival.AalenJohansen].
func Observe(lots []LotHistory, asOf time.Time, zone *time.Location, opts ExperienceOptions) (*Experience, error) {
	opts, err := opts.ready(asOf, zone)
	if err != nil {
		return nil, err
	}
	if err := checked(lots); err != nil {
		return nil, err
	}
	lots = slices.Clone(lots)
	slices.SortFunc(lots, func(a, b LotHistory) int { return cmp.Or(cmp.Compare(a.Member, b.Member), cmp.Compare(a.ID, b.ID)) })
	return observe(lots, asOf, zone, opts)
}

func (o ExperienceOptions) ready(asOf time.Time, zone *time.Location) (ExperienceOptions, error) {
	if o.MinMembers == 0 {
		o.MinMembers = 30
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	var p problems
	p.check(o.MinMembers > 0, "min_members", "is below 0")
	p.check(o.Level > 0 && o.Level < 1, "level", "is not between 0 and 1")
	p.check(tails.Valid(o.Tail), "tail", "is unknown")
	p.check(!asOf.IsZero(), "as_of", "is missing")
	p.check(zone != nil, "zone", "is missing")
	return o, p.join()
}

// observe takes lots in order of members.
func observe(lots []LotHistory, asOf time.Time, zone *time.Location, opts ExperienceOptions) (*Experience, error) {
	x := &Experience{AsOf: asOf, Level: opts.Level}
	var slices []slice
	var now []openLot
	of := ""
	for i := range lots {
		l := &lots[i]
		if l.start().After(asOf) {
			continue
		}
		if x.Lots++; l.Member == "" || x.Members == 0 || l.Member != of {
			x.Members++
		}
		of = l.Member
		var err error
		if x.Points, err = sum(x.Points, l.Issued, "lots", i); err != nil {
			return nil, err
		}
		parts, left := l.slices(asOf, zone, x.Members)
		slices = append(slices, parts...)
		now = append(now, left)
	}
	if x.Members < opts.MinMembers {
		return nil, refuse(ErrInsufficientData, "members", "are fewer than asked for")
	}
	if len(slices) == 0 {
		return nil, refuse(ErrInsufficientData, "lots", "have no point under observation")
	}
	h := newHazards(slices, x.Members)
	x.Start, x.Last = h.start, h.last
	x.lifetime(h)
	x.outlook(h, now, opts.Tail)
	return x, nil
}

// openLot is what a lot has come to by now.
type openLot struct {
	month          calendar.Day
	age            int
	redeemed, open int64
}

// slices cuts a lot into what left together by asOf and the rest.
func (l *LotHistory) slices(asOf time.Time, zone *time.Location, cluster int) (parts []slice, now openLot) {
	born := calendar.DayOf(l.At, zone)
	age := func(at time.Time) int { return max(calendar.DayOf(at, zone).Sub(born), 0) }
	entry := age(l.start())
	left := l.Issued
	var all []slice
	// The lot was checked before.
	_ = l.walk(func(at time.Time, kind Movement, points int64) {
		if at.After(asOf) {
			return
		}
		if kind == Refunded {
			left += points
			for i := len(all) - 1; points > 0; i-- {
				if all[i].end == redeemed && !all[i].settled {
					n := min(points, all[i].points)
					all[i].points, points = all[i].points-n, points-n
				}
			}
			return
		}
		left -= points
		all = append(all, slice{cluster: cluster, entry: entry, exit: age(at), end: kind.ending(), points: points, settled: kind == Settled})
	})
	all = append(all, slice{cluster: cluster, entry: entry, exit: age(asOf), points: left})
	now = openLot{month: l.vintage(zone), age: age(asOf), open: left}
	for _, s := range all {
		if s.end == redeemed {
			now.redeemed += s.points
		}
		if s.points > 0 && (s.entry == 0 || s.exit > s.entry) {
			parts = append(parts, s)
		}
	}
	return parts, now
}

func (m Movement) ending() ending {
	switch m {
	case Redeemed, Settled:
		return redeemed
	case Expired:
		return expired
	case WrittenOff, Reversed:
		return withdrawn
	}
	return open
}

func (x *Experience) shares(value, stdErr [endings]float64, mass float64) Shares {
	of := func(k ending) survival.Estimate { return estimate(value[k], stdErr[k], mass, x.Level) }
	return Shares{Redeemed: of(redeemed), Expired: of(expired), Withdrawn: of(withdrawn), Open: of(open)}
}

// lifetime fills in the curve from the first age on.
func (x *Experience) lifetime(h *hazards) {
	value, stdErr := h.project([]float64{1})
	x.Lifetime = x.shares(value, stdErr, 1)
	left, used := 1.0, 0.0
	for age := range h.atRisk {
		used += left * h.rate[redeemed][age]
		left *= 1 - h.total[age]
		if h.total[age] > 0 {
			x.Ages = append(x.Ages, Age{Days: age, AtRisk: h.atRisk[age], Redeemed: h.ended[redeemed][age],
				Expired: h.ended[expired][age], Withdrawn: h.ended[withdrawn][age], Open: left, EverRedeemed: used})
		}
	}
}

// outlook fills in what is expected of the points that are open now.
func (x *Experience) outlook(h *hazards, lots []openLot, tail Tail) {
	type expectation struct {
		VintageOutlook
		used, beyond float64
	}
	later, never := h.chances(redeemed), h.chances(open)
	byMonth := map[calendar.Day]*expectation{}
	var entering []float64
	for _, l := range lots {
		v := byMonth[l.month]
		if v == nil {
			v = &expectation{}
			byMonth[l.month] = v
		}
		v.Redeemed, v.Open = v.Redeemed+l.redeemed, v.Open+l.open
		x.OpenPoints += l.open
		if l.open == 0 {
			continue
		}
		if l.age <= h.last {
			v.used += float64(l.open) * later[l.age]
			v.beyond += float64(l.open) * never[l.age]
		} else {
			v.beyond += float64(l.open)
		}
		if grow := l.age + 2 - len(entering); grow > 0 {
			entering = append(entering, make([]float64, grow)...)
		}
		entering[l.age+1] += float64(l.open)
	}
	if x.OpenPoints > 0 {
		value, stdErr := h.project(entering)
		x.Outlook = x.shares(value, stdErr, float64(x.OpenPoints))
	}
	for _, month := range vintages(byMonth) {
		v := byMonth[month]
		v.Month = month
		v.Expected = min(toPoints(v.used), v.Open)
		v.Beyond = min(toPoints(v.beyond), v.Open-v.Expected)
		v.Estimate = v.Redeemed + v.Expected
		if tail == TailRedeemed {
			v.Estimate += v.Beyond
		}
		x.Vintages = append(x.Vintages, v.VintageOutlook)
	}
}

func toPoints(x float64) int64 {
	if x = math.Floor(x + 0.5); x < math.MaxInt64 {
		return int64(x)
	}
	return math.MaxInt64
}

// Cohort is the experience of the points earned in one month alone.
type Cohort struct {
	Month      calendar.Day `json:"month"`      // its first day
	Experience *Experience  `json:"experience"` // nil where the month has too few members
}

// ObserveCohorts observes each month of earning by itself (按获得月份), in order of the
// months, to see whether later ones end differently. A young month says nothing yet
// about higher ages: see Last. The errors are those of [Observe], but a month with too
// few members is no error.
func ObserveCohorts(lots []LotHistory, asOf time.Time, zone *time.Location, opts ExperienceOptions) ([]Cohort, error) {
	opts, err := opts.ready(asOf, zone)
	if err != nil {
		return nil, err
	}
	if err := checked(lots); err != nil {
		return nil, err
	}
	byMonth := map[calendar.Day][]LotHistory{}
	for _, l := range lots {
		if !l.start().After(asOf) {
			month := l.vintage(zone)
			byMonth[month] = append(byMonth[month], l)
		}
	}
	var cohorts []Cohort
	for _, month := range vintages(byMonth) {
		x, err := Observe(byMonth[month], asOf, zone, opts)
		if err != nil && !errors.Is(err, ErrInsufficientData) {
			return nil, err
		}
		cohorts = append(cohorts, Cohort{month, x})
	}
	return cohorts, nil
}
