package spotcheck

import (
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Person is one line of a roster (名册). ID and Department are opaque ids, no names.
type Person struct {
	ID         string `json:"id"`                  // 1 to 255 bytes of UTF-8 without NUL
	Department string `json:"department,omitzero"` // "" where the cycle has no departments
	// Absent is why the person counts but cannot be drawn (不参加抽取的原因), as a code
	// of the host's list, such as "leave"; "" for everybody else.
	Absent string `json:"absent,omitzero"`
}

// Roster is all staff on the day of a round, frozen (员工名册): people on leave count
// in the quota's N and cannot be drawn. Nothing changes it after [NewRoster].
type Roster struct {
	people      []Person // in byte order of ids
	departments []string // in byte order; "" is first where somebody has none
	department  []int32  // of each of people: place in departments
	eligible    int
	hash        Hash
}

// NewRoster freezes a list of at most 5,000,000 people, in any order, which it copies.
// The empty list is a roster of nobody. Every line that is wrong is reported, joined:
// an id, a department or a reason of another form ([ErrInvalid]), an id for the second
// time ([ErrDuplicate]).
func NewRoster(people []Person) (*Roster, error) {
	if len(people) > maxStaff {
		return nil, refuseCount(ErrInvalid, "roster", codeTooMany, maxStaff, len(people))
	}
	var p problems
	for i, person := range people {
		p.check(validID(person.ID), "roster", i, codeID)
		p.check(person.Department == "" || validID(person.Department), "roster", i, codeDepartment)
		p.check(person.Absent == "" || validID(person.Absent), "roster", i, codeText)
	}
	r := &Roster{people: slices.Clone(people)}
	slices.SortFunc(r.people, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	for i, person := range r.people {
		if i > 0 && person.ID == r.people[i-1].ID && validID(person.ID) {
			p = append(p, refuseID(ErrDuplicate, "roster", person.ID, codeRepeated))
		}
		if person.Absent == "" {
			r.eligible++
		}
	}
	if len(p) > 0 {
		return nil, p.join()
	}
	r.intern()
	r.hash = r.digest()
	return r, nil
}

// intern gives each department a number.
func (r *Roster) intern() {
	index := map[string]int32{}
	for _, p := range r.people {
		index[p.Department] = 0
	}
	r.departments = slices.Sorted(maps.Keys(index))
	for i, department := range r.departments {
		index[department] = int32(i)
	}
	r.department = make([]int32, len(r.people))
	for i, p := range r.people {
		r.department[i] = index[p.Department]
	}
}

// undepartmented returns somebody without a department, false where there is nobody.
func (r *Roster) undepartmented() (Person, bool) {
	if len(r.departments) == 0 || r.departments[0] != "" {
		return Person{}, false
	}
	return r.people[slices.Index(r.department, 0)], true
}

// digest is the SHA-256 of the lines in byte order of ids, each field preceded by its
// length as four bytes, big-endian.
func (r *Roster) digest() Hash {
	h := sha256.New()
	buffer := make([]byte, 0, 1<<12)
	field := func(s string) {
		buffer = append(binary.BigEndian.AppendUint32(buffer, uint32(len(s))), s...)
	}
	field("guanxi/spotcheck/roster/v1")
	for _, p := range r.people {
		field(p.ID)
		field(p.Department)
		field(p.Absent)
		if len(buffer) > 3<<10 {
			h.Write(buffer)
			buffer = buffer[:0]
		}
	}
	h.Write(buffer)
	return Hash(h.Sum(nil))
}

// Len returns N, all staff.
func (r *Roster) Len() int { return len(r.people) }

// Eligible returns how many can be drawn.
func (r *Roster) Eligible() int { return r.eligible }

// Hash returns the SHA-256 of the roster, which does not depend on the order in which
// it was given.
func (r *Roster) Hash() Hash { return r.hash }

// People returns the lines in byte order of ids.
func (r *Roster) People() iter.Seq[Person] { return slices.Values(r.people) }

// Find returns the line of a person.
func (r *Roster) Find(id string) (Person, bool) {
	i, ok := slices.BinarySearchFunc(r.people, id, func(p Person, id string) int { return strings.Compare(p.ID, id) })
	if !ok {
		return Person{}, false
	}
	return r.people[i], true
}
