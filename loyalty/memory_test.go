package loyalty_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// naive is what [loyalty.Memory] is compared with: plain maps, and every rule of the
// contract in the order in which it is written there.
type naive struct {
	heads    map[loyalty.Subject]loyalty.Head
	accounts map[string]loyalty.Account
	records  map[loyalty.Subject]loyalty.Record
	postings []loyalty.Posting
	entries  []loyalty.Entry
	claims   map[loyalty.Claim]loyalty.Subject
	receipts map[[2]string]loyalty.Receipt
	events   []loyalty.Event
	emitted  uint64
}

func newNaive() *naive {
	return &naive{heads: map[loyalty.Subject]loyalty.Head{}, accounts: map[string]loyalty.Account{}, records: map[loyalty.Subject]loyalty.Record{},
		claims: map[loyalty.Claim]loyalty.Subject{}, receipts: map[[2]string]loyalty.Receipt{}}
}

func (m *naive) commit(c loyalty.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if _, done := m.receipts[[2]string{c.Scope, c.Key}]; done && c.Key != "" {
		return loyalty.ErrDuplicate
	}
	for _, e := range c.Require {
		if m.heads[e.Subject].Version != e.Version {
			return loyalty.ErrConflict
		}
	}
	claims := maps.Clone(m.claims)
	for _, change := range c.Changes {
		head := m.heads[change.Subject]
		if head.Version != change.Expect {
			return loyalty.ErrConflict
		}
		for _, w := range change.Writes {
			switch w := w.(type) {
			case loyalty.PutAccount:
				if len(w.Entries) > 0 && w.Entries[0].Seq != head.Entries+1 {
					return loyalty.ErrConflict
				}
			case loyalty.Release:
				if claims[loyalty.Claim(w)] == change.Subject {
					delete(claims, loyalty.Claim(w))
				}
			}
		}
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if w, ok := w.(loyalty.Claim); ok {
				if holder, held := claims[w]; held && holder != change.Subject {
					return loyalty.ErrTaken
				}
				claims[w] = change.Subject
			}
		}
	}
	m.claims = claims
	if c.Key != "" {
		m.receipts[[2]string{c.Scope, c.Key}] = loyalty.Receipt{Fingerprint: c.Fingerprint, Data: slices.Clone(c.Receipt), Recorded: c.Recorded}
	}
	for _, change := range c.Changes {
		m.apply(change)
	}
	return nil
}

func (m *naive) apply(change loyalty.Change) {
	s := change.Subject
	head := m.heads[s]
	head.Version++
	before := head.Entries
	for _, w := range change.Writes {
		switch w := w.(type) {
		case loyalty.PutAccount:
			m.accounts[s.ID] = loyalty.Account{ID: s.ID, Standing: w.Standing.Clone(), State: w.State.Clone()}
			for _, e := range w.Entries {
				m.postings = append(m.postings, loyalty.Posting{Account: s.ID, Entry: e.Clone()})
				head.Entries, head.Recorded = e.Seq, e.Recorded
			}
		case loyalty.PutRecord:
			r := w.Record.Clone()
			r.Subject = s
			m.records[s] = r
		case loyalty.Append:
			e := w.Entry.Clone()
			head.Entries, head.Recorded = head.Entries+1, e.Recorded
			e.Subject, e.Seq = s, head.Entries
			m.entries = append(m.entries, e)
		case loyalty.Redact:
			cleared := func(seq uint64) bool { return seq == w.Seq || w.Seq == 0 && seq <= before }
			for i := range m.postings {
				if p := &m.postings[i]; s == (loyalty.Subject{Kind: loyalty.KindAccount, ID: p.Account}) && cleared(p.Entry.Seq) {
					p.Entry.Reason = ""
				}
			}
			for i := range m.entries {
				if e := &m.entries[i]; e.Subject == s && cleared(e.Seq) {
					e.Reason = ""
				}
			}
		case loyalty.Emit:
			m.emitted++
			e := w.Event.Clone()
			e.ID, e.Subject, e.Version = m.emitted, s, head.Version
			m.events = append(m.events, e)
		}
	}
	m.heads[s] = head
}

// listed is what a listing of all has, narrowed by the filter's own Match.
func listed[T any](rows iter.Seq[T], compare func(a, b T) int, match func(T) bool, limit int) (list []T) {
	for _, r := range slices.SortedFunc(rows, compare) {
		if match(r) && (limit <= 0 || len(list) < limit) {
			list = append(list, r)
		}
	}
	return list
}

