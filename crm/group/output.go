package group

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// OutputKind is what an output is, by the four categories of ISO 9000:2000, 3.4.2.
// The zero value states nothing.
type OutputKind uint8

const (
	Hardware          OutputKind = iota + 1 // counted things: a part, a computer 硬件
	Software                                // information on whatever carrier: a report, a program, a regulation 软件
	ProcessedMaterial                       // measured matter: fuel, cement 流程性材料
	Service                                 // done at the interface with the customer 服务
)

var outputKinds = enum.New[OutputKind]("kind", unknown, enum.Names{
	{}, {"hardware", "硬件"}, {"software", "软件"}, {"processed-material", "流程性材料"}, {"service", "服务"},
})

// Valid reports whether k is one of the four.
func (k OutputKind) Valid() bool { return outputKinds.Valid(k) }

// String returns the English name, "" where nothing is stated, and ? for a number
// that is no kind.
func (k OutputKind) String() string { return outputKinds.Code(k) }

// Zh returns the Chinese name, as String does the English one.
func (k OutputKind) Zh() string { return outputKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k OutputKind) MarshalText() ([]byte, error) { return outputKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *OutputKind) UnmarshalText(text []byte) error { return outputKinds.Unmarshal(k, text) }

// RecipientKind says what receives an output. The zero value is refused.
type RecipientKind uint8

const (
	ToGroup      RecipientKind = iota + 1 // all customers of a group and of those below it 顾客群体
	ToCustomer                            // one customer 顾客
	ToDepartment                          // another department 部门
	ToColleague                           // one member of staff 同事
)

var recipientKinds = enum.New[RecipientKind]("recipient", unknown, enum.Names{
	{}, {"group", "顾客群体"}, {"customer", "顾客"}, {"department", "部门"}, {"colleague", "同事"},
})

// Valid reports whether k is one of the four.
func (k RecipientKind) Valid() bool { return recipientKinds.Valid(k) }

// String returns the English name, "" where nothing is stated, and ? for a number
// that is no kind.
func (k RecipientKind) String() string { return recipientKinds.Code(k) }

// Zh returns the Chinese name, as String does the English one.
func (k RecipientKind) Zh() string { return recipientKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k RecipientKind) MarshalText() ([]byte, error) { return recipientKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *RecipientKind) UnmarshalText(text []byte) error { return recipientKinds.Unmarshal(k, text) }

// Recipient is who receives an output.
type Recipient struct {
	Kind RecipientKind `json:"kind"`
	ID   string        `json:"id"`
}

// Output is one thing that a department makes or does for others (产出), a line of
// the form in which departments list theirs. Its JSON names are stable; nothing in
// it is personal data.
type Output struct {
	ID         string      `json:"id"`
	Department string      `json:"department"` // id of who makes it
	Name       string      `json:"name,omitempty"`
	Zh         string      `json:"zh,omitempty"`
	Kind       OutputKind  `json:"kind,omitzero"`
	Recipients []Recipient `json:"recipients,omitempty"`
}

// Validate reports everything wrong with o by itself, joined; each is an [*Error]
// that wraps ErrInvalid: an id of another form than stated at [Group], a recipient
// without a kind, an unknown kind. A form that is merely not filled in is valid:
// [CheckOutputs] finds that.
func (o Output) Validate() error {
	var errs []error
	check := func(broken bool, field, reason string) {
		if broken {
			errs = append(errs, invalid(limit.Shown(o.ID), field, reason))
		}
	}
	check(!validID(o.ID), "id", badID)
	check(!validID(o.Department), "department", badID)
	check(o.Kind != 0 && !o.Kind.Valid(), "kind", "unknown")
	for _, r := range o.Recipients {
		check(!r.Kind.Valid() || !validID(r.ID), "recipients", "has one without a kind or an id")
	}
	return errors.Join(errs...)
}
