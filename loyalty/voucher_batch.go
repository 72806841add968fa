package loyalty

import (
	"context"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Issue makes a voucher (发券). An id of "" has one made; one that is a whole number
// makes a code that can be typed, of about 24 symbols. The voucher of a member needs
// one who is there and open; one of the bearer, an actor who sees [Everyone].
//
// ErrInvalid: terms that break a rule of [reward.VoucherTerms]; ErrDuplicate: there is
// a voucher with this id; ErrForbidden: it is for the bearer, and the actor does not
// see everyone.
func (v *Vouchers) Issue(ctx context.Context, actor Actor, id string, terms reward.VoucherTerms, call Call) (Issued, error) {
	batch := VoucherBatch{IDs: []string{id}}
	if id == "" {
		batch = VoucherBatch{N: 1}
	}
	return v.issue(ctx, "vouchers.issue", actor, terms, batch, call)
}

// VoucherBatch says how many vouchers are issued: one for each of IDs, up to 999,
// or N whose ids are made, up to [MaxVouchers].
type VoucherBatch struct {
	IDs []string `json:"ids,omitempty"` // such as consecutive numbers: what cannot be guessed are the codes
	N   int      `json:"n,omitzero"`
}

// IssueBatch makes vouchers on the same terms, all or none (批量发券), with the errors of
// Issue. More of them are several batches, each with a key of its own.
func (v *Vouchers) IssueBatch(ctx context.Context, actor Actor, terms reward.VoucherTerms, batch VoucherBatch, call Call) (Issued, error) {
	return v.issue(ctx, "vouchers.issue-batch", actor, terms, batch, call)
}

func (v *Vouchers) issue(ctx context.Context, name string, actor Actor, terms reward.VoucherTerms, batch VoucherBatch, call Call) (Issued, error) {
	c := v.core
	terms = floored(terms)
	i := issuing{core: c, actor: actor, terms: terms, ids: batch.IDs, made: len(batch.IDs) == 0, wrong: batch.check()}
	if i.wrong == nil {
		for range batch.N {
			i.ids = append(i.ids, c.opts.NewID())
		}
	}
	cmd := &command{name: name, actor: actor, made: true, call: call, input: struct {
		Terms reward.VoucherTerms
		Batch VoucherBatch
	}{terms, batch}}
	if len(i.ids) == 1 {
		cmd.subject = Subject{KindVoucher, i.ids[0]}
	}
	i.cmd = cmd
	done, err := run(ctx, c, cmd, i.decide)
	if err != nil {
		return Issued{}, err
	}
	if !i.made {
		done.Vouchers = batch.IDs // the receipt need not repeat what the command says
	}
	done.Codes, err = c.signVouchers(done.Vouchers)
	return done, err
}

func (b *VoucherBatch) check() error {
	refuse := func(field, reason string) error { return &Error{Field: field, Reason: reason, Err: ErrInvalid} }
	switch most := MaxChanges - 1; {
	case (len(b.IDs) > 0) == (b.N > 0) || b.N < 0:
		return refuse("ids", "or n is needed, and only one of them")
	case len(b.IDs) > most:
		return refuse("ids", "are more than "+strconv.Itoa(most))
	case b.N > MaxVouchers:
		return refuse("n", "is above "+strconv.Itoa(MaxVouchers))
	}
	return nil
}

// issuing are vouchers on their way.
type issuing struct {
	core  *core
	cmd   *command
	actor Actor
	terms reward.VoucherTerms
	ids   []string
	made  bool  // the ids
	wrong error // with the batch
	tried bool
}

func (i *issuing) decide(ctx context.Context, now time.Time) (d draft, done Issued, err error) {
	if i.wrong != nil {
		return d, done, i.wrong
	}
	if d.require, err = i.holder(ctx); err != nil {
		return d, done, err
	}
	act, err := i.cmd.rewardAct(now, time.Time{})
	if err != nil {
		return d, done, err
	}
	// That the ids are free is what the commit expects. Only where it was refused do
	// they have to be looked at, one by one.
	if i.tried {
		for _, id := range i.ids {
			if err := i.core.unused(ctx, Subject{KindVoucher, id}); err != nil {
				return d, done, err
			}
		}
	}
	i.tried = true
	for _, id := range i.ids {
		v := Voucher{ID: id}
		changes, err := v.issue(i.core, i.terms, act)
		if err != nil {
			return d, done, err
		}
		d.changes = append(d.changes, changes...)
	}
	if i.made {
		done.Vouchers = i.ids
	}
	return d, done, nil
}

// holder checks whose vouchers they will be.
func (i *issuing) holder(ctx context.Context) ([]Expect, error) {
	if i.terms.Member == "" {
		if !i.actor.Sees.Allows("") {
			return nil, &Error{Field: "member", Reason: "is missing, and the actor does not see everyone", Err: ErrForbidden}
		}
		return nil, nil
	}
	m, err := i.core.openMember(ctx, i.actor, i.terms.Member)
	return []Expect{{Subject{KindMember, m.ID}, m.Head.Version}}, err
}

// signVouchers returns the codes of vouchers, in their order.
func (c *core) signVouchers(ids []string) ([]reward.Code, error) {
	if c.opts.Codes == nil || len(ids) == 0 {
		return nil, nil
	}
	codes := make([]reward.Code, len(ids))
	for i, id := range ids {
		var err error
		if codes[i], err = c.opts.Codes.Sign(id); err != nil {
			return nil, err
		}
	}
	return codes, nil
}
