package reward

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// VoucherTerms are what a voucher gives and when (券面条款). Exactly one of Uses and
// Value is set: a voucher of uses is used up after so many, 1 for a single-use one;
// an amount voucher pays until nothing remains of it, in at most 10,000 uses. A
// campaign for more people than that issues a batch of vouchers.
type VoucherTerms struct {
	Reward        string       `json:"reward,omitzero"`          // code of the reward or campaign that it is of
	Member        string       `json:"member,omitzero"`          // id of the only member who may use it; "" for the bearer
	Uses          int64        `json:"uses,omitzero"`            // how often, 1 to 10000
	UsesPerMember int64        `json:"uses_per_member,omitzero"` // how often one member may; 0 for no limit of its own
	Value         money.Amount `json:"value,omitzero"`           // of an amount voucher, above 0
	From          time.Time    `json:"from,omitzero"`            // valid from this instant; zero for no beginning
	Until         time.Time    `json:"until,omitzero"`           // and up to, not including, this one; zero for no end
}

// Validate reports every rule that t breaks, joined; each is an [*Error].
func (t VoucherTerms) Validate() error {
	var p problems
	t.check(&p)
	return p.join()
}

func (t *VoucherTerms) check(p *problems) {
	p.check(validText(t.Reward), "reward", -1, notID)
	p.check(validText(t.Member), "member", -1, notID)
	p.check(t.Uses >= 0 && t.Uses <= maxUses, "uses", -1, "is outside 0 to 10000")
	p.check(t.Value.Minor >= 0, "value", -1, "is below 0")
	p.check((t.Uses > 0) != (t.Value.Minor > 0), "uses", -1, "or value is needed, and only one of them")
	p.check(t.Value.Minor == 0 || !t.Value.Currency.IsZero() && t.Value.Currency.Valid(), "value", -1, "has no currency")
	p.check(t.UsesPerMember >= 0, "uses_per_member", -1, "is below 0")
	p.check(t.From.IsZero() || t.Until.IsZero() || t.From.Before(t.Until), "until", -1, "is not after from")
}

// VoucherEntry is one line of a voucher's journal (券流水). Act.Reason is personal, all
// else is not; the voucher's code never stands in it.
type VoucherEntry struct {
	Kind   VoucherKind  `json:"kind"`
	Terms  VoucherTerms `json:"terms,omitzero"`  // where VoucherIssued, else the zero value
	Use    string       `json:"use,omitzero"`    // id of the use that is made or undone, such as that of the order
	Member string       `json:"member,omitzero"` // id of who used it; "" where that is not known
	// Paid is, of an amount voucher, what a use pays, what of it is undone, or what
	// remained when it ended; zero for a voucher of uses.
	Paid money.Amount `json:"paid,omitzero"`
	Act  Act          `json:"act"`
}

// VoucherKind says what a [VoucherEntry] records. The zero value is none.
type VoucherKind uint8

const (
	VoucherIssued    VoucherKind = iota + 1 // it exists 发券
	VoucherUsed                             // once, or for an amount 核销
	VoucherUndone                           // a use, or part of its amount, was undone 撤销核销
	VoucherExpired                          // it ended unused or partly used; At is the end of its validity 过期
	VoucherCancelled                        // the programme took it back: issued in error, fraud 作废
	VoucherReturned                         // who had it gave it back unused: points and cash go back 退券
)

var voucherKinds = enum.New[VoucherKind]("kind", unknown, enum.Names{{}, {"issued", "发券"}, {"used", "核销"}, {"undone", "撤销核销"}, {"expired", "过期"},
	{"cancelled", "作废"}, {"returned", "退券"}})

// String returns the code, "" for none and ? for a number that is no kind.
func (k VoucherKind) String() string { return voucherKinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k VoucherKind) Zh() string { return voucherKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k VoucherKind) MarshalText() ([]byte, error) { return voucherKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *VoucherKind) UnmarshalText(text []byte) error { return voucherKinds.Unmarshal(k, text) }

// VoucherState is where a voucher stands (券状态). The zero value is none.
type VoucherState uint8

const (
	StateIssued    VoucherState = iota + 1 // it can be used, once its validity has begun 待使用
	StateRedeemed                          // nothing is left of it 已核销
	StateExpired                           // its validity is over 已过期
	StateCancelled                         // taken back by the programme 已作废
	StateReturned                          // given back unused 已退
)

var voucherStates = enum.New[VoucherState]("state", unknown, enum.Names{
	{}, {"issued", "待使用"}, {"redeemed", "已核销"}, {"expired", "已过期"}, {"cancelled", "已作废"},
	{"returned", "已退"},
})

