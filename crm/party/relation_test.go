package party_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
)

func TestContactValidate(t *testing.T) {
	good := party.Contact{ID: "K1", Organisation: "C1", Person: "P1", Role: party.ContactLegal, Title: "法务总监", From: day(1), Until: day(2)}
	require.NoError(t, good.Validate())
	bad := party.Contact{ID: "K1", Role: 9, Title: "a\nb", From: day(2), Until: day(2)}
	require.Equal(t, []string{"K1 organisation: invalid", "K1 person: invalid", "K1 person: invalid", "K1 role: invalid", "K1 title: invalid", "K1 until: invalid"}, told(bad.Validate()))
	require.Equal(t, []string{"id: invalid"}, told(party.Contact{Organisation: "C1", Person: "P1", Role: 1}.Validate()))
	require.Equal(t, []string{"法务总监"}, good.Strings())
	require.Empty(t, good.Erased().Strings())
	require.NoError(t, good.Erased().Validate())
}

func TestValidateContacts(t *testing.T) {
	c := func(id, org, person string, role party.ContactRole, primary bool, from, until int) party.Contact {
		k := party.Contact{ID: id, Organisation: org, Person: person, Role: role, Primary: primary}
		if from > 0 {
			k.From = day(from)
		}
		if until > 0 {
			k.Until = day(until)
		}
		return k
	}
	for name, tt := range map[string]struct {
		contacts []party.Contact
		want     []string
	}{
		"none":                       {nil, nil},
		"one after the other":        {[]party.Contact{c("a", "C1", "P1", 1, true, 0, 5), c("b", "C1", "P2", 1, true, 5, 0)}, nil},
		"one instant too many":       {[]party.Contact{c("a", "C1", "P1", 1, true, 0, 6), c("b", "C1", "P2", 1, true, 5, 0)}, []string{"b primary: conflict"}},
		"under a long one":           {[]party.Contact{c("a", "C1", "P1", 1, true, 1, 9), c("b", "C1", "P2", 1, true, 2, 3), c("d", "C1", "P3", 1, true, 5, 6)}, []string{"b primary: conflict", "d primary: conflict"}},
		"in two roles":               {[]party.Contact{c("a", "C1", "P1", 1, true, 0, 0), c("b", "C1", "P1", 2, true, 0, 0)}, nil},
		"for two organisations":      {[]party.Contact{c("a", "C1", "P1", 1, true, 0, 0), c("b", "C2", "P1", 1, true, 0, 0)}, nil},
		"twice at once":              {[]party.Contact{c("a", "C1", "P1", 1, false, 0, 0), c("b", "C1", "P1", 1, false, 3, 4)}, []string{"b person: duplicate"}},
		"one id":                     {[]party.Contact{c("a", "C1", "P1", 1, false, 0, 0), c("a", "C1", "P2", 1, false, 0, 0)}, []string{"a id: duplicate"}},
		"back after a break":         {[]party.Contact{c("a", "C1", "P1", 1, true, 1, 3), c("b", "C1", "P1", 1, true, 4, 0)}, nil},
		"each fault of each contact": {[]party.Contact{c("a", "C1", "C1", 0, false, 2, 1)}, []string{"a person: invalid", "a role: invalid", "a until: invalid"}},
	} {
		require.Equal(t, tt.want, told(party.ValidateContacts(tt.contacts)), name)
		slices.Reverse(tt.contacts)
		require.Equal(t, tt.want, told(party.ValidateContacts(tt.contacts)), name+", the other way round")
	}
}

