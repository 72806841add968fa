package party_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func identifier(t require.TestingT, kind party.IdentifierKind, scope, raw string) party.Identifier {
	i, err := party.NewIdentifier(kind, scope, raw)
	require.NoError(t, err)
	return i
}

func day(d int) time.Time { return time.Date(2026, 10, d, 0, 0, 0, 0, time.UTC) }

// full is a profile with every part set.
func full(t require.TestingT) party.Profile {
	return party.Profile{
		Type: party.Organisation, Kind: party.KindDistributor, Internal: true, Paying: true,
		External:    []party.Membership{{Kind: party.ExternalIntermediary, From: day(1), Until: day(9)}, {Kind: party.ExternalConsumer}},
		Roles:       []party.Role{party.RolePartner, party.RoleComplainer},
		Name:        "北京华信科技有限公司",
		Aliases:     []string{"华信"},
		Identifiers: []party.Identifier{identifier(t, party.Phone, "", "13800138000"), identifier(t, party.Phone, "", "010-65529988转8012"), identifier(t, party.Email, "", "rune@example.com"), identifier(t, party.WeChatOpenID, "wx1", "oAbC123456789012")},
		Addresses:   []party.Address{{Kind: party.AddressOffice, Region: "110105", Lines: []string{"建国路 88 号", "3 层"}, Postcode: "100022"}},
		Tags:        []string{"vip"},
		Source:      "fair-2026", Region: "110105", Parent: "C9", Position: party.PositionDealer, Dealer: "C7",
		Custom: field.Record{Version: 2, Personal: []string{"birthday", "hobby"},
			Values: field.Values{"birthday": field.Date(calendar.MustDate(1990, 2, 28)), "grade": field.Enum("gold"), "hobby": field.Text("养鸟"), "note": field.Text("怕狗")}},
	}
}

