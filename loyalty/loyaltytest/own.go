package loyaltytest

import (
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// What the shared cases take from this domain: writes that only it can make, and the
// sentences of its contract that are not those of the others.

// more is an account, changed by each of the writes that fit it.
func more() []storetest.Change {
	return []storetest.Change{{Subject: neutralSubject(account("p")), Writes: []storetest.Write{
		storetest.Own{Write: fullBook().put(fullStanding(), 0)}, storetest.Claim{Space: "phone", Key: "138"}, storetest.Emit{Event: storetest.Event{Kind: "k", At: minute(1)}}}}}
}

// unknown is a kind of write of which no store has heard: it has the unexported
// method only because it embeds the interface.
type unknown struct{ loyalty.Write }

func unknowns(text string) []storetest.Write {
	return owned(unknown{}, &unknown{}, unknown{put(text)}, unknown{loyalty.Claim{Space: text, Key: text}})
}

// pointers are writes that are not passed by value: a pointer implements Write as
// well, and no store knows it.
func pointers() map[storetest.Subject][]storetest.Write {
	record, entry, emit := put(`2`), line(2), event(1)
	return map[storetest.Subject][]storetest.Write{
		neutralSubject(thing("a")): owned(&record, &entry, &emit, &loyalty.Claim{Space: "phone", Key: "2"}, &loyalty.Release{Space: "phone", Key: "1"},
			&loyalty.Redact{}, (*loyalty.Redact)(nil)),
		neutralSubject(account("p")): owned(&loyalty.PutAccount{Standing: fullStanding()}),
	}
}

func owned(writes ...loyalty.Write) (all []storetest.Write) {
	for _, w := range writes {
		all = append(all, storetest.Own{Write: w})
	}
	return all
}

// broken are commits in which only this domain finds a fault.
func broken() map[string]storetest.Commit {
	a, p := neutralSubject(thing("a")), neutralSubject(account("p"))
	one := func(s storetest.Subject, writes ...loyalty.Write) storetest.Commit {
		return storetest.Commit{Changes: []storetest.Change{{Subject: s, Writes: owned(writes...)}}}
	}
	account := func(spoil func(*loyalty.PutAccount)) storetest.Commit {
		w := earns(fullStanding(), 0, 3)
		spoil(&w)
		return one(p, w)
	}
	standing := func(spoil func(*loyalty.Standing)) storetest.Commit {
		return account(func(w *loyalty.PutAccount) { spoil(&w.Standing) })
	}
	return map[string]storetest.Commit{
		"a record in a state with capitals": one(a, loyalty.PutRecord{Record: loyalty.Record{State: "Open"}}),
		"an account of a thing":             one(a, earns(of("m"), 0, 1)),
		"a record of an account":            one(p, put(`1`)),
		"an entry of an account":            one(p, line(1)),
		"an account put twice":              one(p, earns(of("m"), 0, 1), earns(of("m"), 1, 2)),
		"a status that is unknown":          one(p, stands(loyalty.Standing{Member: "m", Status: 99})),
		"no status":                         one(p, stands(loyalty.Standing{Member: "m"})),
		"no member":                         one(p, stands(of(""))),
		"entries behind their state":        account(func(w *loyalty.PutAccount) { w.State.Seq++ }),
		"entries beyond their state":        account(func(w *loyalty.PutAccount) { w.Entries = w.Entries[:1] }),
		"entries with a gap":                account(func(w *loyalty.PutAccount) { w.Entries = append(w.Entries[:1:1], w.Entries[2:]...) }),
		"a posting of no kind":              account(func(w *loyalty.PutAccount) { w.Entries[1].Kind = 0 }),
		"a posting recorded at no instant":  account(func(w *loyalty.PutAccount) { w.Entries[1].Recorded = time.Time{} }),
		"a tier that is too long":           standing(func(st *loyalty.Standing) { st.Tier.Code = strings.Repeat("x", loyalty.MaxID+1) }),
		"a household that is no UTF-8":      standing(func(st *loyalty.Standing) { st.Household = "\xff" }),
		"a counter that is too long":        standing(func(st *loyalty.Standing) { st.Counters[0].Cap = strings.Repeat("x", loyalty.MaxID+1) }),
	}
}

// quotes are the sentences that stand in this contract alone: the case that holds
// each, where it stands, and its words.
var quotes = [][3]string{
	{"version/guards-all", "Kind", "A store treats only KindAccount apart; every other kind is kept as a Record, so a new kind asks nothing of a store."},
	{"version/guards-all", "Subject", "Subject is whatever has a version: its record and its journal are guarded by one number."},
	{"entries/numbered-as-appended", "Store: Vocabulary", "a journal of entries, numbered 1, 2, 3: of an account Posting, of every other kind Entry;"},
	{"entries/numbered-as-appended", "Append", "Append adds an entry to the journal of a subject that is no account."},
	{"key/receipt", "ClaimReader.Receipt", "Receipt returns what the commit with this key left, or ErrNotFound."},
	{"write/record", "PutRecord", "PutRecord replaces the record of a subject that is no account."},
	{"write/entry", "Append", "Append adds an entry to the journal of a subject that is no account."},
	{"write/last-of-a-change-wins", "Store: Commit", "Within a change, writes are applied in order, and a later record replaces the earlier one;"},
	{"write/append-leaves-the-record", "Store: Commit", "A change that puts no record leaves the record as it is."},
	{"claim/one-holder", "Claim", "in a space: of a voucher's id, a card, a device."},
	{"error/fields", "Store: Errors", "with Subject, who wanted the key, Field, its space, and Holder for ErrTaken; with Subject for ErrUnsupported."},
	{"order/records-by-id", "Store: Order", "Listings are in byte order: accounts and records by id, postings by account and number, entries by subject (kind, then id) and number."},
	{"order/entries-by-subject-and-number", "Position", "Position is where an entry stands in a listing: by subject, then by number."},
	{"order/after-what-is-not-there", "EntryFilter.After", "only behind this position"},
	{"due/pages", "RecordFilter.DueBefore", "records to which time does something before this instant"},
	{"filter/records", "RecordFilter", "which is required, as AccountFilter does."},
	{"filter/records", "RecordFilter.Member", "records that belong to this member"},
	{"filter/records", "RecordFilter.DueBefore", "records to which time does something before this instant"},
	{"filter/entries", "EntryFilter", "EntryFilter narrows Store.Entries, as AccountFilter does."},
	{"filter/entries", "EntryFilter", "A subject, a kind of subject or a member is required."},
	{"filter/entries", "EntryFilter.Of", "entries of subjects of this kind"},
	{"filter/entries", "EntryFilter.Member", "entries that concern this member"},
	{"filter/entries", "JournalReader.Entries", "A filter without subject, kind and member is ErrInvalid."},
	{"invalid/every-fault", "Commit.Validate", "two PutAccount of one change, entries of an account that are not numbered up to its state, a key without a scope, a claim made twice."},
	{"erasure/redact-all", "Store: Erasure", "After a Redact the cleared reasons, and after a Release the key, are nowhere in the store."},
	{"erasure/redact-one", "Redact", "Redact clears Reason of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change."},
	{"erasure/release", "Store: Erasure", "after a Release the key, are nowhere in the store."},
	{"erasure/keeps-the-place", "Store: Erasure", "What is left of a subject keeps its version, its entries' amounts and codes, and its place in every listing."},
}
