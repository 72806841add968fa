package party

import (
	"log/slog"
	"slices"

	"github.com/guanxi-go/guanxi/crm/field"
)

// Profile is who a customer is (客户档案): what the company knows about a person or an
// organisation apart from where the relationship stands. Lists are in the order of
// preference, so that the first phone is the one to call.
//
// Name, Aliases, Identifiers, the lines and postcodes of Addresses and the personal
// values of Custom are personal; the others are ids, codes and flags, which stay when
// the person is forgotten. Tags are labels that the host gives to many; what describes
// one person alone belongs into a personal custom field.
type Profile struct {
	Type     Type         `json:"type,omitzero"`      // person or organisation
	Kind     Kind         `json:"kind,omitzero"`      // what the party mainly is to us
	External []Membership `json:"external,omitempty"` // external kinds, each for a time
	Internal bool         `json:"internal,omitzero"`  // a colleague or a unit of ours 内部顾客
	Paying   bool         `json:"paying,omitzero"`    // pays for what it receives; a property, not what makes a customer 付费
	Roles    []Role       `json:"roles,omitempty"`    // what the party is to those who work for it

	Name        string       `json:"name,omitzero"` // in full, as the party itself writes it
	Aliases     []string     `json:"aliases,omitempty"`
	Identifiers []Identifier `json:"identifiers,omitempty"`
	Addresses   []Address    `json:"addresses,omitempty"`
	Tags        []string     `json:"tags,omitempty"`

	Source string `json:"source,omitzero"` // where the party came from: a code of the host
	Region string `json:"region,omitzero"` // where it belongs: code in the host's tree, see [Regions]

	Parent   string   `json:"parent,omitzero"`   // id of the organisation that this one belongs to; see [Lineage] 上级单位
	Position Position `json:"position,omitzero"` // dealer or end customer, where that is known
	Dealer   string   `json:"dealer,omitzero"`   // id of the dealer through whom we sell to the party; "" for directly 经销商

	Custom field.Record `json:"custom,omitzero"` // the host's own fields
}

// CustomerRole returns the side of the house on which the party is a customer. It
// follows from Internal alone: Paying has no say.
func (p Profile) CustomerRole() CustomerRole {
	if p.Internal {
		return CustomerInternal
	}
	return CustomerExternal
}

// Clone returns a copy that shares no memory with p.
func (p Profile) Clone() Profile {
	p.External, p.Roles = slices.Clone(p.External), slices.Clone(p.Roles)
	p.Aliases, p.Identifiers, p.Tags = slices.Clone(p.Aliases), slices.Clone(p.Identifiers), slices.Clone(p.Tags)
	p.Addresses = slices.Clone(p.Addresses)
	for i, a := range p.Addresses {
		p.Addresses[i] = a.Clone()
	}
	p.Custom = p.Custom.Clone()
	return p
}

// Equal reports whether p and q are the same in every part, the order of the lists
// included. Nil and empty lists are the same, and so are equal instants in different
// zones. Profiles that are equal stay so through JSON.
func (p Profile) Equal(q Profile) bool { return len(p.Changed(q)) == 0 }

// Changed returns the JSON names of the parts in which q differs from p, in the order
// of the struct: what a journal may say about a change of a profile without saying
// anything personal.
func (p Profile) Changed(q Profile) []string {
	var names []string
	differ := func(name string, same bool) {
		if !same {
			names = append(names, name)
		}
	}
	differ("type", p.Type == q.Type)
	differ("kind", p.Kind == q.Kind)
	differ("external", slices.EqualFunc(p.External, q.External, func(a, b Membership) bool {
		return a.Kind == b.Kind && a.From.Equal(b.From) && a.Until.Equal(b.Until)
	}))
	differ("internal", p.Internal == q.Internal)
	differ("paying", p.Paying == q.Paying)
	differ("roles", slices.Equal(p.Roles, q.Roles))
	differ("name", p.Name == q.Name)
	differ("aliases", slices.Equal(p.Aliases, q.Aliases))
	differ("identifiers", slices.Equal(p.Identifiers, q.Identifiers))
	differ("addresses", slices.EqualFunc(p.Addresses, q.Addresses, Address.Equal))
	differ("tags", slices.Equal(p.Tags, q.Tags))
	differ("source", p.Source == q.Source)
	differ("region", p.Region == q.Region)
	differ("parent", p.Parent == q.Parent)
	differ("position", p.Position == q.Position)
	differ("dealer", p.Dealer == q.Dealer)
	differ("custom", p.Custom.Equal(q.Custom))
	return names
}

// ClaimKeys returns the claim keys of the identifiers that only one customer may
// hold, in byte order, each once.
func (p Profile) ClaimKeys() []string {
	var keys []string
	for _, i := range p.Identifiers {
		if i.Exclusive() {
			keys = append(keys, i.ClaimKey())
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// LogValue shows what the party is, with the name and the identifiers masked and
// without the rest of what is personal.
func (p Profile) LogValue() slog.Value {
	identifiers := make([]string, len(p.Identifiers))
	for i, id := range p.Identifiers {
		identifiers[i] = id.Masked()
	}
	return slog.GroupValue(slog.String("type", p.Type.String()), slog.String("kind", p.Kind.String()),
		slog.String("name", MaskName(p.Name)), slog.Any("identifiers", identifiers), slog.String("region", p.Region))
}
