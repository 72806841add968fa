package loyalty

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/privacy"
)

// Erasure says how a member is forgotten.
type Erasure struct {
	// Forfeit lets the points lapse that the member has left, as in [Closing]: nobody
	// could spend them any more. Without it a member who has some is not forgotten.
	Forfeit bool
	Holds   []privacy.Hold // legal holds that the host knows of
}

// Erased is what [Members].Forget did.
type Erased struct {
	Member    string `json:"member"`
	Forfeited int64  `json:"forfeited,omitzero"` // balance that lapsed
	Redacted  int    `json:"redacted,omitzero"`  // entries whose reasons were cleared
}

func (e *Erased) replay() {}

// Forget erases a member (被遗忘): every reason in the journals of the member's
// accounts, and of all that is or was theirs, is cleared, and so are those of others
// that were written about the same deed: the other side of a transfer, the other
// accounts of a household that spent together. The devices are dropped. The member
// leaves the household, and member and accounts are forgotten: commands on them are
// [ErrForgotten]. Ids, codes, amounts and instants stay, so every count and sum is as
// before, but for what was forfeited. Receipts and events hold nothing personal.
//
// First the member is marked, in one commit with all accounts, so that nothing new is
// written about them; then the reasons are cleared, subject by subject, each in a
// commit of its own. An error in between leaves the member marked: send the command
// again, and it goes on. Forgetting somebody twice does nothing. The Key and the
// Reason of the call are not kept.
//
// What the host keeps itself (who the id stands for, its order tables, its logs) is
// the host's to erase; so is what the database keeps of old pages (see the adapter).
//
// ErrConflict while a legal hold is active. ErrTransition: the member has points,
// holds or debt left that Erasure does not forfeit.
func (m *Members) Forget(ctx context.Context, actor Actor, member string, e Erasure, call Call) (Erased, error) {
	for _, hold := range e.Holds {
		if hold.Active(m.core.now()) {
			return Erased{}, &Error{Subject: Subject{KindMember, member}, Field: "holds", Reason: "one is active", Err: ErrConflict}
		}
	}
	call.Key, call.Reason = "", ""
	of, err := m.core.member(ctx, actor, member)
	if err != nil {
		return Erased{}, err
	}
	done := Erased{Member: member}
	if of.Status != Forgotten {
		if done, err = m.mark(ctx, actor, member, e.Forfeit, call); err != nil {
			return Erased{}, err
		}
		if of, err = m.core.member(ctx, actor, member); err != nil {
			return done, err
		}
	}
	found := traces{core: m.core, at: map[Subject]map[uint64]bool{}}
	if err := found.of(ctx, &of); err != nil {
		return done, err
	}
	done.Redacted, err = found.clear(ctx, actor)
	return done, err
}

// mark sets the status behind which nothing new is written about the member.
func (m *Members) mark(ctx context.Context, actor Actor, member string, forfeit bool, call Call) (Erased, error) {
	cmd := &command{name: "members.forget", actor: actor, subject: Subject{KindMember, member}, call: call, queue: m.core.turns(ctx, member)}
	return run(ctx, m.core, cmd, func(ctx context.Context, now time.Time) (draft, Erased, error) {
		of, err := m.core.member(ctx, actor, member)
		switch {
		case err != nil:
			return draft{}, Erased{}, err
		case of.Into != "":
			return draft{}, Erased{}, &Error{Subject: cmd.subject, Holder: Subject{KindMember, of.Into}, Err: ErrMerged}
		case of.Status == Forgotten:
			return draft{}, Erased{Member: member}, nil
		}
		d, forfeited, err := m.core.endMembership(ctx, cmd, &of, Forgotten, forfeit, now)
		if err != nil {
			return draft{}, Erased{}, err
		}
		noted, err := of.note(m.core, cmd, entryForgotten, fact{}, now)
		d.changes = append(d.changes, noted)
		return d, Erased{Member: member, Forfeited: forfeited}, err
	})
}

// possessions are the kinds of record that belong to the member whom they name.
var possessions = [...]Kind{KindOrder, KindRedemption, KindReferral, KindReview, KindVoucher, KindVoucherUse}