// String returns the code, "" for none and ? for a number that is no state.
func (s VoucherState) String() string { return voucherStates.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no state.
func (s VoucherState) Zh() string { return voucherStates.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s VoucherState) MarshalText() ([]byte, error) { return voucherStates.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *VoucherState) UnmarshalText(text []byte) error { return voucherStates.Unmarshal(s, text) }

// Validate reports every rule that e breaks on its own, joined; each is an
// [*Error].
func (e VoucherEntry) Validate() error {
	var p problems
	p.check(voucherKinds.Valid(e.Kind), "kind", -1, "unknown")
	if e.Kind == VoucherIssued {
		e.Terms.check(&p)
	} else {
		p.check(e.Terms == VoucherTerms{}, "terms", -1, "stand only where it is issued")
	}
	use := e.Kind == VoucherUsed || e.Kind == VoucherUndone
	p.check(validText(e.Use) && use == (e.Use != ""), "use", -1, "is missing, or stands where nothing is used")
	p.check(validText(e.Member) && (e.Kind == VoucherUsed || e.Member == ""), "member", -1, "stands only where it is used")
	p.check(e.Paid.Minor >= 0, "paid", -1, "is below 0")
	e.Act.check(&p)
	return p.join()
}

// Voucher is what the journal of one voucher comes to (券). The zero value is none.
type Voucher struct {
	Terms VoucherTerms `json:"terms"`
	Uses  []Use        `json:"uses,omitempty"` // in the order in which they were made, those wholly undone left out
	Ended VoucherState `json:"ended,omitzero"` // expired, cancelled or returned by an entry; zero while it is not

	LastAt       time.Time `json:"last_at,omitzero"`       // effective time of the last entry
	LastRecorded time.Time `json:"last_recorded,omitzero"` // its recorded time
}

// Use is one use of a voucher.
type Use struct {
	ID     string       `json:"id"`
	Member string       `json:"member,omitzero"`
	Paid   money.Amount `json:"paid,omitzero"` // net of what was undone; zero for a voucher of uses
	At     time.Time    `json:"at"`
}

// Exists reports whether the voucher was issued.
func (v Voucher) Exists() bool { return v.Terms.Uses > 0 || v.Terms.Value.Minor > 0 }

// Left returns how many uses are left; 0 for an amount voucher.
func (v Voucher) Left() int64 {
	if v.Terms.Uses == 0 {
		return 0
	}
	return v.Terms.Uses - int64(len(v.Uses))
}

// Remainder returns what an amount voucher can still pay (余额); zero for a voucher
// of uses.
func (v Voucher) Remainder() money.Amount {
	left := v.Terms.Value
	for _, u := range v.Uses {
		left.Minor -= u.Paid.Minor
	}
	return left
}

// usedBy counts the uses of a member.
func (v *Voucher) usedBy(member string) (n int64) {
	for _, u := range v.Uses {
		if u.Member == member {
			n++
		}
	}
	return n
}

// State returns where the voucher stands at an instant not before its last entry.
// Expiry follows from the time alone, whether or not it was posted yet. A voucher of
// which nothing is left is redeemed and does not expire.
func (v Voucher) State(at time.Time) VoucherState {
	switch {
	case !v.Exists():
		return 0
	case v.Ended != 0:
		return v.Ended
	case v.Left() == 0 && v.Remainder().Minor == 0:
		return StateRedeemed
	case !v.Terms.Until.IsZero() && !at.Before(v.Terms.Until):
		return StateExpired
	}
	return StateIssued
}

// FoldVoucher returns what the journal of one voucher, in its order, comes to.
// Errors name the entry by Item: ErrInvalid where it breaks a rule of
// [VoucherEntry.Validate] or its Paid does not fit the terms; ErrConflict where its
// times fall below those of the entry before; and those of the decisions.
func FoldVoucher(journal []VoucherEntry) (Voucher, error) {
	var v Voucher
	for i := range journal {
		if err := v.take(&journal[i]); err != nil {
			return Voucher{}, placed("entries", i, err)
		}
	}
	return v, nil
}

// With returns the voucher after one more entry, and leaves v as it is; the errors
// are those of [FoldVoucher].
func (v Voucher) With(e VoucherEntry) (Voucher, error) {
	v.Uses = slices.Clone(v.Uses)
	if err := v.take(&e); err != nil {
		return Voucher{}, err
	}
	return v, nil
}

func (v *Voucher) take(e *VoucherEntry) error {
	if err := e.Validate(); err != nil {
		return err
	}
	if e.Kind != VoucherExpired {
		if err := e.Act.follows(v.LastAt, v.LastRecorded); err != nil {
			return err
		}
	}
	if err := v.refuses(e); err != nil {
		return err
	}
	switch e.Kind {
	case VoucherIssued:
		v.Terms = e.Terms
	case VoucherUsed:
		v.Uses = append(v.Uses, Use{e.Use, e.Member, e.Paid, e.Act.At})
	case VoucherUndone:
		i := v.find(e.Use)
		if v.Uses[i].Paid.Minor -= e.Paid.Minor; v.Uses[i].Paid.Minor == 0 {
			v.Uses = slices.Delete(v.Uses, i, i+1)
		}
	case VoucherExpired:
		v.Ended = StateExpired
	case VoucherCancelled:
		v.Ended = StateCancelled
	case VoucherReturned:
		v.Ended = StateReturned
	}
	if e.Act.At.After(v.LastAt) {
		v.LastAt = e.Act.At
	}
	v.LastRecorded = e.Act.Recorded
	return nil
}

func (v *Voucher) find(use string) int {
	return slices.IndexFunc(v.Uses, func(u Use) bool { return u.ID == use })
}

// paidFits reports whether an amount is one of the voucher's kind: above 0 and in
// its currency, or none where it has uses.
func (v *Voucher) paidFits(paid money.Amount) bool {
	if v.Terms.Uses > 0 {
		return paid == money.Amount{}
	}
	return paid.Minor > 0 && paid.Currency == v.Terms.Value.Currency
}

// maxUses bounds the list of uses, which is read with the voucher.
const maxUses = 10_000
