package loyaltytest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

// checks are the 32 checks of the specification of the loyalty programme, and the
// cases that hold them.
var checks = []struct {
	number int
	says   string
	cases  []string
}{
	{1, "a missing account is ErrNotFound, Expect 0 creates", []string{"error/nothing-there", "account/first-put-makes-it"}},
	{2, "commit then load round-trips every field", []string{"account/comes-back-whole", "instant/comes-back-equal", "id/every-kind-of-byte"}},
	{3, "wrong Expect: ErrConflict, nothing changed", []string{"commit/stale-version", "commit/all-or-nothing"}},
	{4, "Expect 0 on existing", []string{"commit/stale-version"}},
	{5, "entries keep their sequence, gap-free", []string{"account/entries-follow", "entries/numbered-as-appended", "account/entry-by-entry"}},
	{6, "multi-account commit atomic when the second conflicts", []string{"account/several-at-once"}},
	{7, "the same when the first conflicts", []string{"account/several-at-once"}},
	{8, "duplicate key, same fingerprint: ErrDuplicate, and the first receipt", []string{"key/receipt"}},
	{9, "duplicate key across accounts in one scope", []string{"account/several-at-once"}},
	{10, "the same key in another scope", []string{"key/of-its-scope"}},
	{11, "duplicate key and version conflict: ErrDuplicate wins", []string{"commit/duplicate-beats-conflict"}},
	{12, "a receipt that is not there", []string{"error/nothing-there"}},
	{13, "lots put, updated, dropped", []string{"account/entry-by-entry", "account/lots-go"}},
	{14, "a negative remainder is refused by the service", nil}, // TestServices: no store has a business rule
	{15, "load order of lots", []string{"account/lots-in-order"}},
	{16, "order of entries, ranges, early break", []string{"order/postings-by-account-and-number", "order/entries-by-subject-and-number", "filter/postings", "loop-body/stops-early"}},
	{17, "entries while writing: no torn commit", []string{"concurrency/no-half-commit"}},
	{18, "32 goroutines on one account: one winner per version", []string{"concurrency/one-posting-per-number"}},
	{19, "32 goroutines with one key: one entry", []string{"concurrency/one-key-once"}},
	{20, "opposing two-account commits: no deadlock", []string{"concurrency/opposing-transfers", "concurrency/crossing-commits"}},
	{21, "1000 accounts in parallel: sums hold", []string{"concurrency/many-accounts"}},
	{22, "cancelled before the commit: nothing changed", []string{"context/done-before-commit", "batch/done-before"}},
	{23, "cancelled during the commit: all or nothing", []string{"concurrency/cancelled-while-committing"}},
	{24, "an ambiguous error, and the retry", []string{"key/happens-once", "concurrency/cancelled-while-committing"}},
	{25, "a store that is reopened is identical", []string{"reopen/nothing-is-lost"}},
	{26, "paging of what is due: complete, no duplicates, stable under commits", []string{"due/pages", "due/posted-while-listing"}},
	{27, "what is due leaves out what has nothing left", []string{"due/nothing-is-due"}},
	{28, "read your writes", []string{"consistency/read-your-writes", "concurrency/read-your-writes"}},
	{29, "returned slices are copies", []string{"sharing/what-is-returned", "sharing/what-was-committed", "batch/events-and-memory"}},
	{30, "1000 lots and 1000 entries in a commit", []string{"limit/lots-and-postings"}},
	{31, "a batch: errors of their own, a key twice", []string{"batch/each-its-own", "batch/key-again", "batch/versions-that-follow", "batch/many"}},
	{32, "a random run against a model", nil}, // TestServices
}

// TestSpecification holds that each check has a case, but for the two that are
// about services.
func TestSpecification(t *testing.T) {
	have := map[string]bool{}
	for _, k := range loyaltytest.Cases() {
		have[k.Name] = true
	}
	require.Len(t, checks, 32)
	for i, k := range checks {
		require.Equal(t, i+1, k.number)
		require.Equal(t, k.number == 14 || k.number == 32, len(k.cases) == 0, "check %d: %s", k.number, k.says)
		for _, name := range k.cases {
			require.True(t, have[name], "check %d, %s: there is no case %s", k.number, k.says, name)
		}
	}
}
