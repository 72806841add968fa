package approval

import "slices"

// Approver says who is asked in a step (审批人).
type Approver struct {
	From  Source `json:"from"`
	Value string `json:"value,omitzero"` // of the person, role, post, field or unit; none for the other sources
	Up    int    `json:"up,omitzero"`    // FromManager: 1 is the initiator's manager, at most 20; 0 is 1
}

const maxUp = 20

// Validate reports everything wrong with a, joined.
func (a Approver) Validate() error {
	var found problems
	found.check(a.From.Valid(), codeUnknown, "from", -1)
	switch a.From {
	case FromUser, FromRole, FromPost, FromField:
		found.check(validID(a.Value), codeID, "value", -1)
	case FromUnit:
		found.check(validText(a.Value), codeID, "value", -1)
	default:
		found.check(a.Value == "", codeMisplaced, "value", -1)
	}
	if a.From == FromManager {
		found.check(a.Up >= 0 && a.Up <= maxUp, codeRange, "up", -1)
	} else {
		found.check(a.Up == 0, codeMisplaced, "up", -1)
	}
	return found.join()
}

// Directory says who holds which role and post, who works in which unit and who is
// whose manager (组织通讯录), as of the instant of the decision. Answers are ids of
// people; unknown codes and people have none. It is asked once for each step that is
// entered, and what it answered is kept in the journal. [Staff] is one.
type Directory interface {
	Role(code string) []string
	Post(code string) []string
	Unit(code string) []string
	Manager(person string) string // "" for nobody
}

// Staff is a [Directory] of plain tables; nil maps are empty.
type Staff struct {
	Roles    map[string][]string `json:"roles,omitempty"`
	Posts    map[string][]string `json:"posts,omitempty"`
	Units    map[string][]string `json:"units,omitempty"`
	Managers map[string]string   `json:"managers,omitempty"` // from a person to his manager
}

// Role returns who has the role.
func (s Staff) Role(code string) []string { return s.Roles[code] }

// Post returns who holds the post.
func (s Staff) Post(code string) []string { return s.Posts[code] }

// Unit returns who works in the unit.
func (s Staff) Unit(code string) []string { return s.Units[code] }

// Manager returns the person's manager, "" for nobody.
func (s Staff) Manager(person string) string { return s.Managers[person] }

// resolve appends the people of some approvers, each once: in the order of the
// approvers, and those of a role, post or unit in byte order.
func resolve(people []string, approvers []Approver, r *Request, in Directory) []string {
	for _, a := range approvers {
		var some []string
		switch a.From {
		case FromUser:
			people = appendNew(people, a.Value)
		case FromField:
			people = appendNew(people, r.Fields[a.Value])
		case FromManager:
			people = appendNew(people, managerOf(in, r.Initiator, max(a.Up, 1)))
		case FromRole:
			some = ask(in.Role, a.Value)
		case FromPost:
			some = ask(in.Post, a.Value)
		case FromUnit:
			unit := a.Value
			if unit == "" {
				unit = r.Unit
			}
			some = ask(in.Unit, unit)
		}
		given := people
		for i, person := range some {
			if person != "" && (i == 0 || person != some[i-1]) && !slices.Contains(given, person) {
				people = append(people, person)
			}
		}
	}
	return people
}

// ask sorts what a directory answers without touching it.
func ask(list func(string) []string, code string) []string {
	some := list(code)
	if slices.IsSorted(some) {
		return some
	}
	return slices.Sorted(slices.Values(some))
}

func appendNew(people []string, person string) []string {
	if person == "" || slices.Contains(people, person) {
		return people
	}
	return append(people, person)
}

// managerOf walks up; "" where the line ends before.
func managerOf(in Directory, person string, up int) string {
	for ; up > 0 && person != ""; up-- {
		person = in.Manager(person)
	}
	return person
}
