package party

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Validate reports every rule that p breaks, joined; each is an [*Error] with the
// place in Field. It does not change p. ErrIncomplete: no type; neither a name nor an
// identifier to know the party by; a code without what it needs. ErrInvalid: an
// unknown enumerator, a text that is no single line of 1 to [MaxRunes] runes, a list
// of more than [MaxItems], an identifier that is not in its normal form, an address or
// a membership that breaks its own rules, an id or code that is none, a person with a
// parent, custom values that [field.Record.Validate] refuses. ErrDuplicate: an
// identifier, alias, tag or role that is there twice, two memberships of one kind at
// one instant.
//
// Whether a region, a parent or a dealer exists, and whether custom values obey their
// schema, is not to be seen from a profile.
func (p Profile) Validate() error {
	var f faults
	p.checkWhat(&f)
	p.checkNames(&f)
	p.checkReach(&f)
	for _, part := range []struct{ place, id string }{{"source", p.Source}, {"region", p.Region}, {"parent", p.Parent}, {"dealer", p.Dealer}} {
		if part.id != "" && !validID(part.id) {
			f.add(part.place, "is no id or code", ErrInvalid)
		}
	}
	if p.Parent != "" && p.Type == Person {
		f.add("parent", "is for organisations", ErrInvalid)
	}
	if err := p.Custom.Validate(); err != nil {
		f.add("custom", "is not valid", err)
	}
	return f.join()
}

func (p Profile) checkWhat(f *faults) {
	if p.Type == 0 {
		f.add("type", "is not stated", ErrIncomplete)
	} else if !p.Type.Valid() {
		f.add("type", "is unknown", ErrInvalid)
	}
	if p.Kind != 0 && !p.Kind.Valid() {
		f.add("kind", "is unknown", ErrInvalid)
	}
	if p.Position != 0 && !p.Position.Valid() {
		f.add("position", "is unknown", ErrInvalid)
	}
	*f = append(*f, checkMemberships(p.External)...)
	checkList(f, "external", p.External, nil)
	checkList(f, "roles", p.Roles, Role.Valid)
	checkTwice(f, "roles", p.Roles)
}

func (p Profile) checkNames(f *faults) {
	if p.Name == "" && len(p.Identifiers) == 0 {
		f.add("name", "is missing, and there is no identifier either", ErrIncomplete)
	}
	if p.Name != "" && !validText(p.Name) {
		f.add("name", "is no line of text", ErrInvalid)
	}
	checkList(f, "aliases", p.Aliases, validText)
	checkTwice(f, "aliases", p.Aliases)
	checkList(f, "tags", p.Tags, validText)
	checkTwice(f, "tags", p.Tags)
}

func (p Profile) checkReach(f *faults) {
	checkList(f, "identifiers", p.Identifiers, nil)
	for i, id := range p.Identifiers {
		if err := id.Validate(); err != nil {
			f.add(fault.Place("identifiers", i), "is not valid", err)
		}
	}
	checkTwice(f, "identifiers", p.Identifiers)
	checkList(f, "addresses", p.Addresses, nil)
	for i, a := range p.Addresses {
		f.within(fault.Place("addresses", i), a.check())
	}
}

// checkList wants at most MaxItems entries, each of them ok where that is not nil.
func checkList[T any](f *faults, place string, list []T, ok func(T) bool) {
	if len(list) > MaxItems {
		f.add(place, "has too many entries", ErrInvalid)
	}
	for i, item := range list {
		if ok != nil && !ok(item) {
			f.add(fault.Place(place, i), "is not valid", ErrInvalid)
		}
	}
}

func checkTwice[T comparable](f *faults, place string, list []T) {
	for i, item := range list {
		if slices.Contains(list[:i], item) {
			f.add(fault.Place(place, i), "is there twice", ErrDuplicate)
		}
	}
}
