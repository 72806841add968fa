package samplingtest

import (
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// What the shared cases take from this domain: writes that only it can make, and the
// sentences of its contract that are not those of the others.

func put(body string) sampling.PutRecord {
	return sampling.PutRecord{Record: sampling.Record{Body: json.RawMessage(body)}}
}

// unknown is a kind of write of which no store has heard: it has the unexported
// method only because it embeds the interface.
type unknown struct{ sampling.Write }

func unknowns(text string) []storetest.Write {
	return []storetest.Write{storetest.Own{Write: unknown{}}, storetest.Own{Write: &unknown{}}, storetest.Own{Write: unknown{put(text)}}}
}

// pointers are writes that are not passed by value: a pointer implements Write as
// well, and no store knows it.
func pointers() map[storetest.Subject][]storetest.Write {
	at := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	record := put(`2`)
	entry := sampling.Append{Entry: sampling.Entry{Kind: "k", Actor: "inspector-1", At: at, Recorded: at}}
	emit := sampling.Emit{Event: sampling.Event{Kind: "k", At: at}}
	var all []storetest.Write
	for _, w := range []sampling.Write{&record, &entry, &emit, &sampling.Redact{}, (*sampling.Redact)(nil)} {
		all = append(all, storetest.Own{Write: w})
	}
	return map[storetest.Subject][]storetest.Write{{Kind: storetest.KindThing, ID: "a"}: all}
}

// broken are commits in which only this domain finds a fault.
func broken() map[string]storetest.Commit {
	return map[string]storetest.Commit{
		"a record in a state with capitals": {Changes: []storetest.Change{{Subject: storetest.Subject{Kind: storetest.KindThing, ID: "a"},
			Writes: []storetest.Write{storetest.PutRecord{Record: storetest.Record{State: "Open"}}}}}},
	}
}

// quotes are the sentences that stand in this contract alone: the case that holds
// each, where it stands, and its words.
var quotes = [][3]string{
	{"version/guards-all", "Kind", "Every kind is kept alike, as a Record and a journal, so a new kind asks nothing of a store."},
	{"version/guards-all", "Subject", "Subject is whatever has a version: its record and its journal are guarded by one number."},
	{"version/guards-all", "Store: Vocabulary", "A subject is whatever has a version: a year's cycle, one of its rounds, a page of a long document, told apart by its Kind."},
	{"entries/numbered-as-appended", "Store: Vocabulary", "a journal of entries, each an Entry, numbered 1, 2, 3."},
	{"key/receipt", "ReceiptReader.Receipt", "Receipt returns what the commit with this key left, or ErrNotFound."},
	{"write/record", "Store: Vocabulary", "a record, the Record;"},
	{"write/record", "PutRecord", "PutRecord replaces the record of the subject."},
	{"write/entry", "Append", "Append adds an entry to the journal of the subject."},
	{"write/last-of-a-change-wins", "Store: Commit", "Within a change, writes are applied in order, and a later record replaces the earlier one."},
	{"write/append-leaves-the-record", "Store: Commit", "A change that puts no record leaves the record as it is."},
	{"write/first-record-makes-the-record", "Store: Commit", "What a subject has besides (version, entries) may be there before."},
	{"write/first-record-makes-the-record", "PutRecord", "The first PutRecord makes the record exist."},
	{"write/first-record-makes-the-record", "Store: Commit", "The first PutRecord makes a subject's record exist."},
	{"error/nothing-there", "Store: Errors", "Record and Receipt return ErrNotFound where there is nothing; Head returns the zero Head for a subject that was never written, and no error; a listing without rows yields nothing, and no error."},
	{"error/no-personal-data", "Store: Errors", "No error holds the reason of an entry, and those of Receipt do not repeat the key."},
	{"order/records-by-id", "Store: Order", "Listings are in byte order: records by id, entries by subject (kind, then id) and number."},
	{"order/entries-by-subject-and-number", "Position", "Position is where an entry stands in a listing: by subject, then by number."},
	{"order/after-what-is-not-there", "EntryFilter.After", "only behind this position"},
	{"due/pages", "RecordFilter.DueBefore", "records of which time asks for something before this instant"},
	{"filter/records", "RecordFilter", "Every other field that is not zero narrows it further."},
	{"filter/records", "RecordFilter.Cycle", "records that belong to this cycle"},
	{"filter/entries", "EntryFilter", "EntryFilter narrows Store.Entries, as RecordFilter does."},
	{"filter/entries", "EntryFilter", "A subject, a kind of subject or a person is required."},
	{"filter/entries", "EntryFilter.Of", "entries of subjects of this kind"},
	{"filter/entries", "EntryFilter.Person", "entries that concern this person"},
	{"filter/entries", "JournalReader.Entries", "A filter without subject, kind and person is ErrInvalid."},
	{"erasure/redact-all", "Store: Erasure", "After a Redact the cleared reasons are nowhere in the store."},
	{"erasure/redact-one", "Redact", "Redact clears Reason of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change."},
	{"erasure/keeps-the-place", "Store: Erasure", "What is left of a subject keeps its version, its entries' codes, and its place in every listing."},
}
