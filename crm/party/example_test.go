package party_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
)

func Example() {
	phone, err := party.NewIdentifier(party.Phone, "", "０１０－６５５２９９８８转8012")
	fmt.Println(phone.Line().Zh(), phone.Value, phone.Ext, err)
	code, err := party.NewIdentifier(party.CreditCode, "", "91110105 MA01ABCD5F")
	fmt.Println(code.Value, code.Masked(), err)

	p := party.Profile{Type: party.Organisation, Kind: party.KindConsumer, Paying: true,
		Name: "北京华信科技有限公司", Identifiers: []party.Identifier{code, phone}, Region: "110105"}
	fmt.Println(p.Validate(), p.CustomerRole().Zh())
	fmt.Printf("%q\n", p.ClaimKeys())
	// Output:
	// 固定电话 +861065529988 8012 <nil>
	// 91110105MA01ABCD5F 9111****CD5F <nil>
	// <nil> 外部顾客
	// ["credit-code\x1f\x1f91110105MA01ABCD5F"]
}

func ExampleNewIdentifier() {
	for _, raw := range []string{"+86 138-0013-8000", "(0755)26770000-123", "400-810-8888", "65529988", "12800138000"} {
		phone, err := party.NewIdentifier(party.Phone, "", raw)
		fmt.Println(phone.Line(), phone.Value, phone.Ext, phone.Exclusive(), err)
	}
	_, err := party.NewIdentifier(party.CreditCode, "", "9111O105MA01ABCD5F")
	fmt.Println(err)
	_, err = party.NewIdentifier(party.WeChatOpenID, "", "oAbC-123")
	fmt.Println(err)
	// Output:
	// mobile +8613800138000  true <nil>
	// landline +8675526770000 123 false <nil>
	// 400 4008108888  false <nil>
	// local 65529988  false <nil>
	//    false party: phone: is no telephone number: invalid
	// party: credit-code: position 5: the letter O is never used, the digit 0 may be meant: invalid
	// party: scope: is needed for wechat-openid: incomplete
}

func ExampleParsePhones() {
	phones, err := party.ParsePhones("13800138000、65529988-12；95588", "010")
	fmt.Println(len(phones), err)
	phones, err = party.ParsePhones("13800138000、65529988；95588", "010")
	for _, p := range phones {
		fmt.Println(p.Line().Zh(), p.National(), p.Masked())
	}
	fmt.Println(err)
	// Output:
	// 0 party: phone[1]: is no telephone number: invalid
	// 手机 13800138000 138****8000
	// 固定电话 01065529988 010****88
	// 服务号码 95588 95588
	// <nil>
}

func ExampleProfile_Validate() {
	p := party.Profile{Type: party.Person, Parent: "C9", Tags: []string{"vip", "vip"},
		Identifiers: []party.Identifier{{Kind: party.Phone, Value: "138 0013 8000"}}}
	fmt.Println(p.Validate())
	// Output:
	// party: tags[1]: is there twice: duplicate
	// party: identifiers[0]: is not valid: party: phone: is not in its normal form: invalid
	// party: parent: is for organisations: invalid
}

func ExampleProfile_Erased() {
	phone, _ := party.NewIdentifier(party.Phone, "", "13800138000")
	p := party.Profile{Type: party.Person, Kind: party.KindConsumer, Paying: true, Name: "王芳", Source: "fair", Region: "310104",
		Identifiers: []party.Identifier{phone},
		Custom: field.Record{Version: 1, Personal: []string{"hobby"},
			Values: field.Values{"hobby": field.Text("养鸟"), "grade": field.Enum("gold")}}}
	fmt.Printf("%q\n", p.Strings())
	left, _ := json.Marshal(p.Erased("x7Qk2"))
	fmt.Println(string(left))
	// Output:
	// ["王芳" "+8613800138000" "13800138000" "养鸟"]
	// {"type":"person","kind":"consumer","paying":true,"name":"x7Qk2","source":"fair","region":"310104","custom":{"version":1,"values":{"grade":{"enum":"gold"}}}}
}

func ExampleProfile_LogValue() {
	phone, _ := party.NewIdentifier(party.Phone, "", "13800138000")
	p := party.Profile{Type: party.Person, Name: "欧阳娜娜", Identifiers: []party.Identifier{phone}}
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	log.Info("created", "customer", p)
	// Output:
	// level=INFO msg=created customer.type=person customer.kind="" customer.name=欧*** customer.identifiers=[138****8000] customer.region=""
}

func ExampleProposeExternal() {
	at := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	members := []party.Membership{{Kind: party.ExternalInvestor}}
	facts := map[party.Fact]bool{party.FactResells: true, party.FactHoldsEquity: false, party.FactLends: false}
	proposals, err := party.ProposeExternal(party.ExternalRules(), facts, members, at)
	for _, p := range proposals {
		fmt.Println(p.Action.Zh(), p.Kind.Zh(), p.Rules)
		members, _ = party.Accept(members, p, at)
	}
	fmt.Println(party.ExternalAt(members, at), party.ExternalAt(members, at.Add(-1)), err)
	// Output:
	// 归入 中间顾客 [EXT-RESELLS]
	// 移出 投资顾客 [EXT-HOLDS-EQUITY EXT-LENDS]
	// [intermediary] [investor] <nil>
}

