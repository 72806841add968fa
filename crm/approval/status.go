package approval

// Status says where an approval stands (审批状态). The zero value is none: nothing was drafted.
type Status uint8

const (
	Draft     Status = iota + 1 // with its initiator, new or returned 草稿
	Running                     // a step is being decided 审批中
	Approved                    // decided; final where nothing is to be executed 已批准
	Executing                   // being carried out 执行中
	Done                        // carried out 已办结
	Rejected                    // final 已否决
	Withdrawn                   // final 已撤回
)

var statusNames = names{{}, {"draft", "草稿"}, {"running", "审批中"}, {"approved", "已批准"}, {"executing", "执行中"}, {"done", "已办结"}, {"rejected", "已否决"}, {"withdrawn", "已撤回"}}

// Valid reports whether s is one of the seven.
func (s Status) Valid() bool { return statusNames.valid(uint8(s)) }

// String returns the code, "" for none and ? for a number that is none of them.
func (s Status) String() string { return statusNames.en(uint8(s)) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (s Status) Zh() string { return statusNames.zh(uint8(s)) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (s Status) MarshalText() ([]byte, error) { return statusNames.marshal(uint8(s), "status") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Status) UnmarshalText(text []byte) error {
	return statusNames.unmarshal((*uint8)(s), text, "status")
}

// PlaceState says where one step of an approval stands (步骤状态). The zero value is Waiting.
type PlaceState uint8

const (
	Waiting    PlaceState = iota // not entered, or its decisions were voided 未到
	Open                         // its people are asked 进行中
	Passed                       // approved, told or executed 已通过
	PassedOver                   // its condition does not hold, or nobody is there to decide 已跳过
)

var placeStateNames = names{{"waiting", "未到"}, {"open", "进行中"}, {"passed", "已通过"}, {"passed-over", "已跳过"}}

// Valid reports whether s is one of the four.
func (s PlaceState) Valid() bool { return placeStateNames.valid(uint8(s)) }

// String returns the code, ? for a number that is none of them.
func (s PlaceState) String() string { return placeStateNames.en(uint8(s)) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (s PlaceState) Zh() string { return placeStateNames.zh(uint8(s)) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (s PlaceState) MarshalText() ([]byte, error) { return placeStateNames.marshal(uint8(s), "state") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *PlaceState) UnmarshalText(text []byte) error {
	return placeStateNames.unmarshal((*uint8)(s), text, "state")
}

// Vote is what somebody decided (表决). The zero value is none.
type Vote uint8

const (
	VoteApprove Vote = iota + 1 // 同意
	VoteReject                  // 反对
	VoteAbstain                 // 弃权
)

var voteNames = names{{}, {"approve", "同意"}, {"reject", "反对"}, {"abstain", "弃权"}}

// Valid reports whether v is one of the three.
func (v Vote) Valid() bool { return voteNames.valid(uint8(v)) }

// String returns the code, "" for none and ? for a number that is none of them.
func (v Vote) String() string { return voteNames.en(uint8(v)) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (v Vote) Zh() string { return voteNames.zh(uint8(v)) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (v Vote) MarshalText() ([]byte, error) { return voteNames.marshal(uint8(v), "vote") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (v *Vote) UnmarshalText(text []byte) error {
	return voteNames.unmarshal((*uint8)(v), text, "vote")
}
