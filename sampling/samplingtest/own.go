package samplingtest

import (
	"encoding/json"
	"slices"
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

// quotes are the sentences by the case that holds them.
var quotes = map[string][]storetest.Rule{
	"version/guards-all": slices.Concat(storetest.Says("Kind", "Every kind is kept alike, as a Record and a journal, so a new kind asks nothing of a store."),
		storetest.Says("Subject", "Subject is whatever has a version: its record and its journal are guarded by one number."),
		storetest.Says("Store: Vocabulary", "A subject is whatever has a version: a year's cycle, one of its rounds, a page of a long document, told apart by its Kind.")),
	"entries/numbered-as-appended": storetest.Says("Store: Vocabulary", "a journal of entries, each an Entry, numbered 1, 2, 3."),
	"key/receipt":                  storetest.Says("ReceiptReader.Receipt", "Receipt returns what the commit with this key left, or ErrNotFound."),
	"write/record": slices.Concat(storetest.Says("Store: Vocabulary", "a record, the Record;"),
		storetest.Says("PutRecord", "PutRecord replaces the record of the subject.")),
	"write/first-record-makes-the-record": slices.Concat(append(storetest.Says("Store: Commit", "What a subject has besides (version, entries) may be there before."),
		storetest.Says("PutRecord", "The first PutRecord makes the record exist.")...),
		storetest.Says("Store: Commit", "The first PutRecord makes a subject's record exist.")),
	"order/entries-by-subject-and-number": storetest.Says("Position", "Position is where an entry stands in a listing: by subject, then by number."),
	"order/after-what-is-not-there":       storetest.Says("EntryFilter.After", "only behind this position"),
	"filter/records": append(storetest.Says("RecordFilter", "Every other field that is not zero narrows it further."),
		storetest.Says("RecordFilter.Cycle", "records that belong to this cycle")...),
	"filter/entries": slices.Concat(slices.Concat(
		storetest.Says("EntryFilter", "EntryFilter narrows Store.Entries, as RecordFilter does.", "A subject, a kind of subject or a person is required."),
		storetest.Says("EntryFilter.Of", "entries of subjects of this kind"), storetest.Says("EntryFilter.Person", "entries that concern this person")),
		storetest.Says("JournalReader.Entries", "A filter without subject, kind and person is ErrInvalid.")),
	"erasure/redact-all":             storetest.Says("Store: Erasure", "After a Redact the cleared reasons are nowhere in the store."),
	"write/entry":                    storetest.Says("Append", "Append adds an entry to the journal of the subject."),
	"write/last-of-a-change-wins":    storetest.Says("Store: Commit", "Within a change, writes are applied in order, and a later record replaces the earlier one."),
	"write/append-leaves-the-record": storetest.Says("Store: Commit", "A change that puts no record leaves the record as it is."),
	"order/records-by-id":            storetest.Says("Store: Order", "Listings are in byte order: records by id, entries by subject (kind, then id) and number."),
	"error/nothing-there":            storetest.Says("Store: Errors", "Record and Receipt return ErrNotFound where there is nothing; Head returns the zero Head for a subject that was never written, and no error; a listing without rows yields nothing, and no error."),
	"error/no-personal-data":         storetest.Says("Store: Errors", "No error holds the reason of an entry, and those of Receipt do not repeat the key."),
	"erasure/redact-one":             storetest.Says("Redact", "Redact clears Reason of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change."),
	"erasure/keeps-the-place":        storetest.Says("Store: Erasure", "What is left of a subject keeps its version, its entries' codes, and its place in every listing."),
	"due/pages":                      storetest.Says("RecordFilter.DueBefore", "records of which time asks for something before this instant"),
}