// drawContacts draws a valid set, by adding what keeps it valid.
func drawContacts(t *rapid.T) (contacts []party.Contact) {
	for i := range rapid.IntRange(1, 12).Draw(t, "contacts") {
		c := party.Contact{ID: fmt.Sprintf("K%02d", i), Organisation: rapid.SampledFrom([]string{"C1", "C2"}).Draw(t, "organisation"),
			Person: rapid.SampledFrom([]string{"P1", "P2", "P3", "P4"}).Draw(t, "person"), Role: party.ContactRole(rapid.IntRange(1, 2).Draw(t, "role")),
			Primary: rapid.Bool().Draw(t, "primary")}
		if from := rapid.IntRange(0, 20).Draw(t, "from"); from > 0 {
			c.From = day(from)
		}
		if n := rapid.IntRange(0, 9).Draw(t, "days"); n > 0 {
			c.Until = day(21 + n)
			if !c.From.IsZero() {
				c.Until = c.From.AddDate(0, 0, n)
			}
		}
		if party.ValidateContacts(append(contacts, c)) == nil {
			contacts = append(contacts, c)
		}
	}
	return contacts
}

// instants are one in each piece of time that drawn contacts can tell apart.
func instants() (list []time.Time) {
	for d := range 40 {
		list = append(list, day(d))
	}
	return list
}

func TestMakePrimaryHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		contacts := drawContacts(t)
		given := slices.Clone(contacts)
		chosen := rapid.SampledFrom(contacts).Draw(t, "chosen")
		at := rapid.SampledFrom(instants()).Draw(t, "at")
		plan, err := party.MakePrimary(contacts, chosen.ID, at)
		require.Equal(t, given, contacts)
		if !chosen.ActiveAt(at) {
			require.ErrorIs(t, err, party.ErrInvalid)
			return
		}
		require.NoError(t, err)

		after := slices.Clone(contacts)
		for i, change := range plan {
			if change.Was.ID == "" {
				change.Now.ID = fmt.Sprintf("N%02d", i)
				after = append(after, change.Now)
				continue
			}
			require.Equal(t, change.Was.ID, change.Now.ID)
			at := slices.Index(after, change.Was)
			require.GreaterOrEqual(t, at, 0)
			after[at] = change.Now
		}
		require.NoError(t, party.ValidateContacts(after))
		for _, moment := range instants() {
			inside := !moment.Before(at) && chosen.ActiveAt(moment)
			was, is := state(contacts, moment), state(after, moment)
			require.Equal(t, keys(was), keys(is), "nobody stops or begins to be a contact")
			for key, primary := range was {
				want := primary
				if inside && key.organisation == chosen.Organisation && key.role == chosen.Role {
					want = key.person == chosen.Person
				}
				require.Equal(t, want, is[key], "%v %v", key, moment)
			}
		}
	})
}

type contactKey struct {
	organisation, person string
	role                 party.ContactRole
}

// state says who is a contact at an instant, and whether the primary one.
func state(contacts []party.Contact, t time.Time) map[contactKey]bool {
	s := map[contactKey]bool{}
	for _, c := range contacts {
		if c.ActiveAt(t) {
			s[contactKey{c.Organisation, c.Person, c.Role}] = c.Primary
		}
	}
	return s
}

func keys(m map[contactKey]bool) []string {
	var list []string
	for k := range m {
		list = append(list, fmt.Sprint(k))
	}
	slices.Sort(list)
	return list
}

func TestMakePrimaryRefuses(t *testing.T) {
	contacts := []party.Contact{{ID: "K1", Organisation: "C1", Person: "P1", Role: 1, Primary: true, From: day(1), Until: day(9)}}
	plan, err := party.MakePrimary(contacts, "K1", day(3))
	require.NoError(t, err)
	require.Empty(t, plan, "is so already")
	_, err = party.MakePrimary(contacts, "K2", day(3))
	require.ErrorIs(t, err, party.ErrNotFound)
	for _, at := range []time.Time{{}, day(9), day(1).Add(-1)} {
		_, err = party.MakePrimary(contacts, "K1", at)
		require.ErrorIs(t, err, party.ErrInvalid)
	}
	_, err = party.MakePrimary(append(contacts, contacts...), "K1", day(3))
	require.ErrorIs(t, err, party.ErrDuplicate)
}

