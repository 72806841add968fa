package stage

import "github.com/guanxi-go/guanxi/internal/enum"

// Lifecycle is what the company is doing with a customer, from the first deal on
// (客户生命周期环节). The zero value says that nothing is known.
type Lifecycle uint8

const (
	LifecycleNew        Lifecycle = iota + 1 // has just become a customer 新客户
	LifecycleOnboarded                       // has been taken into care 老客户接入
	LifecycleMaintained                      // is being looked after 老客户维护
	LifecycleRemarketed                      // is being offered more 老客户营销
)

var lifecycleNames = enum.New[Lifecycle]("lifecycle", unknown, enum.Names{
	{}, {"new", "新客户"}, {"onboarded", "老客户接入"}, {"maintained", "老客户维护"},
	{"re-marketed", "老客户营销"},
})

// Valid reports whether l is one of the four.
func (l Lifecycle) Valid() bool { return lifecycleNames.Valid(l) }

// String returns the code, such as re-marketed, "" for none, and ? for a
// number that is none of the four.
func (l Lifecycle) String() string { return lifecycleNames.Code(l) }

// Zh returns the Chinese name, such as 老客户维护, "" for none.
func (l Lifecycle) Zh() string { return lifecycleNames.Zh(l) }

// MarshalText writes the form of String, and nothing for none. A number that is
// none of the four is ErrInvalid.
func (l Lifecycle) MarshalText() ([]byte, error) { return lifecycleNames.Marshal(l) }

// UnmarshalText reads what MarshalText writes.
func (l *Lifecycle) UnmarshalText(text []byte) error { return lifecycleNames.Unmarshal(l, text) }

// LifecycleMachine returns the chain 从新客户到老客户接入到老客户维护和营销 as a
// machine: one link after the other, and back from re-marketed to maintained when
// a campaign is over. Its path is what [Histories.Funnel] is asked along.
func LifecycleMachine() *Machine[Lifecycle] {
	return ready(Definition[Lifecycle]{
		Name: "lifecycle", States: statesOf(lifecycleNames), Initial: []Lifecycle{LifecycleNew},
		Transitions: []Transition[Lifecycle]{
			{From: LifecycleNew, To: LifecycleOnboarded},
			{From: LifecycleOnboarded, To: LifecycleMaintained},
			{From: LifecycleMaintained, To: LifecycleRemarketed},
			{From: LifecycleRemarketed, To: LifecycleMaintained},
		},
	})
}
