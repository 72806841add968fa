package kvstore_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/examples/kvstore"
)

func database(t *testing.T) *bbolt.DB {
	t.Helper()
	// Without NoSync every commit waits for the disk; what is tested is the same.
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "customers.db"), 0o600, &bbolt.Options{NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func store(t *testing.T, db *bbolt.DB) *kvstore.Store {
	t.Helper()
	s, err := kvstore.New(db, "shop-1")
	require.NoError(t, err)
	return s
}

func inFile(t *testing.T, path, text string) bool {
	t.Helper()
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	return bytes.Contains(file, []byte(text))
}

func person(id string) crm.Subject { return crm.Subject{Kind: crm.KindCustomer, ID: id} }

// register makes a customer exist, owned by a colleague; "" for nobody.
func register(t *testing.T, s crm.Committer, id, name, staff string) {
	t.Helper()
	require.NoError(t, s.Commit(t.Context(), crm.Commit{Changes: []crm.Change{{Subject: person(id), Writes: []crm.Write{
		crm.PutProfile{Profile: party.Profile{Name: name}},
		crm.PutStanding{Standing: crm.Standing{Holding: owner.Holding{Owner: staff}}},
	}}}}))
}

func ids(t *testing.T, s crm.CustomerReader, f crm.CustomerFilter) (ids []string) {
	t.Helper()
	for c, err := range s.Customers(t.Context(), f) {
		require.NoError(t, err)
		ids = append(ids, c.ID)
	}
	return ids
}

// The bytes of an overwritten profile, a released claim and a redacted text stay in
// the pages that bbolt freed, and Compact leaves them behind. What is live moves,
// also of the tenant beside, and the numbers of events go on.
func TestCompactLeavesErasedBytesBehind(t *testing.T) {
	db := database(t)
	s := store(t, db)
	other, err := kvstore.New(db, "shop-2")
	require.NoError(t, err)
	register(t, other, "a", "Name-of-the-other-shop", "")

	at := crm.Instant(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	note := crm.Entry{Journal: crm.JournalTimeline, Kind: "call", Actor: "ann", At: at, Recorded: at, Text: "Secret-text"}
	commit := func(version uint64, writes ...crm.Write) {
		require.NoError(t, s.Commit(t.Context(), crm.Commit{Changes: []crm.Change{{Subject: person("a"), Expect: version, Writes: writes}}}))
	}
	commit(0, crm.PutProfile{Profile: party.Profile{Name: "Secret-name"}}, crm.Claim{Space: "phone", Key: "+8613800000000"},
		crm.Append{Entry: note}, crm.Emit{Event: crm.Event{Kind: "registered", At: at}})
	commit(1, crm.PutProfile{Profile: party.Profile{Name: "Erased-name"}}, crm.Release{Space: "phone", Key: "+8613800000000"}, crm.Redact{})

	secrets := []string{"Secret-name", "Secret-text", "8613800000000"}
	for _, secret := range secrets {
		require.True(t, inFile(t, db.Path(), secret), "bbolt erased %s by itself: Compact would not be needed", secret)
	}
	path := filepath.Join(t.TempDir(), "compact.db")
	require.NoError(t, s.Compact(t.Context(), path))
	for _, secret := range secrets {
		require.False(t, inFile(t, path, secret), secret)
	}

	copied, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, copied.Close()) }()
	s = store(t, copied)
	c, err := s.Customer(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, "Erased-name", c.Profile.Name)
	require.Equal(t, crm.Head{Version: 2, Entries: 1, Recorded: at}, c.Head)
	require.Equal(t, []string{"a"}, ids(t, s, crm.CustomerFilter{Unowned: true}))
	commit(2, crm.Emit{Event: crm.Event{Kind: "seen", At: at}})
	events, err := s.Pending(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, events, 2)
	require.Equal(t, []uint64{1, 2}, []uint64{events[0].ID, events[1].ID})

	other, err = kvstore.New(copied, "shop-2")
	require.NoError(t, err)
	c, err = other.Customer(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, "Name-of-the-other-shop", c.Profile.Name)
}

func TestCompactRefusesAFileThatIsThere(t *testing.T) {
	s, path := store(t, database(t)), filepath.Join(t.TempDir(), "mine.txt")
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	require.ErrorIs(t, s.Compact(t.Context(), path), crm.ErrInvalid)
	require.True(t, inFile(t, path, "mine"))

	path = filepath.Join(t.TempDir(), "no such folder", "compact.db")
	require.Error(t, s.Compact(t.Context(), path))
	require.NoFileExists(t, path)
}