func TestProposeExternal(t *testing.T) {
	rules := []party.ExternalRule{
		{Code: "B", Kind: party.ExternalConsumer, All: []party.Fact{party.FactUses, party.FactBuysForUse}},
		{Code: "A", Kind: party.ExternalConsumer, All: []party.Fact{party.FactBuysForUse}},
	}
	member := []party.Membership{{Kind: party.ExternalConsumer}}
	type facts = map[party.Fact]bool
	for name, tt := range map[string]struct {
		facts   facts
		members []party.Membership
		want    string
	}{
		"nothing known":            {nil, nil, "[]"},
		"nothing known, is member": {nil, member, "[]"},
		"one of two known":         {facts{party.FactUses: true}, nil, "[]"},
		"one rule":                 {facts{party.FactBuysForUse: true}, nil, "[{consumer join [A]}]"},
		"both rules":               {facts{party.FactBuysForUse: true, party.FactUses: true}, nil, "[{consumer join [A B]}]"},
		"member already":           {facts{party.FactBuysForUse: true}, member, "[]"},
		"one rule open":            {facts{party.FactUses: false}, member, "[]"},
		"all refuted":              {facts{party.FactBuysForUse: false}, member, "[{consumer leave [A B]}]"},
		"all refuted, no member":   {facts{party.FactBuysForUse: false}, nil, "[]"},
		"kind without a rule":      {facts{party.FactLends: false}, []party.Membership{{Kind: party.ExternalInvestor}}, "[]"},
	} {
		got, err := party.ProposeExternal(rules, tt.facts, tt.members, day(1))
		require.NoError(t, err, name)
		require.Equal(t, tt.want, fmt.Sprint(got), name)
	}
	_, err := party.ProposeExternal([]party.ExternalRule{{}, {Code: "A", Kind: 1, All: []party.Fact{1}}, {Code: "A", Kind: 1, All: []party.Fact{99}}, {Code: "A", Kind: 1, All: []party.Fact{2}}},
		nil, []party.Membership{{Kind: 9}}, day(1))
	require.Equal(t, []string{"external[0]: invalid", "rules[0]: invalid", "rules[2]: invalid", "rules[3]: duplicate"}, told(err))

	covered := map[party.Fact]bool{}
	for _, rule := range party.ExternalRules() {
		require.True(t, strings.HasPrefix(rule.Code, "EXT-"))
		require.NotEmpty(t, rule.En+rule.Zh)
		for _, fact := range rule.All {
			covered[fact] = true
		}
	}
	require.Len(t, covered, len(party.Facts()), "every fact has a default rule")
}

func TestAccept(t *testing.T) {
	join, leave := party.Proposal{Kind: 1, Action: party.ActionJoin}, party.Proposal{Kind: 1, Action: party.ActionLeave}
	later := []party.Membership{{Kind: 1, From: day(9)}}
	got, err := party.Accept(later, join, day(3))
	require.NoError(t, err)
	require.Equal(t, []party.Membership{{Kind: 1, From: day(3), Until: day(9)}, {Kind: 1, From: day(9)}}, got)
	require.Len(t, later, 1)

	got, err = party.Accept(later, leave, day(9))
	require.NoError(t, err)
	require.Empty(t, got, "left in the instant in which it began")
	got, err = party.Accept(later, leave, day(12))
	require.NoError(t, err)
	require.Equal(t, []party.Membership{{Kind: 1, From: day(9), Until: day(12)}}, got)
	require.True(t, later[0].Until.IsZero(), "what was given stays")

	_, err = party.Accept(later, join, day(9))
	require.ErrorIs(t, err, party.ErrConflict)
	_, err = party.Accept(later, leave, day(8))
	require.ErrorIs(t, err, party.ErrConflict)
	for _, p := range []party.Proposal{{}, {Kind: 1}, {Kind: 9, Action: 1}} {
		_, err = party.Accept(nil, p, day(1))
		require.ErrorIs(t, err, party.ErrInvalid)
	}
	_, err = party.Accept(nil, join, time.Time{})
	require.ErrorIs(t, err, party.ErrInvalid)
	_, err = party.Accept([]party.Membership{{Kind: 9}}, join, day(1))
	require.ErrorIs(t, err, party.ErrInvalid)
}