func (m *naive) listAccounts(f loyalty.AccountFilter) []loyalty.Account {
	rows := func(yield func(loyalty.Account) bool) {
		for id, a := range m.accounts {
			a.Head = m.heads[loyalty.Subject{Kind: loyalty.KindAccount, ID: id}]
			if !yield(a) {
				return
			}
		}
	}
	return listed(rows, func(a, b loyalty.Account) int { return strings.Compare(a.ID, b.ID) }, f.Match, f.Limit)
}

func (m *naive) listRecords(f loyalty.RecordFilter) []loyalty.Record {
	rows := func(yield func(loyalty.Record) bool) {
		for s, r := range m.records {
			r.Head = m.heads[s]
			if !yield(r) {
				return
			}
		}
	}
	return listed(rows, func(a, b loyalty.Record) int { return a.Subject.Compare(b.Subject) }, f.Match, f.Limit)
}

var memoryEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// commitOf draws a commit that may be right or wrong in any of the ways that the
// contract names.
func (m *naive) commitOf(t *rapid.T) (c loyalty.Commit) {
	at := func(name string) time.Time {
		return memoryEpoch.Add(time.Duration(rapid.IntRange(0, 99).Draw(t, name)) * time.Hour)
	}
	subject := rapid.Custom(func(t *rapid.T) loyalty.Subject {
		return loyalty.Subject{Kind: rapid.SampledFrom([]loyalty.Kind{loyalty.KindAccount, loyalty.KindAccount, loyalty.KindMember, loyalty.KindVoucher}).Draw(t, "kind"),
			ID: rapid.SampledFrom([]string{"a", "b", "é", "z"}).Draw(t, "id")}
	})
	version := func(s loyalty.Subject) uint64 {
		return m.heads[s].Version + uint64(rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 0, 0, 1}).Draw(t, "off"))
	}
	if rapid.Bool().Draw(t, "keyed") {
		c.Scope, c.Key = rapid.SampledFrom([]string{"s", "sk"}).Draw(t, "scope"), rapid.StringMatching("k?[0-9]?k").Draw(t, "key")
		c.Fingerprint[3], c.Receipt = rapid.Byte().Draw(t, "fingerprint"), rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "receipt")
	}
	if rapid.Bool().Draw(t, "dated") {
		c.Recorded = at("recorded")
	}
	for _, s := range rapid.SliceOfNDistinct(subject, 0, 3, rapid.ID).Draw(t, "subjects") {
		if rapid.IntRange(0, 5).Draw(t, "require") == 0 {
			c.Require = append(c.Require, loyalty.Expect{Subject: s, Version: version(s)})
			continue
		}
		change := loyalty.Change{Subject: s, Expect: version(s)}
		for range rapid.IntRange(0, 3).Draw(t, "writes") {
			change.Writes = append(change.Writes, m.writeOf(t, s, at))
		}
		c.Changes = append(c.Changes, change)
	}
	return c
}

func (m *naive) writeOf(t *rapid.T, s loyalty.Subject, at func(string) time.Time) loyalty.Write {
	claim := loyalty.Claim{Space: rapid.SampledFrom([]string{"card", "code"}).Draw(t, "space"), Key: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "claim")}
	switch rapid.IntRange(0, 6).Draw(t, "write") {
	case 0:
		return claim
	case 1:
		return loyalty.Release(claim)
	case 2:
		return loyalty.Redact{Seq: uint64(rapid.IntRange(0, 4).Draw(t, "redact"))}
	case 3:
		return loyalty.Emit{Event: loyalty.Event{Kind: "it", At: at("event"), Data: json.RawMessage(`{"n":1}`)}}
	}
	if s.Kind != loyalty.KindAccount {
		if rapid.Bool().Draw(t, "append") {
			return loyalty.Append{Entry: loyalty.Entry{Kind: "did", Member: rapid.SampledFrom([]string{"", "m"}).Draw(t, "of"), Actor: "x", At: at("at"), Recorded: at("rec"), Reason: "why"}}
		}
		return loyalty.PutRecord{Record: loyalty.Record{Member: rapid.SampledFrom([]string{"", "m"}).Draw(t, "member"), State: "on", Due: at("due"), Body: json.RawMessage("[1]")}}
	}
	return m.putOf(t, s.ID, at)
}

