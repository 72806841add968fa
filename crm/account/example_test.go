package account_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

func Example() {
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	at := time.Date(2026, 6, 30, 12, 0, 0, 0, shanghai)
	power := []account.Role{account.PowerPerson}
	people := []account.Stakeholder{
		{Customer: "c-1", Contact: "k1", Roles: power, Influence: 5, Attitude: account.Devoted},
		{Customer: "c-1", Contact: "k2", Roles: power, Influence: 4, Attitude: account.Reserved},
		{Customer: "c-1", Contact: "k3", Influence: 3, Attitude: account.Neutral},
		{Customer: "c-1", Contact: "k4", Roles: power, Influence: 2, Attitude: account.Favourable},
	}
	june := time.Date(2026, 6, 1, 9, 0, 0, 0, shanghai)
	ties := []account.Tie{
		{Ours: "p1", Theirs: "k1", Depth: account.Expansion, LastTwoWay: june},
		{Ours: "p1", Theirs: "k2", Depth: account.Exploration, LastTwoWay: june},
		{Ours: "p2", Theirs: "k2", Depth: account.Exploration, LastTwoWay: june},
		{Ours: "p2", Theirs: "k3", Depth: account.Commitment, LastTwoWay: june},
		{Ours: "p2", Theirs: "k4", Depth: account.Awareness, LastTwoWay: june}, // they only know of each other
	}
	m, err := account.Assess("c-1", people, ties, at, shanghai, account.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("power coverage", m.Power.Plain, "by influence", m.Power.ByInfluence)
	fmt.Println("support", m.Support)
	fmt.Println("bus factor", m.BusFactor.AtMost, "single thread", m.SingleThread)
	for _, f := range m.Findings(calendar.DayOf(at, shanghai)) {
		fmt.Println(account.Catalogue().Render(f, finding.Chinese))
	}
	// Output:
	// power coverage 2/3 by influence 9/11
	// support 2/7
	// bus factor 2 single thread false
	// 3 名权力人物中有 1 名与我方无活跃联系：k4 <nil>
}

func ExampleDepthOf() {
	d, err := account.DepthOf(2)
	level, known := d.Level()
	fmt.Println(d, d.Zh(), level, known, err)
	_, known = account.Depth(0).Level()
	fmt.Println(known)
	// Output:
	// expansion 扩大 2 true <nil>
	// false
}

func ExampleAttitudeOf() {
	a, err := account.AttitudeOf(-1)
	fmt.Println(a, a.Zh(), err)
	_, err = account.AttitudeOf(3)
	fmt.Println(err)
	// Output:
	// reserved 保留 <nil>
	// account: attitude: is not from -2 to 2: invalid
}

func ExampleStakeholder_Validate() {
	s := account.Stakeholder{Customer: "c-1", Contact: "k1", Roles: []account.Role{account.Buyer, account.Buyer}}
	fmt.Println(s.Validate())
	// Output:
	// account: roles: has one twice: invalid
	// account: influence: is not from 1 to 5: invalid
}
