package pipeline

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// OrderState is how far an order has come (订单状态). The zero value is none.
type OrderState uint8

const (
	OrderDraft     OrderState = iota + 1 // being drawn up 草稿
	OrderSigned                          // both sides have signed 已签约
	OrderExecuting                       // being delivered 执行中
	OrderCompleted                       // delivered 已完成
	OrderCancelled                       // called off, whenever that was 已取消
)

var orderStates = enum.New[OrderState]("state", unknown, enum.Names{
	{}, {"draft", "草稿"}, {"signed", "已签约"}, {"executing", "执行中"}, {"completed", "已完成"},
	{"cancelled", "已取消"},
})

// Next returns the states that an order may come into from s, in their order: a draft is
// signed, what is signed is executed, what is executed is completed, and all of these
// may be called off.
func (s OrderState) Next() []OrderState {
	if s < OrderDraft || s > OrderExecuting {
		return nil
	}
	return []OrderState{s + 1, OrderCancelled}
}

// To says whether an order may come from s into another state: nil, or ErrTransition.
// Calling off needs a reason, without which it is ErrIncomplete.
func (s OrderState) To(next OrderState, reason bool) error {
	if !slices.Contains(s.Next(), next) {
		return &Error{Field: "order", Item: -1, From: s.String(), To: next.String(), Code: codeOrderWay, Err: ErrTransition}
	}
	if next == OrderCancelled && !reason {
		return &Error{Field: "reason", Item: -1, From: s.String(), To: next.String(), Code: codeReason, Err: ErrIncomplete}
	}
	return nil
}

// Valid reports whether s is one of the five.
func (s OrderState) Valid() bool { return orderStates.Valid(s) }

// String returns the code, "" for none and ? for a number that is no state.
func (s OrderState) String() string { return orderStates.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no state.
func (s OrderState) Zh() string { return orderStates.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s OrderState) MarshalText() ([]byte, error) { return orderStates.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *OrderState) UnmarshalText(text []byte) error { return orderStates.Unmarshal(s, text) }