func TestProfileJSON(t *testing.T) {
	p := full(t)
	require.NoError(t, p.Validate())
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"organisation","kind":"distributor","internal":true,"paying":true,
		"external":[{"kind":"intermediary","from":"2026-10-01T00:00:00Z","until":"2026-10-09T00:00:00Z"},{"kind":"consumer"}],
		"roles":["partner","complainer"],"name":"北京华信科技有限公司","aliases":["华信"],
		"identifiers":[{"kind":"phone","value":"+8613800138000"},{"kind":"phone","value":"+861065529988","ext":"8012"},{"kind":"email","value":"rune@example.com"},{"kind":"wechat-openid","scope":"wx1","value":"oAbC123456789012"}],
		"addresses":[{"kind":"office","region":"110105","lines":["建国路 88 号","3 层"],"postcode":"100022"}],
		"tags":["vip"],"source":"fair-2026","region":"110105","parent":"C9","position":"dealer","dealer":"C7",
		"custom":{"version":2,"values":{"birthday":{"date":"1990-02-28"},"grade":{"enum":"gold"},"hobby":{"text":"养鸟"},"note":{"text":"怕狗"}},"personal":["birthday","hobby"]}}`, string(text))
	var back party.Profile
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, p, back)
	require.True(t, p.Equal(back))

	text, err = json.Marshal(party.Profile{})
	require.NoError(t, err)
	require.Equal(t, `{}`, string(text))
	text, err = json.Marshal(party.Profile{Tags: []string{}, Custom: field.Record{Values: field.Values{}}})
	require.NoError(t, err)
	require.Equal(t, `{}`, string(text), "equal profiles are written alike")
}

// spoil changes one part of a profile each.
var spoil = []struct {
	part   string
	change func(*party.Profile)
}{
	{"type", func(p *party.Profile) { p.Type = party.Person }},
	{"kind", func(p *party.Profile) { p.Kind = party.KindSupplier }},
	{"external", func(p *party.Profile) { p.External[0].Until = day(8) }},
	{"internal", func(p *party.Profile) { p.Internal = false }},
	{"paying", func(p *party.Profile) { p.Paying = false }},
	{"roles", func(p *party.Profile) { p.Roles[0] = party.RolePayer }},
	{"name", func(p *party.Profile) { p.Name = "x" }},
	{"aliases", func(p *party.Profile) { p.Aliases[0] = "x" }},
	{"identifiers", func(p *party.Profile) { p.Identifiers[0].Value = "x" }},
	{"addresses", func(p *party.Profile) { p.Addresses[0].Lines[1] = "x" }},
	{"addresses", func(p *party.Profile) { p.Addresses[0].Postcode = "x" }},
	{"tags", func(p *party.Profile) { p.Tags[0] = "x" }},
	{"source", func(p *party.Profile) { p.Source = "x" }},
	{"region", func(p *party.Profile) { p.Region = "x" }},
	{"parent", func(p *party.Profile) { p.Parent = "x" }},
	{"position", func(p *party.Profile) { p.Position = 0 }},
	{"dealer", func(p *party.Profile) { p.Dealer = "x" }},
	{"custom", func(p *party.Profile) { p.Custom.Values["grade"] = field.Enum("x") }},
	{"custom", func(p *party.Profile) { p.Custom.Personal[0] = "x" }},
}

func TestCloneAndEqual(t *testing.T) {
	for _, tt := range spoil {
		p := full(t)
		clone := p.Clone()
		require.True(t, p.Equal(clone))
		tt.change(&clone)
		require.True(t, p.Equal(full(t)), "a change of %s in the copy stays there", tt.part)
		require.Equal(t, []string{tt.part}, p.Changed(clone))
		require.False(t, clone.Equal(p))
	}
	p, q := full(t), full(t)
	q.External[0].From = q.External[0].From.In(time.FixedZone("CST", 8*3600))
	require.True(t, p.Equal(q), "one instant in two zones")
	require.True(t, party.Profile{}.Equal(party.Profile{Tags: []string{}, Addresses: []party.Address{}}))
}

func TestProfileValidate(t *testing.T) {
	many := make([]string, party.MaxItems+1)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	for name, tt := range map[string]struct {
		change func(*party.Profile)
		want   []string
	}{
		"nothing":         {func(p *party.Profile) { *p = party.Profile{} }, []string{"type: incomplete", "name: incomplete"}},
		"known by phone":  {func(p *party.Profile) { p.Name = "" }, nil},
		"type":            {func(p *party.Profile) { p.Type = 3 }, []string{"type: invalid"}},
		"kind":            {func(p *party.Profile) { p.Kind = 7 }, []string{"kind: invalid"}},
		"position":        {func(p *party.Profile) { p.Position = 3 }, []string{"position: invalid"}},
		"name with tab":   {func(p *party.Profile) { p.Name = "a\tb" }, []string{"name: invalid"}},
		"name with space": {func(p *party.Profile) { p.Name = " a" }, []string{"name: invalid"}},
		"longest name":    {func(p *party.Profile) { p.Name = strings.Repeat("长", 200) }, nil},
		"long name":       {func(p *party.Profile) { p.Name = strings.Repeat("长", 201) }, []string{"name: invalid"}},
		"not UTF-8":       {func(p *party.Profile) { p.Name = "\xff" }, []string{"name: invalid"}},
		"roles":           {func(p *party.Profile) { p.Roles = []party.Role{9, 1, 1} }, []string{"roles[0]: invalid", "roles[2]: duplicate"}},
		"aliases":         {func(p *party.Profile) { p.Aliases = []string{"", "a", "a"} }, []string{"aliases[0]: invalid", "aliases[2]: duplicate"}},
		"too many":        {func(p *party.Profile) { p.Tags = many }, []string{"tags: invalid"}},
		"identifiers": {func(p *party.Profile) {
			p.Identifiers = append(p.Identifiers, p.Identifiers[0], party.Identifier{Kind: party.Phone, Value: "138"}, party.Identifier{Kind: party.WeChatOpenID, Value: "x"})
		}, []string{"identifiers[5]: invalid", "identifiers[6]: incomplete", "identifiers[4]: duplicate"}},
		"addresses": {func(p *party.Profile) {
			p.Addresses = []party.Address{{Kind: 9, Region: "\x00", Lines: []string{""}, Postcode: "10_0"}, {}}
		}, []string{"addresses[0].kind: invalid", "addresses[0].region: invalid", "addresses[0].lines: invalid", "addresses[0].postcode: invalid", "addresses[1]: incomplete"}},
		"memberships": {func(p *party.Profile) {
			p.External = []party.Membership{{Kind: 9}, {Kind: 1, From: day(2), Until: day(2)}, {Kind: 2, Until: day(3)}, {Kind: 2, From: day(2)}, {Kind: 3, From: day(2), Until: day(3)}, {Kind: 3, From: day(3)}}
		}, []string{"external[0]: invalid", "external[1]: invalid", "external[3]: duplicate"}},
		"ids": {func(p *party.Profile) {
			p.Source, p.Region, p.Parent, p.Dealer = "\x00", "\xff", strings.Repeat("x", 256), "\x00"
		}, []string{"source: invalid", "region: invalid", "parent: invalid", "dealer: invalid"}},
		"parent of a person": {func(p *party.Profile) { p.Type = party.Person }, []string{"parent: invalid"}},
		"custom":             {func(p *party.Profile) { p.Custom.Version = 0 }, []string{"custom: invalid"}},
	} {
		p := full(t)
		tt.change(&p)
		before := p.Clone()
		require.Equal(t, tt.want, told(p.Validate()), name)
		require.True(t, p.Equal(before), "validating changes nothing")
	}
}

func TestErasure(t *testing.T) {
	p := full(t)
	require.Equal(t, []string{"北京华信科技有限公司", "华信", "+8613800138000", "13800138000", "+861065529988", "01065529988",
		"rune@example.com", "oAbC123456789012", "建国路 88 号", "3 层", "养鸟"}, p.Strings())
	erased := p.Erased("x7Qk2")
	require.NoError(t, erased.Validate())
	require.Equal(t, []string{"x7Qk2"}, erased.Strings())
	require.Empty(t, erased.ClaimKeys())
	require.Equal(t, []string{"name", "aliases", "identifiers", "addresses", "tags", "custom"}, p.Changed(erased), "what is counted by stays")
	text, err := json.Marshal(erased)
	require.NoError(t, err)
	for _, s := range append(p.Strings(), "8012", "100022", "1990", "怕狗") {
		require.NotContains(t, string(text), s)
	}
	require.True(t, p.Equal(full(t)))
	erased.Roles[0] = party.RolePayer
	require.True(t, p.Equal(full(t)), "shares no memory")
	require.Empty(t, party.Profile{}.Strings())
}

func TestErasedKeepsNoDrawnString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := func(name string) string { return rapid.StringMatching(`[一-龥]{3,6}`).Draw(t, name) }
		p := party.Profile{Type: party.Person, Name: secret("name"), Aliases: []string{secret("alias")},
			Addresses: []party.Address{{Lines: []string{secret("line")}}},
			Custom:    field.Record{Version: 1, Values: field.Values{"a": field.Text(secret("a")), "b": field.Text(secret("b"))}, Personal: []string{"a"}}}
		text, err := json.Marshal(p.Erased("x7Qk2"))
		require.NoError(t, err)
		for _, s := range p.Strings() {
			require.NotContains(t, string(text), s)
		}
		require.Len(t, party.Profile{Name: "a", Aliases: []string{"a"}}.Strings(), 1)
	})
}

func TestPayingIsNoDefinition(t *testing.T) {
	for _, paying := range []bool{false, true} {
		require.Equal(t, party.CustomerExternal, party.Profile{Paying: paying}.CustomerRole())
		require.Equal(t, party.CustomerInternal, party.Profile{Paying: paying, Internal: true}.CustomerRole())
	}
}

func TestLogsShowNoPersonalData(t *testing.T) {
	p := full(t)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "profile", p, "address", p.Addresses[0],
		"contact", party.Contact{ID: "K1", Organisation: "C1", Person: "P1", Role: party.ContactLegal, Title: "法务总监王芳"})
	for _, s := range append(p.Strings(), "8012", "100022", "1990", "怕狗", "王芳") {
		require.NotContains(t, log.String(), s)
	}
	for _, s := range []string{"北*********", "138****8000", "r***@example.com", "110105", "K1"} {
		require.Contains(t, log.String(), s)
	}
}

func requireNames[E interface{ ~uint8 }, P wording.Enumeration[E]](t *testing.T, all []E, want ...string) {
	t.Helper()
	require.Equal(t, want, wording.Enum[E, P](t, 1, all[len(all)-1], party.ErrInvalid))
	require.Len(t, all, len(want))
}

func TestEnumerations(t *testing.T) {
	requireNames(t, party.Types(), "person个人", "organisation组织")
	requireNames(t, party.Kinds(), "consumer消费者", "supplier供应商", "distributor分销商", "competitor竞争者", "government政府机构", "public公众")
	requireNames(t, party.CustomerRoles(), "internal内部顾客", "external外部顾客")
	requireNames(t, party.Positions(), "end-customer最终客户", "dealer经销商")
	requireNames(t, party.ExternalKinds(), "intermediary中间顾客", "public-interest公利顾客", "investor投资顾客", "consumer外部消费顾客")
	requireNames(t, party.Roles(), "payer给你发工资的人", "job-giver给你工作的人", "needs-help需要你帮助的人", "pays-not-works付钱而不干活的人",
		"partner合作伙伴", "trouble-source给你带来麻烦的人", "complainer抱怨的人", "colleague同事、上司和下属")
	requireNames(t, party.IdentifierKinds(), "phone电话", "email电子邮箱", "credit-code统一社会信用代码",
		"wechat-openid微信 openid", "wechat-unionid微信 unionid", "wecom-external-userid企业微信 external_userid", "external外部系统编号")
	requireNames(t, party.Lines(), "mobile手机", "landline固定电话", "local本地号码", "400400 电话", "800800 电话", "service服务号码", "foreign境外号码")
	requireNames(t, party.AddressKinds(), "registered注册地址", "office办公地址", "home住址", "delivery收货地址", "billing账单地址", "other其他")
	requireNames(t, party.ContactRoles(), "manager负责人", "purchasing采购", "finance财务", "technical技术", "legal法务", "other其他")
	requireNames(t, party.Facts(), "uses使用产品或服务", "buys-for-use为自用而购买", "resells转售", "distributes经销或代理", "brokers居间介绍",
		"holds-equity持有股权", "lends提供借款", "taxes征收税费", "regulates监管", "provides-public提供公共资源", "speaks-for-public代表公众")
	requireNames(t, party.Actions(), "join归入", "leave移出")
}

func TestSelfCheck(t *testing.T) {
	questions := party.SelfCheck()
	for i, q := range questions {
		require.Equal(t, party.Roles()[i], q.Role)
		require.NotEmpty(t, q.En)
		require.NotEmpty(t, q.Zh)
	}
	roles, open := party.Answered(nil)
	require.Empty(t, roles)
	require.Equal(t, party.Roles(), open)
	roles, open = party.Answered(map[party.Role]bool{party.RoleColleague: true, party.RolePayer: true, 99: true})
	require.Equal(t, []party.Role{party.RolePayer, party.RoleColleague}, roles)
	require.Len(t, open, 6)
}

func BenchmarkProfile(b *testing.B) {
	p := full(b)
	for name, do := range map[string]func(){
		"validate": func() { _ = p.Validate() },
		"clone":    func() { _ = p.Clone() },
		"equal":    func() { _ = p.Equal(p) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}
