package kvstore

import (
	"encoding"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// applyLoyalty makes all writes of a commit, its releases before its claims, and
// moves the versions.
func (t *step) applyLoyalty(c loyalty.Commit) {
	for _, change := range c.Changes {
		t.applyChange(change)
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if w, ok := w.(loyalty.Claim); ok {
				t.put(join("claim", w.Space, w.Key), change.Subject)
			}
		}
	}
	t.remember(c.Scope, c.Key, c.Recorded, loyalty.Receipt{Fingerprint: c.Fingerprint, Data: c.Receipt, Recorded: c.Recorded})
}

func (t *step) applyChange(c loyalty.Change) {
	of, head := c.Subject, t.reached(c.Subject)
	before := head.Entries
	head.Version++
	for _, w := range c.Writes {
		switch w := w.(type) {
		case loyalty.PutAccount:
			t.putAccount(of.ID, w)
			for i := range w.Entries {
				e := &w.Entries[i]
				head.Entries, head.Recorded = e.Seq, e.Recorded
				t.post(of.ID, e)
			}
		case loyalty.PutRecord:
			t.putLoyaltyRecord(of, w.Record)
		case loyalty.Append:
			head.Entries++
			head.Recorded = w.Entry.Recorded
			t.appendEntry(of, head.Entries, w.Entry)
		case loyalty.Redact:
			t.redactReasons(of, w.Seq, before)
		case loyalty.Emit:
			id, err := t.NextSequence() // in the order of the commits, since there is one writer
			t.fail(err)
			e := w.Event
			e.ID, e.Subject, e.Version, e.Data = id, of, head.Version, document(e.Data)
			t.put(join("event", number(id)), e)
		case loyalty.Release:
			if holder, _ := t.holder(loyalty.Claim(w)); holder == of {
				t.remove(join("claim", w.Space, w.Key))
			}
		}
	}
	t.put(join("head", where(of)), head)
}

func (t *step) putAccount(id string, w loyalty.PutAccount) {
	old, _ := get[loyalty.Standing](t, join("standing", id))
	t.put(join("standing", id), w.Standing)
	t.putBinary(join("state", id), w.State)
	t.list("by-member", old.Member, w.Standing.Member, id)
	t.list("by-household", old.Household, w.Standing.Household, id)
	t.list("due", whether(!old.Due.IsZero()), whether(!w.Standing.Due.IsZero()), id)
}

func (t *step) post(id string, e *points.Entry) {
	at := join(id, number(e.Seq))
	t.putBinary(join("posting", at), e)
	t.list("by-ref", "", e.Ref, at)
}

func (t *step) putLoyaltyRecord(of loyalty.Subject, r loyalty.Record) {
	old, _ := get[loyalty.Record](t, join("record", where(of)))
	r.Subject, r.Head, r.Body = of, loyalty.Head{}, document(r.Body) // the head has a key of its own
	t.put(join("record", where(of)), r)
	t.list("record-by-member", old.Member, r.Member, where(of))
	t.list("record-by-ref", old.Ref, r.Ref, where(of))
	t.list("record-due", whether(!old.Due.IsZero()), whether(!r.Due.IsZero()), where(of))
}

func (t *step) appendEntry(of loyalty.Subject, seq uint64, e loyalty.Entry) {
	e.Subject, e.Seq, e.Data = of, seq, document(e.Data)
	at := join(where(of), number(seq))
	t.put(join("entry", at), e)
	t.list("entry-by-member", "", e.Member, at)
}

// list moves a row from one value of a field to another, and lists none under "".
func (t *step) list(field, from, to, row string) {
	if from != to && from != "" {
		t.remove(join(field, from, row))
	}
	if from != to && to != "" {
		t.put(join(field, to, row), nil)
	}
}

// whether is the value of a field that is or is not.
func whether(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// redactReasons clears the entry seq, or where that is 0 all up to last.
func (t *step) redactReasons(of loyalty.Subject, seq, last uint64) {
	from, until := number(seq), join(number(seq), "")
	if seq == 0 {
		until = number(last + 1)
	}
	if of.Kind == loyalty.KindAccount {
		base := join("posting", of.ID, "")
		for _, key := range t.keys(base+from, base+until, noLimit) {
			e, _ := getEntry(t, key)
			e.Reason = ""
			t.putBinary(key, e)
		}
		return
	}
	base := join("entry", where(of), "")
	for _, key := range t.keys(base+from, base+until, noLimit) {
		e, _ := get[loyalty.Entry](t, key)
		e.Reason = ""
		t.put(key, e)
	}
}

func (t *step) putBinary(key string, value encoding.BinaryMarshaler) {
	data, err := value.MarshalBinary()
	t.fail(err)
	t.fail(t.Put([]byte(key), data))
}
