package loyalty

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Voucher is a voucher as it stands by its journal (券). Whether it has expired since is
// State.State of an instant. Nothing in it is personal, and its code is not in it.
type Voucher struct {
	ID    string         `json:"id"`
	Head  Head           `json:"-"`
	State reward.Voucher `json:"state"`

	// Redemption is the id of the redemption that gave it; "" for none.
	Redemption string `json:"redemption,omitzero"`

	use usedVoucher // what a command is about
}

// A voucher may have ten thousand uses, and a command is about one of them. So the
// record of a voucher holds how many there are and what they paid, and each use has a
// record of its own, which only changes with the voucher: its version guards the
// list. A command reads what its decision asks for, the use with its id and those of
// its member, and counts the others without their names.

// voucherBody is a voucher as a store keeps it.
type voucherBody struct {
	Terms      reward.VoucherTerms `json:"terms"`
	Redemption string              `json:"redemption,omitzero"`
	Ended      reward.VoucherState `json:"ended,omitzero"`
	At         time.Time           `json:"at"`
	Recorded   time.Time           `json:"recorded"`
	Uses       int64               `json:"uses,omitzero"` // those that stand
	Paid       int64               `json:"paid,omitzero"` // by them, in minor units
}

// useBody is a use of a voucher as a store keeps it. Its record belongs to who used
// the voucher, and is about the voucher.
type useBody struct {
	ID   string    `json:"id"`
	Seq  uint64    `json:"seq"` // of the voucher's entry that made it
	Paid int64     `json:"paid,omitzero"`
	At   time.Time `json:"at"`
}

// The states of the record of a use.
const (
	useStands = "standing"
	useUndone = "undone"
)

// usedVoucher is the record of the use that a command is about.
type usedVoucher struct {
	version uint64
	seq     uint64
}

func useSubject(voucher, use string) Subject {
	sum := sha256.Sum256([]byte(voucher + "\x00" + use))
	return Subject{KindVoucherUse, base64.RawURLEncoding.EncodeToString(sum[:])}
}

// voucherOf reads a voucher whose uses are counted and have no names.
func voucherOf(r Record) (Voucher, error) {
	b, err := bodyOf[voucherBody](r)
	if err == nil && (b.Uses < 0 || b.Uses > 1<<20) {
		err = &Error{Subject: r.Subject, Field: "body", Reason: "has a number of uses that cannot be", Err: ErrInvalid}
	}
	if err != nil {
		return Voucher{}, err
	}
	v := Voucher{ID: r.Subject.ID, Head: r.Head, Redemption: b.Redemption,
		State: reward.Voucher{Terms: b.Terms, Ended: b.Ended, LastAt: b.At, LastRecorded: b.Recorded}}
	v.name(b.Uses, b.Paid, nil)
	return v, nil
}

// name puts uses that are known into the state, before those that are only counted.
// n and paid are of all of them.
func (v *Voucher) name(n, paid int64, uses []reward.Use) {
	v.State.Uses = uses
	if n == 0 {
		return
	}
	v.State.Uses = append(uses, make([]reward.Use, max(n-int64(len(uses)), 0))...)
	if v.State.Terms.Uses > 0 || len(v.State.Uses) == len(uses) {
		return
	}
	for _, u := range uses {
		paid -= u.Paid.Minor
	}
	v.State.Uses[len(uses)].Paid = money.Amount{Minor: paid, Currency: v.State.Terms.Value.Currency}
}

// sums are what the record of a voucher holds of its uses.
func (v *Voucher) sums() (n, paid int64) {
	for i := range v.State.Uses {
		paid += v.State.Uses[i].Paid.Minor
	}
	return int64(len(v.State.Uses)), paid
}

// useOf reads a use. It stands where it has an id.
func (v *Voucher) useOf(r Record) (u reward.Use, seq uint64, err error) {
	b, err := bodyOf[useBody](r)
	if err != nil {
		return u, 0, err
	}
	if r.State != useStands {
		return u, b.Seq, nil
	}
	u = reward.Use{ID: b.ID, Member: r.Member, At: b.At}
	if v.State.Terms.Uses == 0 {
		u.Paid = money.Amount{Minor: b.Paid, Currency: v.State.Terms.Value.Currency}
	}
	return u, b.Seq, nil
}

// voucherUses lists the uses of a voucher that stand, of one member or of all, in the order
// in which they were made, as far as they were in the version of v.
func (c *core) voucherUses(ctx context.Context, v *Voucher, member string) ([]reward.Use, error) {
	type numbered struct {
		use reward.Use
		seq uint64
	}
	var list []numbered
	for r, err := range c.store.Records(ctx, RecordFilter{Kind: KindVoucherUse, Ref: v.ID, Member: member, State: useStands}) {
		if err != nil {
			return nil, err
		}
		u, seq, err := v.useOf(r)
		if err != nil {
			return nil, err
		}
		if seq <= v.Head.Entries {
			list = append(list, numbered{u, seq})
		}
	}
	slices.SortFunc(list, func(a, b numbered) int { return cmp.Compare(a.seq, b.seq) })
	uses := make([]reward.Use, len(list))
	for i := range list {
		uses[i] = list[i].use
	}
	return uses, nil
}