func TestEndCustomerShare(t *testing.T) {
	cny := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: money.CNY} }
	var s party.EndCustomerShare
	_, ok := s.BySales()
	_, okAmount := s.ByAmount()
	require.False(t, ok || okAmount, "no sales have no share")
	require.NoError(t, s.Add(party.Sale{Dealer: "D1", EndCustomer: "D1", Amount: cny(0)}))
	share, ok := s.BySales()
	require.True(t, ok)
	require.Equal(t, money.Ratio{Num: 0, Den: 1}, share, "the dealer is not the end customer")
	_, ok = s.ByAmount()
	require.False(t, ok, "nothing of nothing")

	before := s
	require.Equal(t, []string{"sale: invalid"}, told(s.Add(party.Sale{EndCustomer: "C1", Amount: cny(-1)})))
	require.Equal(t, []string{"sale: invalid"}, told(s.Add(party.Sale{EndCustomer: "\x00", Amount: cny(1)})))
	require.NoError(t, s.Add(party.Sale{EndCustomer: "C1", Amount: cny(math.MaxInt64)}))
	require.Equal(t, []string{"amount: overflow"}, told(s.Add(party.Sale{Amount: cny(1)})))
	require.ErrorIs(t, s.Add(party.Sale{Amount: money.Amount{Minor: 1, Currency: money.USD}}), party.ErrCurrency)
	require.Equal(t, []string{"sales: overflow"}, told(s.Merge(party.EndCustomerShare{Sales: math.MaxInt64})))
	require.Equal(t, before.Sales+1, s.Sales, "what failed was not counted")
	share, ok = s.ByAmount()
	require.True(t, ok)
	require.Equal(t, money.Ratio{Num: 1, Den: 1}, share)
}

func TestEndCustomerShareOverShards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole, left, right party.EndCustomerShare
		for range rapid.IntRange(0, 20).Draw(t, "sales") {
			sale := party.Sale{Dealer: rapid.SampledFrom([]string{"", "D1"}).Draw(t, "dealer"), EndCustomer: rapid.SampledFrom([]string{"", "C1", "D1"}).Draw(t, "end"),
				Amount: money.Amount{Minor: rapid.Int64Range(0, 1e12).Draw(t, "amount"), Currency: money.CNY}}
			require.NoError(t, whole.Add(sale))
			shard := rapid.SampledFrom([]*party.EndCustomerShare{&left, &right}).Draw(t, "shard")
			require.NoError(t, shard.Add(sale))
		}
		require.NoError(t, right.Merge(left))
		require.Equal(t, whole, right)
	})
}

func TestLineage(t *testing.T) {
	line, err := party.Lineage("C1", func(string) string { return "" })
	require.NoError(t, err)
	require.Empty(t, line)
	_, err = party.Lineage("C1", func(id string) string { return id })
	require.Equal(t, []string{"C1 parent: invalid"}, told(err))
	_, err = party.Lineage("C1", func(string) string { return "\x00" })
	require.Equal(t, []string{"parent: invalid"}, told(err))
}

func TestRegionsRefuse(t *testing.T) {
	_, err := party.NewRegions([]party.Region{
		{Code: "d", Parent: "c", Name: "丁"}, {Code: "c", Parent: "b", Name: "丙"}, {Code: "b", Parent: "d", Name: "乙"}, {Code: "a", Parent: "c", Name: "甲"},
		{Code: "self", Parent: "self", Name: "己"}, {Code: "twice", Name: "庚"}, {Code: "twice", Parent: "x", Name: "辛"}, {Code: "orphan", Parent: "x", Name: "壬"}, {Code: "", Name: "癸"}, {Code: "z"},
	})
	require.Equal(t, []string{"region: invalid", "b parent: invalid", "orphan parent: not found", "self parent: invalid", "twice region: duplicate", "twice parent: not found", "z name: invalid"}, told(err))

	none, err := party.NewRegions(nil)
	require.NoError(t, err)
	for _, r := range []*party.Regions{none, {}} {
		require.Zero(t, r.Len())
		require.Empty(t, r.Children(""))
		_, err = r.Path("a")
		require.ErrorIs(t, err, party.ErrNotFound)
		require.False(t, r.Within("a", "a"))
		list, err := r.RollUp(nil)
		require.NoError(t, err)
		require.Empty(t, list)
	}
}

