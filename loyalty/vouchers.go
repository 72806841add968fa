package loyalty

import (
	"context"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Vouchers are what can be used once, several times, or up to an amount (券). The rules
// are those of [reward.Voucher]; here vouchers are kept, and their uses committed: of
// 32 tills that take a single-use voucher at once, one succeeds.
//
// A voucher of a member is seen with the member. One of the bearer is seen by whoever
// shows its code, and otherwise by who sees [Everyone]. Codes are signed with
// [Options].Codes, and stand in no store, receipt, event or error.
//
// The end of its validity needs no job: a voucher cannot be used behind it. [Due]
// posts it, once.
type Vouchers struct{ core *core }

// Issued are vouchers that were issued (发券结果), by id. Codes are in the same order; nil
// where Options.Codes is nil. They are signed anew for each answer, and in no other
// place.
type Issued struct {
	Vouchers []string      `json:"vouchers,omitempty"`
	Codes    []reward.Code `json:"-"`
	Replayed bool          `json:"-"`
}

func (i *Issued) replay() { i.Replayed = true }

// VoucherUsed is what a command did to a voucher (核销结果), and how it stands behind it.
type VoucherUsed struct {
	Voucher   string              `json:"voucher"`
	State     reward.VoucherState `json:"state"`              // at the instant of the command
	Left      int64               `json:"left,omitzero"`      // uses, of a voucher of uses
	Remainder money.Amount        `json:"remainder,omitzero"` // of an amount voucher
	Replayed  bool                `json:"-"`
}

func (v *VoucherUsed) replay() { v.Replayed = true }

// VoucherUse is one use of a voucher.
type VoucherUse struct {
	ID     string       `json:"id"`              // of the use, such as that of the order
	Member string       `json:"member,omitzero"` // id of who uses it; "" where that is not known
	Paid   money.Amount `json:"paid,omitzero"`   // what an amount voucher pays; zero for one of uses
}

// VoucherFilter narrows [Vouchers].List. Every field that is not zero narrows it.
type VoucherFilter struct {
	After string // only ids greater than this one, as bytes
	Limit int    // at most so many; 0 for no limit

	Member string // of this member
	Reward string // of the reward or campaign with this code
	// State is that of the journal: a voucher that is over and not posted yet is still
	// listed as issued.
	State reward.VoucherState
}

// Get returns a voucher by its id. ErrNotFound: there is none, or it is not seen.
func (v *Vouchers) Get(ctx context.Context, actor Actor, id string) (Voucher, error) {
	return read(ctx, v.core, "vouchers.get", actor, Subject{KindVoucher, id}, func() (Voucher, error) {
		return v.core.shownVoucher(ctx, actor, id, false)
	})
}

// ByCode returns the voucher of a code that somebody shows. reward.ErrMistyped and
// reward.ErrForged as for [reward.Codes.Verify]; ErrIncomplete: Options.Codes is nil;
// ErrNotFound: there is no such voucher, or it is one of a member who is not seen.
// Hosts should limit how often one device may ask.
func (v *Vouchers) ByCode(ctx context.Context, actor Actor, code string) (Voucher, error) {
	id, err := v.core.voucherOfCode(code)
	return read(ctx, v.core, "vouchers.by-code", actor, Subject{KindVoucher, id}, func() (Voucher, error) {
		if err != nil {
			return Voucher{}, err
		}
		return v.core.shownVoucher(ctx, actor, id, true)
	})
}

// List lists the vouchers that the actor sees and the filter lets through, by id.
func (v *Vouchers) List(ctx context.Context, actor Actor, filter VoucherFilter) iter.Seq2[Voucher, error] {
	records := RecordFilter{Kind: KindVoucher, After: filter.After, Member: filter.Member, Ref: filter.Reward, State: filter.State.String()}
	sees := func(voucher Voucher) bool { return actor.Sees.Allows(voucher.State.Terms.Member) }
	return listed(ctx, v.core, "vouchers.list", actor, records, filter.Limit, func(r Record) (Voucher, error) {
		voucher, err := voucherOf(r)
		if err != nil || !sees(voucher) {
			return voucher, err
		}
		return v.core.fullVoucher(ctx, voucher)
	}, sees)
}

// Use uses a voucher once (核销). The errors are those of [reward.Voucher.Use], such as
// ErrTransition where it is used up, reward.ErrNotValid and reward.ErrLimit;
// ErrNotFound: there is none, or it, or the member who uses it, is not seen.
func (v *Vouchers) Use(ctx context.Context, actor Actor, voucher string, use VoucherUse, call Call) (VoucherUsed, error) {
	return v.use(ctx, actor, voucher, false, nil, use, call)
}

// UseCode is Use of the voucher whose code somebody shows, with the errors of ByCode.
// Under one key, Use and UseCode of the same voucher are the same command.
func (v *Vouchers) UseCode(ctx context.Context, actor Actor, code string, use VoucherUse, call Call) (VoucherUsed, error) {
	id, err := v.core.voucherOfCode(code)
	return v.use(ctx, actor, id, true, err, use, call)
}

func (v *Vouchers) use(ctx context.Context, actor Actor, id string, shown bool, wrong error, use VoucherUse, call Call) (VoucherUsed, error) {
	return v.change(ctx, vouching{name: "vouchers.use", actor: actor, id: id, shown: shown, call: call, input: use, use: use,
		decide: func(have reward.Voucher, act reward.Act) (reward.VoucherEntry, error) {
			return have.Use(use.ID, use.Member, use.Paid, act)
		},
		before: func() error {
			if wrong == nil && use.Member != "" && !actor.Sees.Allows(use.Member) {
				return &Error{Subject: Subject{KindMember, use.Member}, Err: ErrNotFound}
			}
			return wrong
		}})
}

// Undo undoes a use, or of an amount voucher a part of it, because the purchase was
// returned (撤销核销). paid is zero for a voucher of uses. The errors are those of
// [reward.Voucher.Undo].
func (v *Vouchers) Undo(ctx context.Context, actor Actor, voucher, use string, paid money.Amount, call Call) (VoucherUsed, error) {
	return v.change(ctx, vouching{name: "vouchers.undo", actor: actor, id: voucher, call: call, input: VoucherUse{ID: use, Paid: paid}, use: VoucherUse{ID: use},
		decide: func(have reward.Voucher, act reward.Act) (reward.VoucherEntry, error) {
			return have.Undo(use, paid, act)
		}})
}

// Cancel takes a voucher back, whatever is left of it (作废). The errors are those of
// [reward.Voucher.Cancel].
func (v *Vouchers) Cancel(ctx context.Context, actor Actor, voucher string, call Call) (VoucherUsed, error) {
	return v.change(ctx, vouching{name: "vouchers.cancel", actor: actor, id: voucher, call: call, decide: reward.Voucher.Cancel})
}

// Return takes back a voucher that was never used (退券). What was given for it is for
// the host to give back. One that a redemption gave goes back with
// [Rewards].Return, and its points with it: ErrTransition here. The other errors are
// those of [reward.Voucher.Return].
func (v *Vouchers) Return(ctx context.Context, actor Actor, voucher string, call Call) (VoucherUsed, error) {
	return v.change(ctx, vouching{name: "vouchers.return", actor: actor, id: voucher, call: call, decide: reward.Voucher.Return, alone: true})
}

// vouching is a command on a voucher that was issued.
type vouching struct {
	name   string
	actor  Actor
	id     string
	shown  bool // by its code
	alone  bool // not of a redemption
	call   Call
	input  any
	use    VoucherUse // that it is about; the zero value for none
	decide func(reward.Voucher, reward.Act) (reward.VoucherEntry, error)
	before func() error // refuses without looking at the voucher; nil for nothing
}

func (v *Vouchers) change(ctx context.Context, in vouching) (VoucherUsed, error) {
	c := v.core
	subject := Subject{KindVoucher, in.id}
	cmd := &command{name: in.name, actor: in.actor, subject: subject, call: in.call, input: in.input, queue: []string{turnOf(subject)}}
	return run(ctx, c, cmd, func(ctx context.Context, now time.Time) (d draft, used VoucherUsed, err error) {
		if in.before != nil {
			if err := in.before(); err != nil {
				return d, used, err
			}
		}
		voucher, err := c.seenVoucher(ctx, in.actor, in.id, in.shown)
		if err != nil {
			return d, used, err
		}
		if in.alone && voucher.Redemption != "" {
			return d, used, &Error{Subject: subject, Field: "redemption", Holder: Subject{KindRedemption, voucher.Redemption}, Reason: "goes back with it", Err: ErrTransition}
		}
		if in.use.ID != "" {
			if err := c.nameUses(ctx, &voucher, in.use.ID, in.use.Member); err != nil {
				return d, used, err
			}
		}
		act, err := cmd.rewardAct(now, voucher.Head.Recorded)
		if err != nil {
			return d, used, err
		}
		e, err := in.decide(voucher.State, act)
		if err != nil {
			return d, used, settled(err)
		}
		d.changes, err = voucher.step(c, e)
		return d, VoucherUsed{Voucher: in.id, State: voucher.State.State(act.At), Left: voucher.State.Left(), Remainder: voucher.State.Remainder()}, err
	})
}

// shownVoucher is a voucher as a reader sees it.
func (c *core) shownVoucher(ctx context.Context, actor Actor, id string, shown bool) (Voucher, error) {
	v, err := c.seenVoucher(ctx, actor, id, shown)
	if err != nil {
		return Voucher{}, err
	}
	return c.fullVoucher(ctx, v)
}

// seenVoucher returns a voucher that the actor sees, or that was shown by its code. Its uses
// are only counted.
func (c *core) seenVoucher(ctx context.Context, actor Actor, id string, shown bool) (Voucher, error) {
	v, err := c.voucher(ctx, id)
	if err != nil {
		return Voucher{}, err
	}
	if bearer := v.State.Terms.Member == ""; !(bearer && shown) && !actor.Sees.Allows(v.State.Terms.Member) {
		return Voucher{}, &Error{Subject: Subject{KindVoucher, id}, Err: ErrNotFound}
	}
	return v, nil
}

// voucherOfCode returns the id of the voucher in a code.
func (c *core) voucherOfCode(code string) (string, error) {
	if c.opts.Codes == nil {
		return "", &Error{Field: "codes", Reason: "have no keys", Err: ErrIncomplete}
	}
	return c.opts.Codes.Verify(code)
}

// dueVoucher posts the end of a voucher's validity: a decider of [Due].
func dueVoucher(_ context.Context, c *core, cmd *command, r Record, now time.Time) (draft, error) {
	v, err := voucherOf(r)
	if err != nil || v.State.State(now) != reward.StateExpired || v.State.Ended != 0 {
		return draft{}, err
	}
	act, err := cmd.rewardAct(now, v.Head.Recorded)
	if err != nil {
		return draft{}, err
	}
	e, err := v.State.Expire(act)
	if err != nil {
		return draft{}, err
	}
	changes, err := v.step(c, e)
	return draft{changes: changes}, err
}
