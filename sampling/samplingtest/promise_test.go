package samplingtest_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

// unheld are the sentences that no case can hold a store to, by how they begin,
// with the reason.
var unheld = map[string]string{
	"Store: Store is where":                                  "says what it is",
	"Store: Your application implements it":                  "says what there is",
	"Store: Package sampling/samplingtest holds":             "is what this test holds",
	"Store: Whoever has written":                             "is encouragement",
	"Store: Vocabulary: A subject has":                       "begins the list",
	"Store: Vocabulary: A Commit is what changes a store.":   "begins the list",
	"Store: Concurrency: Versions do not see":                "is for services",
	"Store: Concurrency: Services see to it, not the store.": "is for services",
	"Store: Erasure: Where the database keeps old pages":     "asks a comment of the adapter; Features.Contains searches its files",
	"RecordReader: ":                                         "says what it is",
	"JournalReader: ":                                        "says what it is",
	"ReceiptReader: ":                                        "says what it is",
	"RecordFilter: Filters grow":                             "is advice to adapters",
	"Committer: ":                                            "says what it is",
	"RecordFilter: The services list":                        "is advice to adapters",
	"Commit.Scope: A service gives a hash":                   "is for services",
	"Change: Change is what":                                 "says what it is",
	"Write: Write is one of":                                 "says what it is",
	"Kind: Kind says":                                        "says what it is",
	"Head: Head is how":                                      "says what it is",
	"Borrowed: ":                                             "is for services; only the adapter's own tests have a transaction of a host",
	"Borrowed.Borrowed: ":                                    "is for services; only the adapter's own tests have a transaction of a host",
}

// TestEveryPromiseHasACase holds the suite and the comments of package sampling
// together: each quotation is in the comment under its heading, and each sentence
// of a comment is quoted by a case, or it says here why not.
func TestEveryPromiseHasACase(t *testing.T) {
	promises := storetest.Promises(t, "..", "store.go", "optional.go", "filter.go", "commit.go", "subject.go")
	storetest.EveryPromiseHasACase(t, promises, samplingtest.Cases(), unheld)
}
