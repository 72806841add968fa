package reward

// SignedVoucher is a voucher that a batch made: its id, the entry for its journal, and its
// code, which is in no other place.
type SignedVoucher struct {
	ID    string
	Entry VoucherEntry
	Code  Code
}

// IssueBatch makes a voucher on the same terms for each id, in their order, with its
// code (批量发券). The ids are the host's, for example consecutive numbers: that they
// can be guessed does no harm, for the codes cannot.
//
// ErrInvalid: terms or act break a rule, or an id does; ErrDuplicate: an id stands
// twice; both with Item. ErrNotFound: codes has no key. Nothing is issued then.
func (t VoucherTerms) IssueBatch(ids []string, codes *Codes, act Act) ([]SignedVoucher, error) {
	entry, err := t.Issue(act)
	if err != nil {
		return nil, err
	}
	mac := codes.signer()
	if mac == nil {
		return nil, refuse(ErrNotFound, "keys", "there is none to sign with")
	}
	batch := make([]SignedVoucher, len(ids))
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		if !validID(id) {
			return nil, refuseItem(ErrInvalid, "ids", i, notID)
		}
		if seen[id] {
			return nil, refuseItem(ErrDuplicate, "ids", i, "stands twice")
		}
		seen[id] = true
		batch[i] = SignedVoucher{id, entry, codes.sign(mac, id)}
	}
	return batch, nil
}