// voucher returns a voucher whose uses are counted and have no names, whoever asks.
func (c *core) voucher(ctx context.Context, id string) (Voucher, error) {
	r, err := c.store.Record(ctx, Subject{KindVoucher, id})
	if err != nil {
		return Voucher{}, err
	}
	return voucherOf(r)
}

// fullVoucher names all uses of a voucher. One that is used between the two readings shows
// more entries than it had, which are left out; where that is not enough, it is read
// again.
func (c *core) fullVoucher(ctx context.Context, v Voucher) (Voucher, error) {
	for range 10 {
		n, paid := v.sums()
		if n == 0 {
			v.State.Uses = nil
			return v, nil
		}
		uses, err := c.voucherUses(ctx, &v, "")
		if err != nil {
			return Voucher{}, err
		}
		v.State.Uses = uses
		if named, sum := v.sums(); named == n && sum == paid {
			return v, nil
		}
		if v, err = c.voucher(ctx, v.ID); err != nil {
			return Voucher{}, err
		}
	}
	return Voucher{}, &Error{Subject: Subject{KindVoucher, v.ID}, Reason: "moved each time that it was read", Err: ErrConflict}
}

// nameUses names the uses of a voucher that a command on one of them has to know.
func (c *core) nameUses(ctx context.Context, v *Voucher, use, member string) error {
	n, paid := v.sums()
	var known []reward.Use
	if v.State.Terms.UsesPerMember > 0 && member != "" {
		var err error
		if known, err = c.voucherUses(ctx, v, member); err != nil {
			return err
		}
	}
	switch r, err := c.store.Record(ctx, useSubject(v.ID, use)); {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	default:
		u, seq, err := v.useOf(r)
		if err != nil {
			return err
		}
		v.use = usedVoucher{version: r.Head.Version, seq: seq}
		if u.ID != "" && !slices.ContainsFunc(known, func(o reward.Use) bool { return o.ID == u.ID }) {
			known = append(known, u)
		}
	}
	v.name(n, paid, known)
	return nil
}

// posted is the state by the journal, whatever time has done since.
func (v *Voucher) posted() reward.VoucherState { return v.State.State(time.Time{}) }

// due is when the voucher expires, as long as there is something to expire.
func (v *Voucher) due() time.Time {
	if v.posted() == reward.StateIssued {
		return v.State.Terms.Until
	}
	return time.Time{}
}

// issue makes the voucher.
func (v *Voucher) issue(c *core, terms reward.VoucherTerms, act reward.Act) ([]Change, error) {
	e, err := terms.Issue(act)
	if err != nil {
		return nil, err
	}
	return v.step(c, e)
}

// step folds an entry in, and returns the changes that bring the store there.
func (v *Voucher) step(c *core, e reward.VoucherEntry) ([]Change, error) {
	reason := e.Act.Reason
	e.Act.Reason = ""
	before := v.State
	var err error
	if v.State, err = v.State.With(e); err != nil {
		return nil, err
	}
	b := voucherBody{Terms: v.State.Terms, Redemption: v.Redemption, Ended: v.State.Ended, At: v.State.LastAt, Recorded: v.State.LastRecorded}
	b.Uses, b.Paid = v.sums()
	body, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	use, err := v.used(e, before)
	if err != nil {
		return nil, err
	}
	entry, err := rewardLine(e.Kind.String(), cmp.Or(e.Member, b.Terms.Member), e.Act, e, reason)
	record := Record{Member: b.Terms.Member, Ref: b.Terms.Reward, State: v.posted().String(), Due: v.due(), Body: body}
	return append(use, Change{Subject: Subject{KindVoucher, v.ID}, Expect: v.Head.Version,
		Writes: append([]Write{PutRecord{record}}, c.appended("voucher", entry)...)}), err
}

// used is the change of the use that an entry is about; none where it is about none.
func (v *Voucher) used(e reward.VoucherEntry, before reward.Voucher) ([]Change, error) {
	if e.Use == "" {
		return nil, nil
	}
	find := func(uses []reward.Use) (reward.Use, bool) {
		i := slices.IndexFunc(uses, func(u reward.Use) bool { return u.ID == e.Use })
		if i < 0 {
			return reward.Use{}, false
		}
		return uses[i], true
	}
	u, stands := find(v.State.Uses)
	if !stands {
		u, _ = find(before.Uses)
		u.Paid = money.Amount{}
	}
	b := useBody{ID: u.ID, Seq: v.use.seq, Paid: u.Paid.Minor, At: u.At}
	if e.Kind == reward.VoucherUsed {
		b.Seq = v.Head.Entries + 1
	}
	body, err := json.Marshal(b)
	record := Record{Member: u.Member, Ref: v.ID, State: useStands, Body: body}
	if !stands {
		record.State = useUndone
	}
	return []Change{{Subject: useSubject(v.ID, e.Use), Expect: v.use.version, Writes: []Write{PutRecord{record}}}}, err
}

// replayVoucher is what the journal of a voucher comes to.
func replayVoucher(journal []Entry) (reward.Voucher, error) {
	entries, err := rewardLines[reward.VoucherEntry](journal)
	if err != nil {
		return reward.Voucher{}, err
	}
	return reward.FoldVoucher(entries)
}

// floored are terms with the instants that a store can keep.
func floored(t reward.VoucherTerms) reward.VoucherTerms {
	t.From, t.Until = Instant(t.From), Instant(t.Until)
	return t
}