// putOf is what a decision of package points makes of the account, or a journal that
// does not follow.
func (m *naive) putOf(t *rapid.T, id string, at func(string) time.Time) loyalty.Write {
	had := m.accounts[id]
	now := at("now")
	var entries []points.Entry
	var err error
	act := points.Act{Actor: "x", Ref: rapid.SampledFrom([]string{"", "o1"}).Draw(t, "ref"), Reason: rapid.SampledFrom([]string{"", "their words"}).Draw(t, "reason")}
	switch n := rapid.Int64Range(1, 30).Draw(t, "points"); rapid.IntRange(0, 4).Draw(t, "command") {
	case 0:
		entries, err = points.Policy{}.Burn(had.State, points.BurnCommand{Act: act, Points: n}, now)
	case 1:
		entries, err = points.Policy{}.Hold(had.State, points.HoldCommand{Act: act, Points: n}, now)
	case 2:
		entries, err = points.Policy{}.Earn(had.State, points.EarnCommand{Act: act, Points: n, QP: n, ExpireAt: now.Add(time.Hour), Confirm: n > 20}, now)
	case 3: // stands alone
	default:
		entries, err = points.Policy{}.Earn(had.State, points.EarnCommand{Act: act, Points: n}, now)
	}
	put := loyalty.PutAccount{Standing: loyalty.Standing{Member: "m", Household: rapid.SampledFrom([]string{"", "h"}).Draw(t, "household"), Status: loyalty.Open, Due: at("due")}}
	if rapid.Bool().Draw(t, "counted") {
		put.Standing.Counters = []earning.Counter{{Cap: "c", Used: 3}}
	}
	if err == nil {
		put.Entries = entries
	}
	put.State, err = points.Apply(had.State, put.Entries...)
	require.NoError(t, err)
	if len(put.Entries) > 0 && rapid.IntRange(0, 19).Draw(t, "gap") == 0 {
		put.Entries = put.Entries[1:]
	}
	return put
}

// TestMemoryIsNaive commits at random, and compares every read.
func TestMemoryIsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store, model, ctx := new(loyalty.Memory), newNaive(), context.Background()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 12).Draw(t, "step") {
			case 0:
				before := memoryEpoch.Add(time.Duration(rapid.IntRange(0, 99).Draw(t, "before")) * time.Hour)
				n := len(model.receipts)
				maps.DeleteFunc(model.receipts, func(_ [2]string, r loyalty.Receipt) bool { return !r.Recorded.IsZero() && r.Recorded.Before(before) })
				pruned, err := store.Prune(ctx, before)
				require.NoError(t, err)
				require.Equal(t, n-len(model.receipts), pruned)
			case 1:
				id := uint64(rapid.IntRange(1, 20).Draw(t, "ack"))
				require.NoError(t, store.Ack(ctx, id))
				model.events = slices.DeleteFunc(model.events, func(e loyalty.Event) bool { return e.ID == id })
			case 2:
				first := model.commitOf(t)
				commits := []loyalty.Commit{first, model.commitOf(t), first}
				for i, err := range store.CommitBatch(ctx, commits) {
					require.Equal(t, sentinel(model.commit(commits[i])), sentinel(err))
				}
			default:
				c := model.commitOf(t)
				want := sentinel(model.commit(c))
				require.Equal(t, want, sentinel(store.Commit(ctx, c)))
				spoil(c)
			}
		}
		model.compare(t, store)
	})
}

// sentinel is what an error is, of what a store may answer.
func sentinel(err error) error {
	for _, s := range []error{loyalty.ErrInvalid, loyalty.ErrUnsupported, loyalty.ErrDuplicate, loyalty.ErrConflict, loyalty.ErrTaken} {
		if errors.Is(err, s) {
			return s
		}
	}
	return err
}

// spoil changes everything that was committed: the store has kept copies.
func spoil(c loyalty.Commit) {
	for i := range c.Receipt {
		c.Receipt[i]++
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			switch w := w.(type) {
			case loyalty.PutAccount:
				for i := range w.State.Lots {
					w.State.Lots[i].Left = -1
				}
				for i := range w.State.Holds {
					w.State.Holds[i].Points = -1
				}
				for i := range w.Standing.Counters {
					w.Standing.Counters[i].Used = -1
				}
				for i := range w.Entries {
					clear(w.Entries[i].Uses)
				}
			case loyalty.PutRecord:
				clear(w.Record.Body)
			case loyalty.Emit:
				clear(w.Event.Data)
			}
		}
	}
}