func TestRegions(t *testing.T) {
	rows := []party.Region{{Code: "44", Name: "广东"}, {Code: "4403", Parent: "44", Name: "深圳"}, {Code: "4401", Parent: "44", Name: "广州"}, {Code: "11", Name: "北京"}}
	r, err := party.NewRegions(rows)
	require.NoError(t, err)
	rows[0].Name = "x"
	region, ok := r.Region("44")
	require.True(t, ok)
	require.Equal(t, "广东", region.Name, "a caller's change stays the caller's")
	_, ok = r.Region("45")
	require.False(t, ok)
	codes := func(list []party.Region) (codes []string) {
		for _, region := range list {
			codes = append(codes, region.Code)
		}
		return codes
	}
	require.Equal(t, []string{"11", "44"}, codes(r.Children("")))
	require.Equal(t, []string{"4401", "4403"}, codes(r.Children("44")))
	require.Empty(t, r.Children("x"))
	require.True(t, r.Within("4403", "44"))
	require.True(t, r.Within("44", "44"))
	require.False(t, r.Within("44", "4403") || r.Within("11", "44") || r.Within("x", "44") || r.Within("44", "x"))

	_, err = r.RollUp(map[string]int64{"44": math.MaxInt64, "4401": 1, "x": 1, "\xff": 1, "11": -1})
	require.Equal(t, []string{"11 count: invalid", "x region: not found", "region: not found", "44 count: overflow"}, told(err))
}

func TestRollUpAgainstPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []party.Region
		counts := map[string]int64{}
		for i := range rapid.IntRange(0, 30).Draw(t, "regions") {
			row := party.Region{Code: fmt.Sprintf("R%02d", rapid.IntRange(0, 999).Draw(t, "code")*100+i), Name: "某"}
			if up := rapid.IntRange(-1, i-1).Draw(t, "parent"); up >= 0 {
				row.Parent = rows[up].Code
			}
			rows = append(rows, row)
			if rapid.Bool().Draw(t, "counted") {
				counts[row.Code] = rapid.Int64Range(0, 9).Draw(t, "count")
			}
		}
		r, err := party.NewRegions(rapid.Permutation(rows).Draw(t, "rows"))
		require.NoError(t, err)
		want := map[string]int64{}
		for code, n := range counts {
			path, err := r.Path(code)
			require.NoError(t, err)
			for _, region := range path {
				want[region.Code] += n
				require.True(t, r.Within(code, region.Code))
			}
		}
		list, err := r.RollUp(counts)
		require.NoError(t, err)
		got := map[string]int64{}
		for _, c := range list {
			got[c.Code] = c.Total
			require.Equal(t, counts[c.Code], c.Own)
		}
		require.Equal(t, want, got)
		require.True(t, slices.IsSortedFunc(list, func(a, b party.RegionCount) int { return strings.Compare(a.Code, b.Code) }))
	})
}

func BenchmarkRegions(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1000
	}
	var rows []party.Region
	counts := map[string]int64{}
	for i := range n {
		row := party.Region{Code: fmt.Sprintf("%06d", i), Name: "某"}
		if i > 0 {
			row.Parent = fmt.Sprintf("%06d", i/10)
		}
		rows = append(rows, row)
		counts[row.Code] = int64(i)
	}
	b.Run(fmt.Sprintf("new/%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := party.NewRegions(rows); err != nil {
				b.Fatal(err)
			}
		}
	})
	r, err := party.NewRegions(rows)
	require.NoError(b, err)
	b.Run(fmt.Sprintf("roll-up/%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := r.RollUp(counts); err != nil {
				b.Fatal(err)
			}
		}
	})
}
