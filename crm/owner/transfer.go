package owner

import (
	"cmp"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Account is a customer of a leaver, with what a transfer goes by.
type Account struct {
	Customer   string            `json:"customer"`
	Holding    Holding           `json:"holding"`              // the leaver owns it
	Key        bool              `json:"key,omitzero"`         // a key account: its taker is named 大客户
	With       string            `json:"with,omitzero"`        // id of the customer with whom it stays together: the head of its group
	Value      money.Amount      `json:"value,omitzero"`       // what it is worth; not below 0
	Attributes map[string]string `json:"attributes,omitempty"` // for [ByRule]
}

// Split says how a leaver's customers are shared (分配依据). The zero value is
// ByCount.
type Split uint8

const (
	ByCount Split = iota // the takers get equally many 按户数均分
	ByValue              // the takers get equal value 按价值均分
	ByRule               // a router decides 按规则
)

var splits = enum.New[Split]("split", unknown, enum.Names{
	{"by-count", "按户数均分"}, {"by-value", "按价值均分"}, {"by-rule", "按规则"},
})

// Valid reports whether s is one of the three.
func (s Split) Valid() bool { return splits.Valid(s) }

// String returns the code, and ? for a number that is no split.
func (s Split) String() string { return splits.Code(s) }

// Zh returns the Chinese name, and ? for a number that is no split.
func (s Split) Zh() string { return splits.Zh(s) }

// MarshalText writes the form of String; a number that is no split is ErrInvalid.
func (s Split) MarshalText() ([]byte, error) { return splits.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Split) UnmarshalText(text []byte) error { return splits.Unmarshal(s, text) }

// TransferOptions says who takes what. The zero value shares by count, and lets
// no key account move, for it names nobody.
type TransferOptions struct {
	Split  Split             `json:"split,omitzero"`
	Named  map[string]string `json:"named,omitempty"`  // customer to the staff id of the taker; needed for every key account
	Router *Router           `json:"router,omitempty"` // for ByRule
	Turns  Turns             `json:"turns,omitempty"`  // of the router
}

// Tally is how many customers, and their value in each currency, in order of the
// code.
type Tally struct {
	Count  int            `json:"count"`
	Values []money.Amount `json:"values,omitempty"`
}

// Given is what one taker gets.
type Given struct {
	Staff string `json:"staff"`
	Tally Tally  `json:"tally"`
}

// Move is one customer's change of owner.
type Move struct {
	Customer string `json:"customer"`
	Entry    Entry  `json:"entry"` // to append to the customer's journal
}

// TransferPlan is the transfer of everything that a leaver has (批量移交). All
// entries take effect at one instant. It is carried out as a whole or made anew:
// the host commits it on condition that no customer has joined the leaver's since.
type TransferPlan struct {
	Leaver string  `json:"leaver"`
	Moves  []Move  `json:"moves"`           // one for each customer, in byte order
	Before Tally   `json:"before"`          // what the leaver had: the sum of what is given
	Given  []Given `json:"given"`           // by staff id; only who gets something
	Turns  Turns   `json:"turns,omitempty"` // for the router's next run
}

// PlanTransfer shares all customers of a leaver among takers, so that nothing is
// left behind (人走客不流). book is all that he owns, takers who may get it, with what they
// hold now; one taker gets it all. Customers who stay together (With) go to one
// taker as a unit, and where one of them is named, all go to his taker.
//
//   - ByCount: units in falling size, each to who got the fewest customers.
//   - ByValue: units in falling value, each to who got the least value; one
//     currency is needed. With nobody named, and room enough, the greatest share is
//     at most 4/3 - 1/(3m) of the least possible with m takers (Graham, Bounds on
//     multiprocessing timing anomalies, SIAM J. Appl. Math. 17, 1969).
//   - ByRule: the router decides by the attributes of the unit's head, after the
//     named ones are given. The capacity is the policy's, not the router's.
//
// Ties go to the lesser id. Named customers count for the shares too. Who is not
// active, or would hold more than he may, gets nothing, and on leave only what he
// is named for; the leaver is no taker. Each move is a [Policy.Transfer], so act
// needs a reason, and an approver where p says so.
//
// Errors: ErrIncomplete names in Items what is in the way, all of one sort at
// once: customers left over, key accounts for whom nobody is named, customers
// under dispute. ErrInvalid: an option or id breaks a rule, the leaver does not
// own a customer of the book, a value is below 0, With names nobody in the book or
// somebody who has a With himself. ErrDuplicate: a customer or taker twice.
// ErrNotFound: Named has a customer or a taker that is not given. ErrCurrency,
// ErrOverflow: values that cannot be added. There is no plan beside an error.
// Inputs are not changed.
func (p Policy) PlanTransfer(leaver string, book []Account, takers []Staff, opts TransferOptions, act Act) (TransferPlan, error) {
	t, err := p.newTransfer(leaver, book, takers, opts)
	if err != nil {
		return TransferPlan{}, err
	}
	if err := t.named(); err != nil {
		return TransferPlan{}, err
	}
	if opts.Split == ByRule {
		err = t.route(act)
	} else {
		t.balance()
	}
	if err != nil {
		return TransferPlan{}, err
	}
	if left := t.leftover(); len(left) > 0 {
		return TransferPlan{}, incomplete("leftover", "nobody can take", left)
	}
	return t.plan(leaver, act)
}

// transfer is the state of one plan.
type transfer struct {
	policy Policy
	opts   TransferOptions
	book   []Account // by customer
	takers []Staff   // by id; Held grows
	byID   map[string]int
	units  []unit
	count  []int   // of what each taker gets
	value  []int64 // under ByValue, its value
	turns  Turns
}

// unit is customers who stay together.
type unit struct {
	head    string
	members []int // in book
	value   int64
	taker   int // in takers, or -1
}

func (p Policy) newTransfer(leaver string, book []Account, takers []Staff, opts TransferOptions) (*transfer, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if !opts.Split.Valid() || (opts.Split == ByRule) != (opts.Router != nil) {
		return nil, refuse(ErrInvalid, "split", "unknown, or a router where it is not by rule, or none where it is")
	}
	t := &transfer{policy: p, opts: opts, turns: opts.Turns, count: make([]int, len(takers)), value: make([]int64, len(takers))}
	t.book = slices.SortedFunc(slices.Values(book), func(a, b Account) int { return strings.Compare(a.Customer, b.Customer) })
	t.takers = slices.SortedFunc(slices.Values(takers), func(a, b Staff) int { return strings.Compare(a.ID, b.ID) })
	var err error
	if t.byID, err = checkStaff(t.takers); err != nil {
		return nil, err
	}
	if _, is := t.byID[leaver]; is || !validID(leaver) {
		return nil, refuseID(ErrInvalid, "takers", leaver, "the leaver is among the takers, or has no valid id")
	}
	if err := t.checkBook(leaver); err != nil {
		return nil, err
	}
	if err := t.checkValues(); err != nil {
		return nil, err
	}
	return t, t.unite()
}

func (t *transfer) checkBook(leaver string) error {
	var disputed, unnamed []string
	for i := range t.book {
		a := &t.book[i]
		switch {
		case !validID(a.Customer):
			return refuse(ErrInvalid, "book", "a customer "+notID)
		case i > 0 && a.Customer == t.book[i-1].Customer:
			return refuseID(ErrDuplicate, "book", a.Customer, "given twice:")
		case a.Holding.Owner != leaver:
			return refuseID(ErrInvalid, "book", a.Customer, "the leaver does not own")
		case a.Value.Minor < 0 || a.Value.Minor > 0 && a.Value.Currency.IsZero():
			return refuseID(ErrInvalid, "value", a.Customer, "below 0 or without currency, of")
		case a.Holding.Disputed():
			disputed = append(disputed, a.Customer)
		}
		if a.Key && t.opts.Named[a.Customer] == "" {
			unnamed = append(unnamed, a.Customer)
		}
	}
	if len(disputed) > 0 {
		return incomplete("disputes", "to be resolved first, of", disputed)
	}
	if len(unnamed) > 0 {
		return incomplete("named", "no taker is named for the key accounts", unnamed)
	}
	return nil
}

// find returns the place of a customer in the book.
func (t *transfer) find(customer string) (int, bool) {
	return slices.BinarySearchFunc(t.book, customer, func(a Account, id string) int { return strings.Compare(a.Customer, id) })
}

// unite makes the units, in byte order of their heads.
func (t *transfer) unite() error {
	place := make(map[string]int, len(t.book))
	for i := range t.book {
		if t.book[i].With == "" {
			place[t.book[i].Customer] = len(t.units)
			t.units = append(t.units, unit{head: t.book[i].Customer, taker: -1})
		}
	}
	for i := range t.book {
		a := &t.book[i]
		u, ok := place[cmp.Or(a.With, a.Customer)]
		if !ok {
			return refuseID(ErrInvalid, "with", a.Customer, "no head of a group in the book, of")
		}
		t.units[u].members = append(t.units[u].members, i)
		if t.opts.Split == ByValue {
			t.units[u].value += a.Value.Minor
		}
	}
	return nil
}

// checkValues reports values that cannot be added to one sum; where they can, no
// part of it leaves int64.
func (t *transfer) checkValues() error {
	if t.opts.Split != ByValue {
		return nil
	}
	var total money.Amount
	for i := range t.book {
		if t.book[i].Value.Currency.IsZero() {
			continue
		}
		sum, err := total.Add(t.book[i].Value)
		if err != nil {
			return moneyError(err)
		}
		total = sum
	}
	return nil
}

// named gives the units of named customers to their takers.
func (t *transfer) named() error {
	for _, customer := range sortedKeys(t.opts.Named) {
		if _, ok := t.find(customer); !ok {
			return refuseID(ErrNotFound, "named", customer, "not in the book:")
		}
		if _, ok := t.byID[t.opts.Named[customer]]; !ok {
			return refuseID(ErrNotFound, "named", t.opts.Named[customer], "not among the takers:")
		}
	}
	for u := range t.units {
		taker := -1
		for _, i := range t.units[u].members {
			id, ok := t.opts.Named[t.book[i].Customer]
			if !ok {
				continue
			}
			if taker >= 0 && taker != t.byID[id] {
				return refuseID(ErrInvalid, "named", t.units[u].head, "two takers for the group of")
			}
			taker = t.byID[id]
		}
		if taker >= 0 && t.fits(u, taker) {
			t.give(u, taker)
		}
	}
	return nil
}

// fits reports whether a person can take a unit at all.
func (t *transfer) fits(u, taker int) bool {
	s := &t.takers[taker]
	return s.Active && s.room(t.policy.Capacity) >= len(t.units[u].members)
}

func (t *transfer) give(u, taker int) {
	n := len(t.units[u].members)
	t.units[u].taker = taker
	t.takers[taker].Held += n
	t.count[taker] += n
	t.value[taker] += t.units[u].value
}

// waiting reports whether nobody has been named for a unit.
func (t *transfer) waiting(u int) bool {
	return t.units[u].taker < 0 && !slices.ContainsFunc(t.units[u].members, func(i int) bool {
		_, named := t.opts.Named[t.book[i].Customer]
		return named
	})
}

// balance gives the greatest unit that is left to who has got least.
func (t *transfer) balance() {
	order := make([]int, 0, len(t.units))
	for u := range t.units {
		if t.waiting(u) {
			order = append(order, u)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(t.units[b].value, t.units[a].value), cmp.Compare(len(t.units[b].members), len(t.units[a].members)))
	})
	for _, u := range order {
		best := -1
		for s := range t.takers {
			if t.takers[s].OnLeave || !t.fits(u, s) {
				continue
			}
			if best < 0 || cmp.Or(cmp.Compare(t.value[s], t.value[best]), cmp.Compare(t.count[s], t.count[best])) < 0 {
				best = s
			}
		}
		if best >= 0 {
			t.give(u, best)
		}
	}
}