func (m *naive) compare(t *rapid.T, store *loyalty.Memory) {
	ctx := context.Background()
	rowsOf := func(got []any, err error) []any { require.NoError(t, err); return got }
	for range 4 {
		limit := rapid.IntRange(-1, 4).Draw(t, "limit")
		after := rapid.SampledFrom([]string{"", "a", "b", "c", "é"}).Draw(t, "after")
		accounts := loyalty.AccountFilter{After: after, Limit: limit, Household: rapid.SampledFrom([]string{"", "h"}).Draw(t, "household")}
		if rapid.Bool().Draw(t, "due") {
			accounts.DueBefore = memoryEpoch.Add(50 * time.Hour)
		}
		if rapid.Bool().Draw(t, "ids") {
			accounts.IDs = []string{"z", "a", "nobody", "a"}
		}
		require.Equal(t, anys(m.listAccounts(accounts)), rowsOf(drain(store.Accounts(ctx, accounts))), "%+v", accounts)
		records := loyalty.RecordFilter{Kind: loyalty.KindMember, After: after, Limit: limit, Member: rapid.SampledFrom([]string{"", "m"}).Draw(t, "member")}
		require.Equal(t, anys(m.listRecords(records)), rowsOf(drain(store.Records(ctx, records))), "%+v", records)
		postings := loyalty.PostingFilter{Account: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "account"), Limit: limit,
			After: loyalty.Place{Account: after, Seq: uint64(rapid.IntRange(0, 3).Draw(t, "seq"))}, Ref: rapid.SampledFrom([]string{"", "", "o1"}).Draw(t, "ref")}
		place := func(a, b loyalty.Posting) int { return a.Place().Compare(b.Place()) }
		require.Equal(t, anys(listed(slices.Values(m.postings), place, postings.Match, limit)), rowsOf(drain(store.Postings(ctx, postings))), "%+v", postings)
		entries := loyalty.EntryFilter{Of: loyalty.KindVoucher, Limit: limit}
		if rapid.Bool().Draw(t, "of") {
			entries = loyalty.EntryFilter{Member: "m", Limit: limit, After: loyalty.Position{Subject: loyalty.Subject{Kind: loyalty.KindMember, ID: after}, Seq: 1}}
		}
		position := func(a, b loyalty.Entry) int { return a.Position().Compare(b.Position()) }
		require.Equal(t, anys(listed(slices.Values(m.entries), position, entries.Match, limit)), rowsOf(drain(store.Entries(ctx, entries))), "%+v", entries)
	}
	for s, head := range m.heads {
		got, err := store.Head(ctx, s)
		require.NoError(t, err)
		require.Equal(t, head, got)
	}
	for claim, s := range m.claims {
		got, err := store.Holder(ctx, claim.Space, claim.Key)
		require.NoError(t, err)
		require.Equal(t, s, got)
	}
	for i := range 10 {
		for _, key := range []string{"k", "kk", strconv.Itoa(i) + "k", "k" + strconv.Itoa(i) + "k"} {
			for _, scope := range []string{"s", "sk"} {
				want, there := m.receipts[[2]string{scope, key}]
				got, err := store.Receipt(ctx, scope, key)
				require.Equal(t, there, err == nil)
				require.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
			}
		}
	}
	events, err := store.Pending(ctx, 1000)
	require.NoError(t, err)
	require.Equal(t, anys(m.events), anys(events))
}

// drain collects a listing; anys makes it comparable where no row is nil or none.
func drain[T any](rows iter.Seq2[T, error]) (list []any, err error) {
	for r, err := range rows {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

func anys[T any](list []T) (out []any) {
	for _, v := range list {
		out = append(out, v)
	}
	return out
}

// TestMemoryListsWhileItChanges: the loop body posts to the account whose journal it
// reads, and redacts it.
func TestMemoryListsWhileItChanges(t *testing.T) {
	k := openKiosk(t, plainly, loyalty.Options{})
	const many = 600
	for range many {
		_, err := k.Points.Earn(t.Context(), teller, "a", points.EarnCommand{Points: 1}, loyalty.Call{Reason: "their words"})
		require.NoError(t, err)
	}
	seen, words := 0, 0
	for p, err := range k.store.Postings(t.Context(), loyalty.PostingFilter{}) {
		require.NoError(t, err)
		if seen++; p.Entry.Reason != "" {
			words++
		}
		require.EqualValues(t, seen, p.Entry.Seq)
		_, err := k.Points.Earn(t.Context(), teller, "a", points.EarnCommand{Points: 1}, loyalty.Call{})
		require.NoError(t, err)
		if seen == 10 {
			a, err := k.store.Account(t.Context(), "a")
			require.NoError(t, err)
			require.NoError(t, k.store.Commit(t.Context(), loyalty.Commit{Changes: []loyalty.Change{{
				Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: "a"}, Expect: a.Head.Version, Writes: []loyalty.Write{loyalty.Redact{}}}}}))
		}
	}
	require.Equal(t, many, seen)
	require.Less(t, words, many/2, "what was redacted meanwhile is not read for long")
	require.Len(t, all(t, k.store.Postings(t.Context(), loyalty.PostingFilter{Account: "a"})), 2*many)
}
