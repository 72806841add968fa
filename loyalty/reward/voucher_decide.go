package reward

import "github.com/guanxi-go/guanxi/crm/money"

// Issue makes a voucher (发券). ErrInvalid: terms or act break a rule.
func (t VoucherTerms) Issue(act Act) (VoucherEntry, error) {
	return Voucher{}.decide(VoucherEntry{Kind: VoucherIssued, Terms: t, Act: act})
}

// Use uses the voucher once under an id of its own, such as that of the order (核销).
// paid is what it pays, for an amount voucher, and zero for one of uses.
//
// ErrTransition: it does not exist, is used up, cancelled or returned. ErrNotValid:
// before or after its validity, with From and Until. ErrForbidden: it is another
// member's. ErrLimit: the member has used it as often as he may, or more is to be
// paid than remains (in minor units). ErrDuplicate: there is a use with this id.
// ErrInvalid: paid does not fit the terms.
func (v Voucher) Use(use, member string, paid money.Amount, act Act) (VoucherEntry, error) {
	return v.decide(VoucherEntry{Kind: VoucherUsed, Use: use, Member: member, Paid: paid, Act: act})
}

// Undo undoes a use, or of an amount voucher a part of it, because the purchase was
// returned (撤销核销). The voucher can be used again as long as it is valid; after that
// it is expired. ErrNotFound: no such use, or it is undone already. ErrOverReversal:
// more than the use still stands for. ErrTransition: it was cancelled or returned.
func (v Voucher) Undo(use string, paid money.Amount, act Act) (VoucherEntry, error) {
	return v.decide(VoucherEntry{Kind: VoucherUndone, Use: use, Paid: paid, Act: act})
}

// Expire posts the end of the validity, once (过期): the entry takes effect then,
// whenever it is recorded, and has what remained as Paid. At of the act is not read.
// ErrTransition: it is not expired, has no end, or has ended already.
func (v Voucher) Expire(act Act) (VoucherEntry, error) {
	if v.Ended != 0 || v.State(act.Recorded) != StateExpired {
		return VoucherEntry{}, refuse(ErrTransition, "expired", "it does not expire, or not yet, or has ended")
	}
	act.At = v.Terms.Until
	return v.decide(VoucherEntry{Kind: VoucherExpired, Paid: v.lost(), Act: act})
}

// Cancel takes a voucher back, whatever is left of it (作废), which is Paid of the
// entry. ErrTransition: nothing is left, or it has ended.
func (v Voucher) Cancel(act Act) (VoucherEntry, error) {
	return v.decide(VoucherEntry{Kind: VoucherCancelled, Paid: v.lost(), Act: act})
}

// Return takes back a voucher that was never used (退券), so that what was given for
// it can be given back; Paid of the entry is its amount. ErrTransition: a use stands, or it has ended or expired.
func (v Voucher) Return(act Act) (VoucherEntry, error) {
	return v.decide(VoucherEntry{Kind: VoucherReturned, Paid: v.lost(), Act: act})
}

// lost is what an amount voucher that ends can no longer pay.
func (v *Voucher) lost() money.Amount {
	if left := v.Remainder(); left.Minor > 0 {
		return left
	}
	return money.Amount{}
}

func (v Voucher) decide(e VoucherEntry) (VoucherEntry, error) {
	e.Act = e.Act.settled()
	if _, err := v.With(e); err != nil {
		return VoucherEntry{}, err
	}
	return e, nil
}

// refuses says why an entry cannot follow.
func (v *Voucher) refuses(e *VoucherEntry) error {
	kind, at := e.Kind.String(), e.Act.At
	if (e.Kind == VoucherIssued) == v.Exists() {
		return refuse(ErrTransition, kind, "a voucher is issued first, and once")
	}
	ends := e.Kind == VoucherExpired || e.Kind == VoucherCancelled || e.Kind == VoucherReturned
	if e.Kind == VoucherIssued && e.Paid != (money.Amount{}) || ends && e.Paid != v.lost() {
		return refuse(ErrInvalid, "paid", "is not what remains")
	}
	switch e.Kind {
	case VoucherUsed:
		return v.refusesUse(e)
	case VoucherUndone:
		return v.refusesUndo(e)
	case VoucherExpired:
		if v.Terms.Until.IsZero() || !at.Equal(v.Terms.Until) || v.State(at) != StateExpired || v.Ended != 0 {
			return refuse(ErrTransition, kind, "it does not expire then, or has ended")
		}
		if e.Act.Recorded.Before(v.LastRecorded) {
			return refuse(ErrConflict, "recorded", "is before that of the last entry")
		}
	case VoucherCancelled:
		if state := v.State(at); state != StateIssued {
			return refuse(ErrTransition, kind, "it is "+state.String())
		}
	case VoucherReturned:
		if state := v.State(at); state != StateIssued || len(v.Uses) > 0 {
			return refuse(ErrTransition, kind, "it was used, or is "+state.String())
		}
	}
	return nil
}

func (v *Voucher) refusesUse(e *VoucherEntry) error {
	t, at := &v.Terms, e.Act.At
	switch state := v.State(at); {
	case state == StateExpired || at.Before(t.From):
		return &Error{Field: "voucher", Item: -1, From: t.From, Until: t.Until, Reason: "is used outside its validity", Err: ErrNotValid}
	case state != StateIssued:
		return refuse(ErrTransition, "used", "it is "+state.String())
	case !v.paidFits(e.Paid):
		return refuse(ErrInvalid, "paid", "does not fit the voucher's terms")
	case t.Member != "" && e.Member != t.Member:
		return refuse(ErrForbidden, "member", "it is another member's")
	case v.find(e.Use) >= 0:
		return refuseID(ErrDuplicate, "use", e.Use, "is there already")
	case t.UsesPerMember > 0 && e.Member == "":
		return refuse(ErrInvalid, "member", "is missing, and uses are limited per member")
	case t.UsesPerMember > 0 && v.usedBy(e.Member) >= t.UsesPerMember:
		return exceeds(ErrLimit, "uses_per_member", "", v.usedBy(e.Member), t.UsesPerMember, "has been used as often as a member may")
	case t.Value.Minor > 0 && e.Paid.Minor > v.Remainder().Minor:
		return exceeds(ErrLimit, "paid", "", e.Paid.Minor, v.Remainder().Minor, "is more than remains")
	case len(v.Uses) >= maxUses:
		return exceeds(ErrLimit, "uses", "", maxUses, maxUses, "are as many as a voucher can have")
	}
	return nil
}

func (v *Voucher) refusesUndo(e *VoucherEntry) error {
	i := v.find(e.Use)
	switch {
	case v.Ended == StateCancelled || v.Ended == StateReturned:
		return refuse(ErrTransition, "undone", "it is "+v.Ended.String())
	case i < 0:
		return refuseID(ErrNotFound, "use", e.Use, "there is no such use")
	case !v.paidFits(e.Paid):
		return refuse(ErrInvalid, "paid", "does not fit the voucher's terms")
	case e.Paid.Minor > v.Uses[i].Paid.Minor:
		return exceeds(ErrOverReversal, "paid", "", e.Paid.Minor, v.Uses[i].Paid.Minor, "is more than the use still stands for")
	}
	return nil
}
