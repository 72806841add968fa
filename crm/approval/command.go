package approval

import (
	"log/slog"
	"time"
)

// Command asks for something to be done with an approval (操作请求). Verb, Actor and the
// clock in [Env] are always needed; the comments say which verbs need the others.
type Command struct {
	Verb  Verb      `json:"verb"`
	Actor string    `json:"actor"`         // id of who does it; for Tick of the rule that does
	At    time.Time `json:"at,omitzero"`   // when it was so, never after Now; zero is Now. Terms run from Now
	Step  string    `json:"step,omitzero"` // id: votes, Execute: the step meant, "" is the current one; Choose, Skip: the step ahead; Insert: the step behind which, "" is the current one or the front of a draft

	Request  *Request `json:"request,omitempty"` // Create, Amend
	To       string   `json:"to,omitzero"`       // id: Submit and Approve in Free: the next approver; AddSigner: the signer; Delegate, Replace: who gets the seat
	Holder   string   `json:"holder,omitzero"`   // id: Replace: who had the seat
	People   []string `json:"people,omitempty"`  // Choose: ids of who decides
	Add      *Step    `json:"add,omitempty"`     // Insert
	Position Position `json:"position,omitzero"` // AddSigner
	Target   string   `json:"target,omitzero"`   // Return: id of an entered step; "" is the draft
	Resume   bool     `json:"resume,omitzero"`   // Return in Predefined: come straight back to the actor's step
	Document string   `json:"document,omitzero"` // Approve, Finish: id of what the step asks for, such as the minutes

	Code   string `json:"code,omitzero"`   // the reason as a code of the host
	Reason string `json:"reason,omitzero"` // the reason in words: personal
	Salt   string `json:"salt,omitzero"`   // random text that keeps the hash of Reason from being guessed
}

// LogValue shows ids, codes and times, and not the reason.
func (c Command) LogValue() slog.Value {
	return slog.GroupValue(slog.String("verb", c.Verb.String()), slog.String("actor", c.Actor), slog.Time("at", c.At),
		slog.String("step", c.Step), slog.String("to", c.To), slog.String("target", c.Target), slog.String("code", c.Code))
}

func (c *Command) validate(now time.Time) error {
	var found problems
	found.check(c.Verb.Valid(), codeUnknown, "verb", -1)
	found.check(validID(c.Actor), codeID, "actor", -1)
	found.check(!now.IsZero(), codeMissing, "now", -1)
	found.check(!c.At.After(now), codeOrder, "at", -1)
	found.check(validText(c.Step), codeID, "step", -1)
	found.check(validText(c.To), codeID, "to", -1)
	found.check(validText(c.Holder), codeID, "holder", -1)
	found.check(validText(c.Target), codeID, "target", -1)
	found.check(validText(c.Document), codeID, "document", -1)
	found.check(validText(c.Code), codeID, "code", -1)
	found.check(validWords(c.Reason) && validText(c.Salt), codeText, "reason", -1)
	for i, id := range c.People {
		found.check(validID(id), codeID, "people", i)
	}
	return found.join()
}

// Env is what a decision may look at beside the approval itself (决策环境).
type Env struct {
	Now    time.Time // the caller's clock
	People Directory // nil is an empty one
	Guide  *Guide    // for steps FromGuide, and for Finish with an amount

	// Deadline returns the instant at which an amount of working time after from is
	// over: the earliest u >= from with that much working time between. It is needed
	// for steps with a Timeout.
	Deadline func(from time.Time, working time.Duration) (time.Time, error)

	Delegations []Delegation // standing ones
	History     []Commitment // earlier requests, for the split guard
	Admin       string       // id of who decides where OnEmpty is EmptyToAdmin
}
