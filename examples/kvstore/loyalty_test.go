package kvstore_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/examples/kvstore"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

func TestLoyaltyStore(t *testing.T) {
	loyaltytest.TestStore(t, openLoyalty, loyaltytest.Features{Parallel: true, Contains: containsLoyalty, Reopen: reopenLoyalty})
}

func TestLoyaltyConcurrency(t *testing.T) {
	loyaltytest.TestConcurrency(t, openLoyalty, loyaltytest.Features{Contains: containsLoyalty})
}

func openLoyalty(t *testing.T) loyalty.Store {
	s, err := kvstore.NewLoyalty(database(t), "shop-1")
	require.NoError(t, err)
	return s
}

// containsLoyalty searches the file that Compact writes: that is the promise.
func containsLoyalty(t *testing.T, s loyalty.Store, text string) bool {
	path := filepath.Join(t.TempDir(), "compact.db")
	require.NoError(t, s.(*kvstore.Loyalty).Compact(t.Context(), path))
	return inFile(t, path, text)
}

// reopenLoyalty opens a copy of the file, as it is on disk.
func reopenLoyalty(t *testing.T, s loyalty.Store) loyalty.Store {
	path := filepath.Join(t.TempDir(), "copy.db")
	require.NoError(t, s.(*kvstore.Loyalty).Compact(t.Context(), path))
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	again, err := kvstore.NewLoyalty(db, "shop-1")
	require.NoError(t, err)
	return again
}

func put(member string) loyalty.PutAccount {
	return loyalty.PutAccount{Standing: loyalty.Standing{Member: member, Status: loyalty.Open}}
}

func TestNewLoyaltyRefusesATenantThatIsNoID(t *testing.T) {
	for _, tenant := range []string{"", "a\x00b", "\xff", strings.Repeat("x", 256)} {
		_, err := kvstore.NewLoyalty(database(t), tenant)
		require.ErrorIs(t, err, loyalty.ErrInvalid)
	}
}

// Customers, programmes and tenants of one file do not meet.
func TestLoyaltyBesideOthers(t *testing.T) {
	db := database(t)
	customers := store(t, db)
	register(t, customers, "a", "x", "ann")
	for _, tenant := range []string{"shop-1", "shop-2"} {
		s, err := kvstore.NewLoyalty(db, tenant)
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), loyalty.Commit{Scope: "s", Key: "k", Changes: []loyalty.Change{
			{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: "a"}, Writes: []loyalty.Write{put(tenant), loyalty.Claim{Space: "phone", Key: "1"}}}}}))
		a, err := s.Account(t.Context(), "a")
		require.NoError(t, err)
		require.Equal(t, tenant, a.Standing.Member)
	}
	require.Equal(t, []string{"a"}, ids(t, customers, crm.CustomerFilter{}))
	_, err := customers.Holder(t.Context(), "phone", "1")
	require.ErrorIs(t, err, crm.ErrNotFound)
}

// A listing of what is due reads no account to which time does nothing: one is made
// unreadable here, and nobody notices.
func TestDueListingReadsNoOthers(t *testing.T) {
	db := database(t)
	s, err := kvstore.NewLoyalty(db, "shop-1")
	require.NoError(t, err)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 9 {
		w := put("m")
		if i%3 == 0 {
			w.Standing.Due = at
		}
		require.NoError(t, s.Commit(t.Context(), loyalty.Commit{Changes: []loyalty.Change{
			{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: fmt.Sprint(i)}, Writes: []loyalty.Write{w}}}}))
	}
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("shop-1\x00loyalty")).Put([]byte("standing\x001"), []byte("{"))
	}))
	list := func(f loyalty.AccountFilter) (ids []string, failed error) {
		for a, err := range s.Accounts(t.Context(), f) {
			if failed = err; err == nil {
				ids = append(ids, a.ID)
			}
		}
		return ids, failed
	}
	due, err := list(loyalty.AccountFilter{DueBefore: at.Add(time.Microsecond)})
	require.NoError(t, err)
	require.Equal(t, []string{"0", "3", "6"}, due)
	_, err = list(loyalty.AccountFilter{Member: "m"})
	require.ErrorContains(t, err, "kvstore: unexpected end of JSON input")
}

// What a batch cannot read is undone with the whole batch, which says so.
func TestABatchIsOneTransaction(t *testing.T) {
	db := database(t)
	s, err := kvstore.NewLoyalty(db, "shop-1")
	require.NoError(t, err)
	account := func(id string) loyalty.Commit {
		return loyalty.Commit{Changes: []loyalty.Change{{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: id}, Writes: []loyalty.Write{put("m")}}}}
	}
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("shop-1\x00loyalty")).Put([]byte("head\x00account\x00broken"), []byte("{"))
	}))
	errs := s.CommitBatch(t.Context(), []loyalty.Commit{account("a"), {Key: "half"}, account("broken"), account("c")})
	require.ErrorIs(t, errs[1], loyalty.ErrInvalid)
	for _, i := range []int{0, 2, 3} {
		require.ErrorContains(t, errs[i], "kvstore: unexpected end of JSON input")
	}
	_, err = s.Account(t.Context(), "a")
	require.ErrorIs(t, err, loyalty.ErrNotFound)
}
