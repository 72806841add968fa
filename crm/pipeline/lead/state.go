package lead

import (
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// State is where a lead stands (线索状态). The zero value is none.
type State uint8

const (
	New          State = iota + 1 // taken in, nobody's yet 新建
	Assigned                      // somebody is to follow it up 已分配
	Working                       // being followed up 跟进中
	Qualified                     // worth an offer 合格
	Converted                     // a customer by now; final 已转化
	Disqualified                  // nothing will come of it, with a reason; final 无效
	Nurture                       // not now, perhaps later 培育
)

var states = enum.New[State]("state", unknown, enum.Names{{}, {"new", "新建"}, {"assigned", "已分配"}, {"working", "跟进中"}, {"qualified", "合格"},
	{"converted", "已转化"}, {"disqualified", "无效"}, {"nurture", "培育"}})

// States returns the seven states.
func States() []State {
	return []State{New, Assigned, Working, Qualified, Converted, Disqualified, Nurture}
}

// Valid reports whether s is one of the seven.
func (s State) Valid() bool { return states.Valid(s) }

// Open reports whether something may still come of a lead in this state.
func (s State) Open() bool { return s.Valid() && s != Converted && s != Disqualified }

// String returns the code, "" for none and ? for a number that is no state.
func (s State) String() string { return states.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no state.
func (s State) Zh() string { return states.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }

// Unfit is why nothing will come of a lead (无效原因). The zero value is none.
type Unfit uint8

const (
	Unreachable Unfit = iota + 1 // nobody answers, or the number is wrong 联系不上
	NoNeed                       // does not need what we offer 无需求
	NoBudget                     // cannot pay for it 无预算
	NotTarget                    // is nobody whom we serve 非目标客户
	Rival                        // a competitor 同行
	Repeated                     // we know them already 重复
	Junk                         // nobody meant it 垃圾信息
	OtherReason                  // any other; the call's reason says which 其他
)

var unfits = enum.New[Unfit]("unfit", unknown, enum.Names{{}, {"unreachable", "联系不上"}, {"no-need", "无需求"}, {"no-budget", "无预算"}, {"not-target", "非目标客户"},
	{"rival", "同行"}, {"repeated", "重复"}, {"junk", "垃圾信息"}, {"other", "其他"}})

// Valid reports whether u is one of the eight.
func (u Unfit) Valid() bool { return unfits.Valid(u) }

// String returns the code, "" for none and ? for a number that is no reason.
func (u Unfit) String() string { return unfits.Code(u) }

// Zh returns the Chinese name, "" for none and ? for a number that is no reason.
func (u Unfit) Zh() string { return unfits.Zh(u) }

// MarshalText writes the form of String; a number that is no reason is ErrInvalid.
func (u Unfit) MarshalText() ([]byte, error) { return unfits.Marshal(u) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (u *Unfit) UnmarshalText(text []byte) error { return unfits.Unmarshal(u, text) }

// Definition returns the table by which leads move. The reason of a disqualification
// goes into the entry as its code.
func Definition() stage.Definition[State] {
	d := stage.Definition[State]{Name: "lead", Initial: []State{New}}
	for _, s := range States() {
		d.States = append(d.States, stage.StateText[State]{State: s, Code: s.String(), En: s.String(), Zh: s.Zh()})
	}
	to := func(from State, states ...State) {
		for _, s := range states {
			d.Transitions = append(d.Transitions, stage.Transition[State]{From: from, To: s, Reason: s == Disqualified})
		}
	}
	to(New, Assigned, Nurture, Disqualified)
	to(Assigned, Working, Nurture, Disqualified)
	to(Working, Qualified, Nurture, Disqualified)
	to(Qualified, Converted, Nurture, Disqualified)
	to(Nurture, Working, Disqualified)
	return d
}

// Machine returns the states as a machine of package stage, for all that it answers
// about journals: the state on any past day, conversion from state to state, time in a
// state, diagrams.
func Machine() *stage.Machine[State] {
	m, _ := stage.New(Definition()) // a test holds that the table is valid
	return m
}
