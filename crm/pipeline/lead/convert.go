package lead

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/party"
)

// Plan says what is to be made of a lead (转化方案). The zero value makes a new customer of
// it: the organisation, with the person as its contact, where both are named, else the
// one that is.
type Plan struct {
	Customer string `json:"customer,omitzero"` // id of a customer that is there already; "" for a new one
	Person   string `json:"person,omitzero"`   // id of a person, a customer, who is to be the contact; "" for the person of the lead
	// Role is what the contact does for the organisation; 0 is other, without a contact
	// where the customer is a person.
	Role  party.ContactRole `json:"role,omitzero"`
	Title string            `json:"title,omitzero"` // of the contact, on the business card; personal
	Alone bool              `json:"alone,omitzero"` // no contact is made
}

// Conversion is what a plan comes to. A profile that is nil is not made: the customer or
// person is linked.
type Conversion struct {
	Customer *party.Profile    `json:"customer,omitempty"`
	Person   *party.Profile    `json:"person,omitempty"`
	Contact  bool              `json:"contact"` // a contact of the customer is made, with the person
	Role     party.ContactRole `json:"role,omitzero"`
}

// Convert returns what is made of a lead by a plan (转化). Of an organisation, the credit
// code goes to it and the telephones and addresses to the person, where one is made;
// identifiers for which nobody new is made stay on the lead.
//
// Errors: ErrIncomplete where a new customer has no name, or a contact no person.
// ErrInvalid: a role out of its range; a title, role or person where no contact is made.
func (d Data) Convert(p Plan) (Conversion, error) {
	contact := !p.Alone && (p.Person != "" || p.Role != 0 || d.Company != "" && d.Person != "")
	if !contact && (p.Person != "" || p.Role != 0 || p.Title != "") || p.Role != 0 && !p.Role.Valid() {
		return Conversion{}, refuse(ErrInvalid, codeOrganisation, "plan", "")
	}
	if contact && (p.Customer == "" && d.Company == "" || p.Person == "" && d.Person == "") {
		return Conversion{}, refuse(ErrIncomplete, codeOrganisation, "plan", "")
	}
	out := Conversion{Contact: contact, Role: p.Role}
	if contact && p.Role == 0 {
		out.Role = party.ContactOther
	}
	left := slices.Clone(d.Identifiers)
	if contact && p.Person == "" {
		out.Person = d.profile(party.Person, d.Person)
		for _, i := range left {
			if i.Kind != party.CreditCode {
				out.Person.Identifiers = append(out.Person.Identifiers, i)
			}
		}
	}
	if contact {
		left = slices.DeleteFunc(left, func(i party.Identifier) bool { return i.Kind != party.CreditCode })
	}
	if p.Customer != "" {
		return out, nil
	}
	switch {
	case d.Company != "":
		out.Customer = d.profile(party.Organisation, d.Company)
	case d.Person != "":
		out.Customer = d.profile(party.Person, d.Person)
		left = slices.DeleteFunc(left, func(i party.Identifier) bool { return i.Kind == party.CreditCode })
	default:
		return Conversion{}, refuse(ErrIncomplete, codeName, "plan", "")
	}
	out.Customer.Identifiers = left
	return out, nil
}

func (d Data) profile(t party.Type, name string) *party.Profile {
	return &party.Profile{Type: t, Kind: party.KindConsumer, Name: name, Source: d.Source}
}
