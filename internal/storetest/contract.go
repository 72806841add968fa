package storetest

import (
	"slices"
	"strings"
)

// Contract is a domain's adapter to the cases that are written once: what its stores
// have beyond the others, and its own words.
type Contract struct {
	Package string // "sampling"
	// Claims: the domain has claims. Without them, Claim and Release are left out of
	// what the cases write.
	Claims bool
	// Known is a kind of subject that the domain knows, and keeps as a record like any
	// other.
	Known string

	// RecordRest and EntryRest are the Rest of a record and of an entry with every
	// field; nil where there is none.
	RecordRest func() any
	EntryRest  func(n int) any
	// Private is the Rest of an entry with a text in every part that Redact clears, and
	// Redacted is what Redact leaves of a Rest; nil where it clears nothing of it.
	Private  func(text string) any
	Redacted func(rest any) any
	// More are changes of subjects of its own, from the versions 0: each of the writes
	// that only this domain has.
	More func() []Change
	// Unknown are writes of the domain's type that no store has heard of; the last
	// holds a text.
	Unknown func(text string) []Write
	// Pointers are the domain's own writes, passed by pointer, and the subject that
	// each would fit.
	Pointers func() map[Subject][]Write
	// Broken are further commits in which Validate finds a fault.
	Broken   func() map[string]Commit
	Validate func(Commit) error
	// ErrorOf reads the domain's typed error, and Error makes it.
	ErrorOf func(error) (Error, bool)
	Error   func(e Error, sentinel error) error

	// Quotes are the sentences that stand in its contract alone: the shared case that
	// holds each, where it stands, and its words.
	Quotes [][3]string
}

// Error is a domain's typed error.
type Error struct {
	Subject Subject
	Field   string
	Holder  Subject
	Reason  string // why, where Error makes it; ErrorOf leaves it out
}

// Check is a case that is written once. Its name is that of a subtest.
type Check struct {
	Name  string
	Rules []Rule
	Skip  func(c *Bench) string // why the case does not apply; "" where it does
	Run   func(c *Bench)
	// Claims: only a domain that has claims has the case.
	Claims bool
}

// StoreChecks are the cases of a contract that one goroutine can see, in its order.
func (d *Contract) StoreChecks() []Check {
	return d.quoting(slices.Concat(
		versionChecks(), commitChecks(), keyChecks(), writeChecks(), claimChecks(),
		consistencyChecks(), sharingChecks(), reopenChecks(), contextChecks(), errorChecks(), errorFieldChecks(),
		orderChecks(), pageChecks(), dueChecks(), filterChecks(), entryFilterChecks(),
		limitChecks(), idChecks(), instantChecks(), documentChecks(), refusalChecks(),
		erasureChecks(), outboxChecks(), prunerChecks()))
}

// Extended are the cases of a domain: the shared ones, and its own. One of its own
// that has the name of a shared one goes on, on the same store, where that ends.
func Extended(shared, own []Check) []Check {
	all := slices.Clone(shared)
	for _, k := range own {
		at := slices.IndexFunc(all, func(o Check) bool { return o.Name == k.Name })
		if at < 0 {
			all = append(all, k)
			continue
		}
		first := all[at]
		all[at].Rules = fullest(first.Rules, k.Rules)
		all[at].Run = func(c *Bench) {
			if first.Run(c); !c.Failed() {
				k.Run(c)
			}
		}
	}
	return all
}

// fullest are the shared rules and the domain's own. Of what all contracts say in
// words of their own, a shared case quotes the words that are the same; where the
// domain gives the sentence, that is what is printed.
func fullest(shared, own []Rule) []Rule {
	whole := func(r Rule) bool {
		return !slices.ContainsFunc(own, func(o Rule) bool { return o.Of == r.Of && strings.Contains(o.Says, r.Says) })
	}
	return append(slices.DeleteFunc(slices.Clone(shared), func(r Rule) bool { return !whole(r) }), own...)
}

// quoting gives the cases the sentences that only this contract has, and leaves out
// those of claims where there are none.
func (d *Contract) quoting(all []Check) []Check {
	var mine []Check
	for _, k := range all {
		var own []Rule
		for _, q := range d.Quotes {
			if q[0] == k.Name {
				own = append(own, Rule{Of: q[1], Says: q[2]})
			}
		}
		k.Rules = fullest(k.Rules, own)
		if d.Claims || !k.Claims {
			mine = append(mine, k)
		}
	}
	return mine
}