func ExampleNewRegions() {
	regions, err := party.NewRegions([]party.Region{
		{Code: "440305", Parent: "4403", Name: "南山区"},
		{Code: "44", Name: "广东省"},
		{Code: "4403", Parent: "44", Name: "深圳市"},
	})
	fmt.Println(regions.Len(), err)
	path, _ := regions.Path("440305")
	for _, r := range path {
		fmt.Print(r.Name)
	}
	fmt.Println()
	counts, _ := regions.RollUp(map[string]int64{"440305": 7, "4403": 2})
	for _, c := range counts {
		fmt.Println(c.Code, c.Name, c.Own, c.Total)
	}
	_, err = party.NewRegions([]party.Region{{Code: "a", Parent: "b", Name: "甲"}, {Code: "b", Parent: "a", Name: "乙"}, {Code: "c", Parent: "d", Name: "丙"}})
	fmt.Println(err)
	// Output:
	// 3 <nil>
	// 广东省深圳市南山区
	// 44 广东省 0 9
	// 4403 深圳市 2 9
	// 440305 南山区 7 7
	// party: a: parent: leads back to the region itself: invalid
	// party: c: parent: is not there: not found
}

func ExampleMakePrimary() {
	day := func(d int) time.Time { return time.Date(2026, 10, d, 0, 0, 0, 0, time.UTC) }
	contacts := []party.Contact{
		{ID: "K1", Organisation: "C1", Person: "P1", Role: party.ContactPurchasing, Primary: true, From: day(1)},
		{ID: "K2", Organisation: "C1", Person: "P2", Role: party.ContactPurchasing, From: day(5)},
	}
	plan, err := party.MakePrimary(contacts, "K2", day(10))
	for _, c := range plan {
		fmt.Printf("%q %q %s primary %t from %d\n", c.Was.ID, c.Now.ID, c.Now.Person, c.Now.Primary, c.Now.From.Day())
	}
	fmt.Println(err)
	// Output:
	// "K2" "K2" P2 primary false from 5
	// "" "" P2 primary true from 10
	// "K1" "K1" P1 primary true from 1
	// "" "" P1 primary false from 10
	// <nil>
}

func ExampleValidateContacts() {
	contacts := []party.Contact{
		{ID: "K1", Organisation: "C1", Person: "P1", Role: party.ContactFinance, Primary: true},
		{ID: "K2", Organisation: "C1", Person: "P2", Role: party.ContactFinance, Primary: true},
		{ID: "K3", Organisation: "C2", Person: "P2", Role: party.ContactLegal},
	}
	fmt.Println(party.ValidateContacts(contacts))
	for _, c := range party.ContactsAt(contacts, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)) {
		fmt.Println(c.ID, c.Role.Zh())
	}
	// Output:
	// party: K2: primary: beside K1 in one role at one time: conflict
	// K1 财务
	// K2 财务
	// K3 法务
}

func ExampleEndCustomerShare() {
	var share party.EndCustomerShare
	_, ok := share.BySales()
	fmt.Println(ok)
	for _, s := range []party.Sale{
		{EndCustomer: "C1", Amount: money.Amount{Minor: 10000, Currency: money.CNY}},
		{Dealer: "D1", EndCustomer: "C2", Amount: money.Amount{Minor: 20000, Currency: money.CNY}},
		{Dealer: "D1", Amount: money.Amount{Minor: 60000, Currency: money.CNY}},
	} {
		fmt.Println(share.Add(s))
	}
	bySales, _ := share.BySales()
	byAmount, _ := share.ByAmount()
	fmt.Println(bySales, byAmount)
	// Output:
	// false
	// <nil>
	// <nil>
	// <nil>
	// 2/3 1/3
}

func ExampleLineage() {
	parents := map[string]string{"C3": "C2", "C2": "C1"}
	line, err := party.Lineage("C3", func(id string) string { return parents[id] })
	fmt.Println(line, err)
	parents["C1"] = "C2"
	_, err = party.Lineage("C3", func(id string) string { return parents[id] })
	fmt.Println(err)
	// Output:
	// [C2 C1] <nil>
	// party: C2: parent: leads back to the party itself: invalid
}

func ExampleAnswered() {
	questions := party.SelfCheck()
	fmt.Println(len(questions), questions[0].Zh)
	roles, open := party.Answered(map[party.Role]bool{party.RolePayer: false, party.RolePartner: true})
	fmt.Println(roles, len(open))
	// Output:
	// 8 你的工资归根到底是他（们）付的吗？
	// [partner] 6
}

func ExampleMaskName() {
	fmt.Println(party.MaskName("欧阳娜娜"), party.MaskName("王芳"), party.MaskName("王"))
	// Output: 欧*** 王* *
}