// A listing by owner reads the customers of that owner and no others: those of
// another are made unreadable here, and nobody notices.
func TestOwnerListingReadsNoOthers(t *testing.T) {
	db := database(t)
	s := store(t, db)
	for i := range 200 {
		register(t, s, fmt.Sprintf("c-%03d", i), "x", []string{"ann", "bob", ""}[i%3])
	}
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("shop-1")).Put([]byte("profile\x00c-001"), []byte("{")) // one of Bob's
	}))
	require.Len(t, ids(t, s, crm.CustomerFilter{Owner: "ann"}), 67)
	require.Len(t, ids(t, s, crm.CustomerFilter{Unowned: true}), 66)
	var failed error
	for _, err := range s.Customers(t.Context(), crm.CustomerFilter{Owner: "bob"}) {
		failed = err
	}
	require.ErrorContains(t, failed, "kvstore: unexpected end of JSON input")
}

// The index follows the owner, and a customer without a standing is nobody's.
func TestOwnerIndexFollows(t *testing.T) {
	s := store(t, database(t))
	register(t, s, "b", "x", "ann")
	register(t, s, "a", "x", "ann")
	register(t, s, "aa", "x", "anna") // no prefix of a key stands for another owner
	require.Equal(t, []string{"a", "b"}, ids(t, s, crm.CustomerFilter{Owner: "ann"}))
	require.NoError(t, s.Commit(t.Context(), crm.Commit{Changes: []crm.Change{
		{Subject: person("a"), Expect: 1, Writes: []crm.Write{crm.PutStanding{}}},
		{Subject: person("c"), Writes: []crm.Write{crm.PutProfile{Profile: party.Profile{Name: "x"}}}},
		{Subject: person("d"), Writes: []crm.Write{crm.PutStanding{}}}, // has no profile: does not exist yet
	}}))
	require.Equal(t, []string{"b"}, ids(t, s, crm.CustomerFilter{Owner: "ann"}))
	require.Equal(t, []string{"a", "c"}, ids(t, s, crm.CustomerFilter{Unowned: true}))
	require.Equal(t, []string{"c"}, ids(t, s, crm.CustomerFilter{Unowned: true, After: "a"}))
}

// bbolt counts the read transactions that are open; in a loop body there is none.
func TestNoTransactionIsOpenInALoopBody(t *testing.T) {
	db := database(t)
	s := store(t, db)
	for i := range 150 {
		register(t, s, fmt.Sprintf("c-%03d", i), "x", "ann")
	}
	seen := 0
	for _, err := range s.Customers(t.Context(), crm.CustomerFilter{}) {
		require.NoError(t, err)
		require.Zero(t, db.Stats().OpenTxN)
		seen++
	}
	require.Equal(t, 150, seen)
}

func TestPruneKeepsTheOrderOfInstantsBefore1970(t *testing.T) {
	s := store(t, database(t))
	years := []int{1, 1969, 1970, 1971, 9999}
	for _, year := range years {
		require.NoError(t, s.Commit(t.Context(), crm.Commit{Scope: "test", Key: fmt.Sprint(year),
			Recorded: time.Date(year, 1, 1, 0, 0, 1, 0, time.UTC)}))
	}
	cut := time.Date(1970, 1, 1, 0, 0, 1, 0, time.UTC)
	n, err := s.Prune(t.Context(), cut)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = s.Prune(t.Context(), cut.Add(1)) // a nanosecond later, 1970 lies before it
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = s.Receipt(t.Context(), "test", "1970")
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Receipt(t.Context(), "test", "1971")
	require.NoError(t, err)
}

func TestNewRefusesATenantThatIsNoID(t *testing.T) {
	for _, tenant := range []string{"", "a\x00b", "\xff", strings.Repeat("x", 256)} {
		_, err := kvstore.New(database(t), tenant)
		require.ErrorIs(t, err, crm.ErrInvalid)
	}
}

// The package is a model to read, so both of its stores stay short.
func TestTheModelStaysShort(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	lines := map[bool]int{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				lines[strings.HasPrefix(file, "loyalty")]++
			}
		}
	}
	for loyalty, n := range lines {
		require.Greater(t, n, 100)
		require.LessOrEqual(t, n, 400, "loyalty: %v", loyalty)
	}
}
