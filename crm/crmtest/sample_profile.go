package crmtest

import (
	"encoding/json"
	"fmt"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// sampleProfile is a small one; no two numbers have the same.
func sampleProfile(n int) party.Profile {
	return party.Profile{Type: party.Person, Kind: party.KindConsumer, Name: fmt.Sprintf("顾客 %d", n)}
}

// fullProfile has every field.
func fullProfile(n int) party.Profile {
	return party.Profile{
		Type: party.Organisation, Kind: party.KindDistributor, Internal: true, Paying: true,
		External: []party.Membership{{Kind: party.ExternalInvestor, From: storetest.HardInstants()[0], Until: minute(n)}, {Kind: party.ExternalConsumer}},
		Roles:    []party.Role{party.RolePayer, party.RoleComplainer},
		Name:     fmt.Sprintf("  全称 %d \"'\\%%_ é e\u0301 😀 ", n), Aliases: []string{"别名", "", "alias\nof two lines"},
		Identifiers: []party.Identifier{{Kind: party.Phone, Value: "+8613900000000", Ext: "12"}, {Kind: party.Phone, Scope: "scope", Value: "x"}},
		Addresses: []party.Address{{Kind: party.AddressRegistered, Region: "310000", Lines: []string{"路 1", "2"}, Postcode: "200000"},
			{Lines: []string{"second"}}},
		Tags: []string{"vip", "标签"}, Source: "fair", Region: "310000",
		Parent: "parent-1", Position: party.PositionEndCustomer, Dealer: "dealer-1",
		Custom: field.Record{Version: 3, Personal: []string{"text"}, Values: field.Values{
			"text": field.Text("文字\r\n<&> "), "int": field.Int(-1 << 63), "date": field.Date(calendar.MustDate(1582, 10, 10)),
			"bool": field.Bool(true), "enum": field.Enum("gold"), "multi": field.Multi("a", "b"), "ref": field.Ref("客户 1"),
			"decimal": exactly(`{"decimal":"12345678901234567890.10"}`),
		}},
	}
}

// exactly reads a value of a field from JSON that is right.
func exactly(text string) (v field.Value) {
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		panic(err)
	}
	return v
}

// secretProfile has a text in every personal part.
func secretProfile(secret string) party.Profile {
	p := sampleProfile(0)
	p.Name, p.Aliases = secret, []string{secret}
	p.Identifiers = []party.Identifier{{Kind: party.Phone, Value: secret}}
	p.Addresses = []party.Address{{Lines: []string{secret}, Postcode: secret}}
	p.Custom = field.Record{Version: 1, Personal: []string{"text"}, Values: field.Values{"text": field.Text(secret)}}
	return p
}

// parentProfile belongs to an organisation.
func parentProfile(parent string) party.Profile {
	p := sampleProfile(0)
	p.Parent = parent
	return p
}

// emptyProfile is that of somebody who was forgotten.
func emptyProfile() party.Profile { return party.Profile{Type: party.Person} }