// traces are entries with a reason that may be about a member.
type traces struct {
	*core
	at map[Subject]map[uint64]bool
}

func (t *traces) add(s Subject, seq uint64) {
	if t.at[s] == nil {
		t.at[s] = map[uint64]bool{}
	}
	t.at[s][seq] = true
}

// entries adds the entries of a listing that have a reason, and that concern the
// member.
func (t *traces) entries(rows iter.Seq2[Entry, error], concerns func(Entry) bool) error {
	for e, err := range rows {
		if err != nil {
			return err
		}
		if e.Reason != "" && concerns(e) {
			t.add(e.Subject, e.Seq)
		}
	}
	return nil
}

// of finds the traces of a member, and of those who were merged into them.
func (t *traces) of(ctx context.Context, m *Member) error {
	all := func(Entry) bool { return true }
	households := map[string]bool{}
	for _, id := range append([]string{m.ID}, m.Merged...) {
		if err := t.entries(t.store.Entries(ctx, EntryFilter{Member: id}), all); err != nil {
			return err
		}
		if err := t.entries(t.store.Entries(ctx, EntryFilter{Subject: Subject{KindMember, id}}), all); err != nil {
			return err
		}
		for _, kind := range possessions {
			for r, err := range t.store.Records(ctx, RecordFilter{Kind: kind, Member: id}) {
				if err == nil {
					err = t.entries(t.store.Entries(ctx, EntryFilter{Subject: r.Subject}), all)
				}
				if err != nil {
					return err
				}
			}
		}
		for e, err := range t.store.Entries(ctx, EntryFilter{Of: KindHousehold, Member: id}) {
			if err != nil {
				return err
			}
			households[e.Subject.ID] = true
		}
	}
	for _, id := range m.Accounts {
		if err := t.account(ctx, id); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(households)) {
		if err := t.pool(ctx, id, m.Accounts); err != nil {
			return err
		}
	}
	return nil
}

// account adds all postings of an account, and the other sides of its transfers,
// which were recorded at the same instant.
func (t *traces) account(ctx context.Context, id string) error {
	for p, err := range t.store.Postings(ctx, PostingFilter{Account: id}) {
		if err != nil {
			return err
		}
		if p.Entry.Reason != "" {
			t.add(Subject{KindAccount, id}, p.Entry.Seq)
		}
		if p.Entry.Peer == "" {
			continue
		}
		at := PostingFilter{Account: p.Entry.Peer, RecordedFrom: p.Entry.Recorded, RecordedUntil: p.Entry.Recorded.Add(time.Microsecond)}
		for other, err := range t.store.Postings(ctx, at) {
			if err != nil {
				return err
			}
			if other.Entry.Peer == id && other.Entry.Reason != "" {
				t.add(Subject{KindAccount, other.Account}, other.Entry.Seq)
			}
		}
	}
	return nil
}

// pool adds what a household spent, or got back, together with one of the accounts.
func (t *traces) pool(ctx context.Context, household string, accounts []string) error {
	for e, err := range t.store.Entries(ctx, EntryFilter{Subject: Subject{KindHousehold, household}}) {
		if err != nil {
			return err
		}
		if e.Kind != poolBurned && e.Kind != poolRefunded {
			continue
		}
		pooled, err := dataOf[poolEntry](e)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(pooled.Parts, func(p poolPart) bool { return slices.Contains(accounts, p.Account) }) {
			continue
		}
		if e.Reason != "" {
			t.add(e.Subject, e.Seq)
		}
		for _, part := range pooled.Parts {
			entry, err := t.posting(ctx, Place{part.Account, part.Seq})
			if err != nil {
				return err
			}
			if entry.Reason != "" {
				t.add(Subject{KindAccount, part.Account}, part.Seq)
			}
		}
	}
	return nil
}

// redactions is how many entries one commit clears at most.
const redactions = MaxWrites / 2

