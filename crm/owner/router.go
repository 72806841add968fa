package owner

import (
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Method says how a group shares what it gets (分配方式). The zero value is
// RoundRobin.
type Method uint8

const (
	RoundRobin  Method = iota // in turn, by staff id, after who had the last turn 轮流分配
	LeastLoaded               // to who holds least 最少负荷
	Weighted                  // to who holds least in relation to his weight 按负荷比例
	Manual                    // to who is named 人工指派
)

var methods = enum.New[Method]("method", unknown, enum.Names{
	{"round-robin", "轮流分配"}, {"least-loaded", "最少负荷"}, {"weighted", "按负荷比例"}, {"manual", "人工指派"},
})

// Valid reports whether m is one of the four.
func (m Method) Valid() bool { return methods.Valid(m) }

// String returns the code, and ? for a number that is no method.
func (m Method) String() string { return methods.Code(m) }

// Zh returns the Chinese name, and ? for a number that is no method.
func (m Method) Zh() string { return methods.Zh(m) }

// MarshalText writes the form of String; a number that is no method is ErrInvalid.
func (m Method) MarshalText() ([]byte, error) { return methods.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Method) UnmarshalText(text []byte) error { return methods.Unmarshal(m, text) }

// Match asks whether an attribute of the customer, such as region, industry,
// product or source, has one of some values, byte by byte. A missing attribute has
// none.
type Match struct {
	Attribute string   `json:"attribute"`
	In        []string `json:"in"`
}

// RouteRule sends customers to a group (分配规则). Where every match holds, the rule
// does; without a match it always does.
type RouteRule struct {
	ID    string  `json:"id"`
	When  []Match `json:"when,omitempty"`
	Group string  `json:"group"`
}

// Group is who shares what rules send to it (分配组).
type Group struct {
	ID      string   `json:"id"`
	Method  Method   `json:"method"`
	Members []string `json:"members"` // staff ids
}

// Router says who gets which customer (分配引擎): the first rule that holds names
// the group, Fallback where none does, and the group's method the person.
type Router struct {
	Rules    []RouteRule `json:"rules,omitempty"`
	Fallback string      `json:"fallback"` // id of the group for what no rule matches; never absent
	Groups   []Group     `json:"groups"`
	Capacity int         `json:"capacity,omitzero"` // of staff whose own is 0; 0 is without limit
}

// Validate reports everything wrong with r, joined; each is an [*Error] with the
// place in Item: no fallback, an id that is missing, unknown or given twice, a
// group without members or with the method Manual, a match without values or a
// second one of the same attribute. A rule that can never be reached is no error:
// see [Router.Shadowed].
func (r Router) Validate() error {
	var p problems
	known := func(id string) bool { return slices.ContainsFunc(r.Groups, func(g Group) bool { return g.ID == id }) }
	p.check(r.Fallback != "", "fallback", -1, "is missing")
	p.check(r.Fallback == "" || known(r.Fallback), "fallback", -1, "is no group")
	p.check(r.Capacity >= 0, "capacity", -1, "is below 0")
	for i, rule := range r.Rules {
		p.check(validID(rule.ID), "rules", i, "id "+notID)
		twice := slices.ContainsFunc(r.Rules[:i], func(q RouteRule) bool { return q.ID == rule.ID })
		p.check(!twice, "rules", i, "id given twice")
		p.check(known(rule.Group), "rules", i, "sends to no group")
		for j, m := range rule.When {
			p.check(m.Attribute != "", "rules", i, "a match without attribute")
			p.check(len(m.In) > 0, "rules", i, "a match without values")
			again := slices.ContainsFunc(rule.When[:j], func(q Match) bool { return q.Attribute == m.Attribute })
			p.check(!again, "rules", i, "two matches of one attribute")
		}
	}
	for i, g := range r.Groups {
		p.check(validID(g.ID), "groups", i, "id "+notID)
		twice := slices.ContainsFunc(r.Groups[:i], func(q Group) bool { return q.ID == g.ID })
		p.check(!twice, "groups", i, "id given twice")
		p.check(g.Method.Valid() && g.Method != Manual, "groups", i, "no method of a group")
		p.check(len(g.Members) > 0, "groups", i, "has no members")
		members := slices.Sorted(slices.Values(g.Members))
		p.check(len(slices.Compact(members)) == len(g.Members), "groups", i, "a member given twice")
	}
	return p.join()
}

// route returns the index of the first rule that holds, or -1, and of the group.
func (r Router) route(attributes map[string]string) (rule, group int) {
	rule = slices.IndexFunc(r.Rules, func(rule RouteRule) bool { return rule.holds(attributes) })
	to := r.Fallback
	if rule >= 0 {
		to = r.Rules[rule].Group
	}
	return rule, slices.IndexFunc(r.Groups, func(g Group) bool { return g.ID == to })
}

func (r RouteRule) holds(attributes map[string]string) bool {
	for _, m := range r.When {
		value, ok := attributes[m.Attribute]
		if !ok || !slices.Contains(m.In, value) {
			return false
		}
	}
	return true
}

// TeamRouter returns the router that shares everything among the members by one
// method. Errors are those of [Router.Validate].
func TeamRouter(method Method, members ...string) (Router, error) {
	r := Router{Fallback: "team", Groups: []Group{{ID: "team", Method: method, Members: members}}}
	return r, r.Validate()
}

// checkStaff returns the staff by id.
func checkStaff(staff []Staff) (map[string]int, error) {
	var errs []error
	byID := make(map[string]int, len(staff))
	for i, s := range staff {
		if err := s.Validate(); err != nil {
			errs = append(errs, placed("staff", i, err))
		}
		if _, twice := byID[s.ID]; twice {
			errs = append(errs, refuseItem(ErrDuplicate, "staff", i, "given twice"))
		}
		byID[s.ID] = i
	}
	return byID, errors.Join(errs...)
}