// route asks the router for each unit; a taker who cannot take all of it is asked
// no further in its turn.
func (t *transfer) route(act Act) error {
	router := *t.opts.Router
	router.Capacity = t.policy.Capacity
	for u := range t.units {
		if !t.waiting(u) {
			continue
		}
		staff := slices.Clone(t.takers)
		for s := range staff {
			staff[s].Active = t.fits(u, s)
		}
		i, _ := t.find(t.units[u].head)
		routing, err := router.Assign([]Item{{Customer: t.units[u].head, Attributes: t.book[i].Attributes}}, staff, t.turns, act.Recorded)
		if err != nil {
			return err
		}
		t.turns = routing.Turns
		if id := routing.Assignments[0].Staff; id != "" {
			s := t.byID[id]
			t.takers[s].LastAt = act.Recorded
			t.give(u, s)
		}
	}
	return nil
}

func (t *transfer) leftover() (left []string) {
	for _, u := range t.units {
		if u.taker < 0 {
			for _, i := range u.members {
				left = append(left, t.book[i].Customer)
			}
		}
	}
	slices.Sort(left)
	return left
}

// plan makes the entries and counts what was there and what is given.
func (t *transfer) plan(leaver string, act Act) (TransferPlan, error) {
	plan := TransferPlan{Leaver: leaver, Moves: make([]Move, len(t.book)), Turns: t.turns}
	before := make(tally, 1)
	given := make([]tally, len(t.takers))
	for _, u := range t.units {
		to := t.takers[u.taker]
		to.Held, to.Capacity = 0, 0 // the room for all was looked at
		policy := t.policy
		policy.Capacity = 0
		for _, i := range u.members {
			a := &t.book[i]
			e, err := policy.Transfer(a.Holding, to, act)
			if err != nil {
				return TransferPlan{}, about(a.Customer, err)
			}
			plan.Moves[i] = Move{a.Customer, e}
			if given[u.taker] == nil {
				given[u.taker] = tally{}
			}
			if err := cmp.Or(before.add(a.Value), given[u.taker].add(a.Value)); err != nil {
				return TransferPlan{}, err
			}
		}
	}
	plan.Before = before.tally(len(t.book))
	for s, g := range given {
		if g != nil {
			plan.Given = append(plan.Given, Given{t.takers[s].ID, g.tally(t.count[s])})
		}
	}
	return plan, nil
}

// tally is a sum in each currency.
type tally map[money.Currency]money.Amount

func (t tally) add(a money.Amount) error {
	if a.Currency.IsZero() {
		return nil
	}
	sum, err := t[a.Currency].Add(a)
	if err != nil {
		return moneyError(err)
	}
	t[a.Currency] = sum
	return nil
}

func (t tally) tally(count int) Tally {
	out := Tally{Count: count}
	for _, a := range t {
		out.Values = append(out.Values, a)
	}
	slices.SortFunc(out.Values, func(a, b money.Amount) int { return cmp.Compare(a.Currency, b.Currency) })
	return out
}