// clear clears the traces, and returns how many there were.
func (t *traces) clear(ctx context.Context, actor Actor) (int, error) {
	n := 0
	for _, subject := range slices.SortedFunc(maps.Keys(t.at), Subject.Compare) {
		for seqs := range slices.Chunk(slices.Sorted(maps.Keys(t.at[subject])), redactions) {
			cmd := &command{name: "members.redact", actor: actor, subject: subject}
			if subject.Kind == KindAccount {
				cmd.queue = []string{subject.ID}
			}
			_, err := run(ctx, t.core, cmd, func(ctx context.Context, _ time.Time) (draft, Erased, error) {
				head, err := t.store.Head(ctx, subject)
				writes := make([]Write, len(seqs))
				for i, seq := range seqs {
					writes[i] = Redact{seq}
				}
				return draft{changes: []Change{{Subject: subject, Expect: head.Version, Writes: writes}}}, Erased{}, err
			})
			if err != nil {
				return n, err
			}
			n += len(seqs)
		}
	}
	return n, nil
}

// Copy builds what a member gets who asks for their data (查阅复制): everything kept
// about them, in the sections member, accounts, postings, records and entries. request
// is the id of the request, or empty. Of a household it says which one, and nothing of
// its other members.
func (m *Members) Copy(ctx context.Context, actor Actor, member, request string) (privacy.Copy, error) {
	return read(ctx, m.core, "members.copy", actor, Subject{KindMember, member}, func() (privacy.Copy, error) {
		of, err := m.core.activeMember(ctx, actor, member)
		if err != nil {
			return privacy.Copy{}, err
		}
		return m.core.copyOf(ctx, &of, request)
	})
}

// copyOf is everything kept about a member, and about those who were merged into them.
func (c *core) copyOf(ctx context.Context, m *Member, request string) (privacy.Copy, error) {
	accounts, err := c.accountsOf(ctx, m)
	if err != nil {
		return privacy.Copy{}, err
	}
	var postings []Posting
	for _, id := range m.Accounts {
		own, err := collect(c.store.Postings(ctx, PostingFilter{Account: id}))
		if err != nil {
			return privacy.Copy{}, err
		}
		postings = append(postings, own...)
	}
	records, entries, err := c.belongings(ctx, m)
	if err != nil {
		return privacy.Copy{}, err
	}
	sections := make([]privacy.Section, 5)
	var errs [5]error
	sections[0], errs[0] = privacy.SectionOf("member", []*Member{m})
	sections[1], errs[1] = privacy.SectionOf("accounts", accounts)
	sections[2], errs[2] = privacy.SectionOf("postings", postings)
	sections[3], errs[3] = privacy.SectionOf("records", records)
	sections[4], errs[4] = privacy.SectionOf("entries", entries)
	if err := cmp.Or(errs[:]...); err != nil {
		return privacy.Copy{}, err
	}
	return privacy.NewCopy(privacy.CopyHead{Party: m.ID, Request: request, AsOf: c.now()}, sections...)
}

// belongings are the records that belong to a member, and the entries of those and of
// whatever else names the member, each once.
func (c *core) belongings(ctx context.Context, m *Member) (records []Record, entries []Entry, err error) {
	found := map[Position]Entry{}
	keep := func(filter EntryFilter) error {
		for e, err := range c.store.Entries(ctx, filter) {
			if err != nil {
				return err
			}
			found[e.Position()] = e
		}
		return nil
	}
	for _, id := range append([]string{m.ID}, m.Merged...) {
		if err := keep(EntryFilter{Member: id}); err != nil {
			return nil, nil, err
		}
		for _, kind := range possessions {
			own, err := collect(c.store.Records(ctx, RecordFilter{Kind: kind, Member: id}))
			if err != nil {
				return nil, nil, err
			}
			for _, r := range own {
				if err := keep(EntryFilter{Subject: r.Subject}); err != nil {
					return nil, nil, err
				}
			}
			records = append(records, own...)
		}
	}
	entries = slices.SortedFunc(maps.Values(found), func(a, b Entry) int { return a.Position().Compare(b.Position()) })
	return records, entries, nil
}
