package party

import (
	"cmp"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// ContactRole is what a contact person does for an organisation (联系人角色).
type ContactRole uint8

const (
	ContactManager    ContactRole = iota + 1 // runs it 负责人
	ContactPurchasing                        // buys 采购
	ContactFinance                           // pays and invoices 财务
	ContactTechnical                         // uses, installs, maintains 技术
	ContactLegal                             // contracts 法务
	ContactOther                             // any other; Title says which 其他
)

var contactRoleTerms = enum.New[ContactRole]("contact-role", unknown, enum.Names{
	{}, {"manager", "负责人"}, {"purchasing", "采购"}, {"finance", "财务"}, {"technical", "技术"},
	{"legal", "法务"}, {"other", "其他"},
})

// ContactRoles returns all of them in the order of their constants.
func ContactRoles() []ContactRole { return contactRoleTerms.All() }

// Valid reports whether c is one of them.
func (c ContactRole) Valid() bool { return contactRoleTerms.Valid(c) }

// String returns the English name, "" for none, ? for a number that is none.
func (c ContactRole) String() string { return contactRoleTerms.Code(c) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (c ContactRole) Zh() string { return contactRoleTerms.Zh(c) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (c ContactRole) MarshalText() ([]byte, error) { return contactRoleTerms.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and leaves c as it was on an error.
func (c *ContactRole) UnmarshalText(text []byte) error { return contactRoleTerms.Unmarshal(c, text) }

// Contact says that a person speaks for an organisation in a role, from From on and
// before Until (联系人). A person may speak for several organisations and in several
// roles, an organisation have many contacts. The zero From is always so far, the zero
// Until is open. Title is personal.
type Contact struct {
	ID           string      `json:"id"`
	Organisation string      `json:"organisation"` // id of the party spoken for
	Person       string      `json:"person"`       // id of the party who speaks
	Role         ContactRole `json:"role"`
	Title        string      `json:"title,omitzero"`   // on the business card 职务
	Primary      bool        `json:"primary,omitzero"` // the one to call in this role 首要联系人
	From         time.Time   `json:"from,omitzero"`
	Until        time.Time   `json:"until,omitzero"`
}

// ActiveAt reports whether the contact holds at t.
func (c Contact) ActiveAt(t time.Time) bool { return holds(c.From, c.Until, t) }

// Strings returns the personal strings of c: the title.
func (c Contact) Strings() []string {
	if c.Title == "" {
		return nil
	}
	return []string{c.Title}
}

// Erased returns what stays of c when the person is forgotten: all but the title.
func (c Contact) Erased() Contact {
	c.Title = ""
	return c
}

// LogValue shows the ids and the role.
func (c Contact) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID), slog.String("organisation", c.Organisation),
		slog.String("person", c.Person), slog.String("role", c.Role.String()))
}

// Validate reports every rule that c breaks by itself, joined: an id that is none, an
// unknown role, a title that is no line of text, a person who is the organisation, an
// end that is not after the beginning.
func (c Contact) Validate() error { return c.check().join() }

func (c Contact) check() (f faults) {
	refuse := func(broken bool, field, reason string) {
		if broken {
			f = append(f, invalid(field, reason))
			if validID(c.ID) {
				f[len(f)-1].ID = c.ID
			}
		}
	}
	refuse(!validID(c.ID), "id", "of a contact is 1 to 255 bytes")
	refuse(!validID(c.Organisation), "organisation", "is no id")
	refuse(!validID(c.Person), "person", "is no id")
	refuse(c.Organisation == c.Person, "person", "is the organisation")
	refuse(!c.Role.Valid(), "role", "is unknown")
	refuse(c.Title != "" && !validText(c.Title), "title", "is no line of text")
	refuse(!ordered(c.From, c.Until), "until", "is not after from")
	return f
}

// ValidateContacts reports every fault of a set of contacts, in any order: those of
// [Contact.Validate]; ErrDuplicate for an id that is there twice and for two contacts
// of one person, organisation and role that hold at one instant; ErrConflict for two
// primary contacts of one organisation and role at one instant. Error.ID is the later
// of the two, the reason names the other.
func ValidateContacts(contacts []Contact) error {
	sorted := slices.Clone(contacts)
	slices.SortFunc(sorted, func(a, b Contact) int {
		return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Role, b.Role), a.From.Compare(b.From), cmp.Compare(a.ID, b.ID))
	})
	var f faults
	ids := map[string]bool{}
	last := map[string]Contact{} // of each person the contact that ends last
	var primary, before Contact
	for _, c := range sorted {
		f = append(f, c.check()...)
		if ids[c.ID] {
			f = append(f, &Error{ID: c.ID, Field: "id", Reason: "is there twice", Err: ErrDuplicate})
		}
		ids[c.ID] = true
		if c.Organisation != before.Organisation || c.Role != before.Role {
			clear(last)
			primary = Contact{}
		}
		before = c
		if other, ok := last[c.Person]; ok && overlap(other.From, other.Until, c.From, c.Until) {
			f = append(f, &Error{ID: c.ID, Field: "person", Reason: "is in this role already by " + other.ID, Err: ErrDuplicate})
		}
		last[c.Person] = later(last[c.Person], c)
		if !c.Primary {
			continue
		}
		if primary.ID != "" && overlap(primary.From, primary.Until, c.From, c.Until) {
			f = append(f, &Error{ID: c.ID, Field: "primary", Reason: "beside " + primary.ID + " in one role at one time", Err: ErrConflict})
		}
		primary = later(primary, c)
	}
	return f.join()
}

// later returns the contact that ends last; a is the zero Contact or one that begins
// no later than b.
func later(a, b Contact) Contact {
	if a.ID != "" && (a.Until.IsZero() || !b.Until.IsZero() && b.Until.Before(a.Until)) {
		return a
	}
	return b
}

// ContactsAt returns the contacts that hold at t, in byte order of their id.
func ContactsAt(contacts []Contact, t time.Time) []Contact {
	var active []Contact
	for _, c := range contacts {
		if c.ActiveAt(t) {
			active = append(active, c)
		}
	}
	slices.SortFunc(active, func(a, b Contact) int { return cmp.Compare(a.ID, b.ID) })
	return active
}
