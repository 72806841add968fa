package privacy

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// RequestKind is what a person asks of us (请求类型). The zero value is none.
type RequestKind uint8

const (
	Access      RequestKind = iota + 1 // to see and get a copy of the data, PIPL article 45 查阅、复制
	Correction                         // to correct or complete them, 46 更正、补充
	Deletion                           // to delete them, 47 删除
	Withdrawal                         // to end consent, 15 撤回同意
	Explanation                        // to explain how they are handled, 24 and 48 解释说明
)

var requestKindNames = enum.New[RequestKind]("kind", unknown, enum.Names{
	{},
	{"access", "查阅复制"},
	{"correction", "更正补充"},
	{"deletion", "删除"},
	{"withdrawal", "撤回同意"},
	{"explanation", "解释说明"},
})

// RequestKinds returns the five kinds.
func RequestKinds() []RequestKind {
	return []RequestKind{Access, Correction, Deletion, Withdrawal, Explanation}
}

// Valid reports whether r is one of the enumerated values; the zero value is not.
func (r RequestKind) Valid() bool { return requestKindNames.Valid(r) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (r RequestKind) String() string { return requestKindNames.Code(r) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (r RequestKind) Zh() string { return requestKindNames.Zh(r) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (r RequestKind) MarshalText() ([]byte, error) { return requestKindNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *RequestKind) UnmarshalText(text []byte) error { return requestKindNames.Unmarshal(r, text) }

// RequestState is how far a request has come (请求状态). The zero value is none.
type RequestState uint8

const (
	RequestReceived RequestState = iota + 1 // it is here 已收到
	RequestVerified                         // it comes from the person, or who may ask for them 已核验
	RequestAnswered                         // done, and the person told 已答复
	RequestRefused                          // refused, and the person told why, article 50 已拒绝
)

var requestStateNames = enum.New[RequestState]("state", unknown, enum.Names{
	{},
	{"received", "已收到"},
	{"verified", "已核验"},
	{"answered", "已答复"},
	{"refused", "已拒绝"},
})

// RequestStates returns the four states.
func RequestStates() []RequestState {
	return []RequestState{RequestReceived, RequestVerified, RequestAnswered, RequestRefused}
}

// Valid reports whether r is one of the enumerated values; the zero value is not.
func (r RequestState) Valid() bool { return requestStateNames.Valid(r) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (r RequestState) String() string { return requestStateNames.Code(r) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (r RequestState) Zh() string { return requestStateNames.Zh(r) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (r RequestState) MarshalText() ([]byte, error) { return requestStateNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *RequestState) UnmarshalText(text []byte) error { return requestStateNames.Unmarshal(r, text) }

// RequestStep is one entry in the journal of requests. It is immutable. Only Reason
// is personal.
type RequestStep struct {
	Party    string       `json:"party,omitzero"` // customer id of the person; "" where the journal says whose it is
	Seq      uint64       `json:"seq,omitzero"`   // its number in that journal; 0 before it is recorded
	Request  string       `json:"request"`        // id
	Kind     RequestKind  `json:"kind,omitzero"`  // with state received
	State    RequestState `json:"state"`          // from At on
	At       time.Time    `json:"at"`
	Recorded time.Time    `json:"recorded,omitzero"`
	Actor    string       `json:"actor"`
	Reason   string       `json:"reason,omitzero"`   // why it is refused; personal
	Evidence string       `json:"evidence,omitzero"` // id of the letter, the check of the identity, the answer
}

// LogValue shows ids, codes and instants, and nothing personal.
func (s RequestStep) LogValue() slog.Value {
	return slog.GroupValue(slog.String("party", s.Party), slog.Uint64("seq", s.Seq), slog.String("request", s.Request),
		slog.String("kind", s.Kind.String()), slog.String("state", s.State.String()), slog.Time("at", s.At))
}

// Redacted returns a copy without the reason.
func (s RequestStep) Redacted() RequestStep {
	s.Reason = ""
	return s
}

// Validate reports every rule that s breaks, joined, before it is recorded; each is
// an [*Error] that wraps ErrInvalid. Request and Actor are ids, Party and Evidence
// where they are not empty; At is stated; a received request states its kind, and no
// other step does; a refused one its reason (PIPL article 50).
func (s RequestStep) Validate() error {
	v := checks{code: limit.Shown(s.Request)}
	v.must(limit.Text(s.Request, 1, limit.ID), "request", "is not an id")
	v.must(limit.Text(s.Actor, 1, limit.ID), "actor", "is not an id")
	v.must(s.Party == "" || limit.Text(s.Party, 1, limit.ID), "party", "is not an id")
	v.must(s.Evidence == "" || limit.Text(s.Evidence, 1, limit.ID), "evidence", "is not an id")
	v.must(!s.At.IsZero(), "at", "is missing")
	v.must(s.State.Valid(), "state", "unknown")
	v.must(s.Kind.Valid() || s.Kind == 0 && s.State != RequestReceived, "kind", "unknown")
	v.must(s.Kind == 0 || s.State == RequestReceived, "kind", "belongs to a step that is received")
	v.must(s.State != RequestRefused || s.Reason != "", "reason", "is missing")
	v.must(validText(s.Reason), "reason", "is longer than 65536 bytes, or not UTF-8")
	return errors.Join(v.errs...)
}

// Request is a request as its steps leave it (个人请求).
type Request struct {
	Party    string       `json:"party,omitzero"`
	ID       string       `json:"id"`
	Kind     RequestKind  `json:"kind"`
	State    RequestState `json:"state"`
	Received time.Time    `json:"received"`
	Since    time.Time    `json:"since"` // when it came into State
}

// Open reports whether the request is neither answered nor refused.
func (r Request) Open() bool { return r.State == RequestReceived || r.State == RequestVerified }

// Overdue reports whether the request is open at an instant that is not before the
// [Deadline] given.
func (r Request) Overdue(deadline, at time.Time) bool { return r.Open() && !at.Before(deadline) }

// Requests folds the steps of many requests, in any order, as of an effective time
// (the zero time: all steps) and a recorded time (the zero time: all), ordered by
// (Received, ID):
//
//	received -> verified -> answered | refused
//	received -> refused, where the identity cannot be verified
//
// Steps are taken in the order of (At, Recorded, Seq). ErrTransition where a request
// does not begin with received or goes another way.
func Requests(steps []RequestStep, at, known time.Time) ([]Request, error) {
	sorted := slices.DeleteFunc(slices.Clone(steps), func(s RequestStep) bool {
		return !at.IsZero() && s.At.After(at) || !known.IsZero() && s.Recorded.After(known)
	})
	slices.SortFunc(sorted, func(a, b RequestStep) int {
		return cmp.Or(cmp.Compare(a.Request, b.Request), a.At.Compare(b.At), a.Recorded.Compare(b.Recorded), cmp.Compare(a.Seq, b.Seq))
	})
	var list []Request
	var errs []error
	for _, s := range sorted {
		if n := len(list); n == 0 || list[n-1].ID != s.Request {
			list = append(list, Request{Party: s.Party, ID: s.Request, Kind: s.Kind, Received: s.At})
		}
		r := &list[len(list)-1]
		if !canMove(r.State, s.State) {
			errs = append(errs, &Error{Code: limit.Shown(s.Request), Field: "state",
				Reason: "no way from " + cmp.Or(r.State.String(), "nothing") + " to " + cmp.Or(s.State.String(), "nothing"), Err: ErrTransition})
			continue
		}
		r.State, r.Since = s.State, s.At
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	slices.SortFunc(list, func(a, b Request) int {
		return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

func canMove(from, to RequestState) bool {
	switch from {
	case 0:
		return to == RequestReceived
	case RequestReceived:
		return to == RequestVerified || to == RequestRefused
	case RequestVerified:
		return to == RequestAnswered || to == RequestRefused
	}
	return false
}
