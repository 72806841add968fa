package crmtest

import (
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// What the shared cases take from this domain: writes that only it can make, and the
// sentences of its contract that are not those of the others.

// more is a customer, changed by each of the writes that fit it, but for the profile,
// which not every store can write.
func more() []storetest.Change {
	return []storetest.Change{{Subject: neutralSubject(person("p")), Writes: append(writesOf(crm.PutStanding{Standing: fullStanding()}, crm.Append{Entry: fullEntry(1)}),
		storetest.Claim{Space: "phone", Key: "138"}, storetest.Emit{Event: storetest.Event{Kind: "k", At: minute(1)}})}}
}

// unknown is a kind of write of which no store has heard: it has the unexported
// method only because it embeds the interface.
type unknown struct{ crm.Write }

func unknowns(text string) []storetest.Write {
	return writesOf(unknown{}, &unknown{}, unknown{put(text)}, unknown{crm.Claim{Space: text, Key: text}})
}

// pointers are writes that are not passed by value: a pointer implements Write as
// well, and no store knows it.
func pointers() map[storetest.Subject][]storetest.Write {
	record, entry, emit := put(`2`), line("j", 2), event(1)
	return map[storetest.Subject][]storetest.Write{
		neutralSubject(thing("a")): writesOf(&record, &entry, &emit, &crm.Claim{Space: "phone", Key: "2"}, &crm.Release{Space: "phone", Key: "1"},
			&crm.Redact{}, (*crm.Redact)(nil)),
		neutralSubject(person("p")): writesOf(&crm.PutProfile{Profile: sampleProfile(1)}, &crm.PutStanding{Standing: fullStanding()}),
	}
}

func writesOf(writes ...crm.Write) (all []storetest.Write) {
	for _, w := range writes {
		all = append(all, storetest.Own{Write: w})
	}
	return all
}

// broken are commits in which only this domain finds a fault.
func broken() map[string]storetest.Commit {
	a, p := neutralSubject(thing("a")), neutralSubject(person("p"))
	one := func(s storetest.Subject, w crm.Write) storetest.Commit {
		return storetest.Commit{Changes: []storetest.Change{{Subject: s, Writes: writesOf(w)}}}
	}
	entry := func(spoil func(*crm.Entry)) storetest.Commit {
		e := fullEntry(1)
		spoil(&e)
		return one(a, crm.Append{Entry: e})
	}
	return map[string]storetest.Commit{
		"a profile of a thing":           one(a, crm.PutProfile{Profile: sampleProfile(1)}),
		"a standing of a thing":          one(a, crm.PutStanding{}),
		"a record of a customer":         one(p, put(`1`)),
		"a standing in an unknown state": one(p, crm.PutStanding{Standing: crm.Standing{Relationship: crm.Placed[stage.Relationship]{State: 99}}}),
		"a claimant who is no id":        one(p, crm.PutStanding{Standing: crm.Standing{Holding: owner.Holding{Claimants: []string{"\xff"}}}}),
		"a loss that was at no instant":  one(p, crm.PutStanding{Standing: crm.Standing{Holding: owner.Holding{Losses: []owner.Loss{{At: storetest.BrokenInstants()[0]}}}}}),
		"a parent that is too long":      one(p, crm.PutProfile{Profile: parentProfile(strings.Repeat("x", crm.MaxID+1))}),
		"an entry without a journal":     entry(func(e *crm.Entry) { e.Journal = "" }),
		"an entry with NUL in its text":  entry(func(e *crm.Entry) { e.Text = "a\x00b" }),
	}
}

// quotes are the sentences that stand in this contract alone: the case that holds
// each, where it stands, and its words.
var quotes = [][3]string{
	{"version/guards-all", "Kind", "A store treats only KindCustomer apart; every other kind is kept as a Record, so a new kind asks nothing of a store."},
	{"head/version-entries-recorded", "Head.Entries", "how many entries were appended, over all its journals"},
	{"key/receipt", "ClaimReader.Receipt", "Receipt returns what the commit with this key left, or ErrNotFound."},
	{"write/record", "PutRecord", "PutRecord replaces the record of a subject that is no customer."},
	{"write/entry", "Append", "Append adds an entry to a journal of the subject."},
	{"write/first-record-makes-the-record", "Store: Commit", "The first PutProfile makes a customer exist, the first PutRecord any other subject's record."},
	{"claim/one-holder", "Claim", "in a space: of a telephone number, a credit code, a voucher."},
	{"claim/swap", "Store: Commit", "So two customers can swap their telephone numbers in one commit."},
	{"error/fields", "Store: Errors", "with Subject, who wanted the key, Field, its space, and Holder for ErrTaken; with Subject for ErrUnsupported."},
	{"order/records-by-id", "Store: Order", "Listings are in byte order: customers and records by id, entries by subject (kind, then id) and number."},
	{"order/entries-by-subject-and-number", "Position", "Position is a place in the order of entries."},
	{"order/after-what-is-not-there", "EntryFilter.After", "only entries behind this one"},
	{"due/pages", "RecordFilter.DueBefore", "records due before this instant"},
	{"filter/records", "RecordFilter", "which is required, as CustomerFilter does."},
	{"filter/entries", "JournalReader.Entries", "A filter without subject, contact and journal is ErrInvalid."},
	{"limit/text", "MaxText", "bytes of an entry's reason, text, private and data part"},
	{"erasure/redact-all", "Store: Erasure", "after a Redact the cleared texts are not."},
	{"erasure/redact-all", "Redact", "Redact clears Reason, Text and Private of the subject's entry Seq, or,"},
	{"erasure/redact-one", "Redact", "Redact clears Reason, Text and Private of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change."},
	{"erasure/release", "Store: Erasure", "after a Release the key is not;"},
	{"erasure/keeps-the-place", "Store: Erasure", "What is left of a subject that was erased keeps its version, its entries' codes and amounts, and its place in every listing."},
}
