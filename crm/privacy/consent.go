package privacy

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Action is what an entry of the consent journal does (动作). The zero value is none.
type Action uint8

const (
	Given     Action = iota + 1 // the basis holds from At on 同意
	Withdrawn                   // it ends at At: withdrawn, refused, or the contract over 撤回
)

var actionNames = enum.New[Action]("action", unknown, enum.Names{
	{}, {"given", "同意"}, {"withdrawn", "撤回"},
})

// Valid reports whether a is one of the two.
func (a Action) Valid() bool { return a == Given || a == Withdrawn }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (a Action) String() string { return actionNames.Code(a) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (a Action) Zh() string { return actionNames.Zh(a) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (a Action) MarshalText() ([]byte, error) { return actionNames.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Action) UnmarshalText(text []byte) error { return actionNames.Unmarshal(a, text) }

// Consent is one entry of the journal of what a person's data may be used for
// (同意记录): a basis begins, or ends. It is immutable. Only Reason is personal; ids,
// codes and instants stay when the person is forgotten.
//
// An entry is about one purpose by one channel; a channel of zero stands for every
// channel and for use without any. A withdrawal without a purpose is for every
// purpose, and ends only what rests on the same basis.
type Consent struct {
	Party   string           `json:"party,omitzero"` // customer id of the person; "" where the journal says whose it is
	Seq     uint64           `json:"seq,omitzero"`   // its number in the person's journal; 0 before it is recorded
	Purpose string           `json:"purpose,omitzero"`
	Channel timeline.Channel `json:"channel,omitzero"`
	Basis   Basis            `json:"basis"`
	Action  Action           `json:"action"`

	Notice   int    `json:"notice,omitzero"`   // version of the privacy notice that the person was shown, from 1; 0 where there are none
	Separate bool   `json:"separate,omitzero"` // asked for and given on its own, not bundled (单独同意)
	Guardian string `json:"guardian,omitzero"` // customer id of the parent or guardian who gave it (监护人)

	// Categories it is about. Of what is given, sensitive ones have to be named, and
	// empty stands for every ordinary one; of what is withdrawn, empty stands for all.
	Categories []Category `json:"categories,omitempty"`

	At       time.Time `json:"at"`                // from when it holds
	Recorded time.Time `json:"recorded,omitzero"` // when we learned it
	Actor    string    `json:"actor"`             // id of who recorded it
	Reason   string    `json:"reason,omitzero"`   // personal
	Evidence string    `json:"evidence,omitzero"` // id of the form, call or log line that shows it
}

// LogValue shows ids, codes and instants, and nothing personal.
func (c Consent) LogValue() slog.Value {
	return slog.GroupValue(slog.String("party", c.Party), slog.Uint64("seq", c.Seq), slog.String("purpose", c.Purpose),
		slog.String("channel", c.Channel.String()), slog.String("basis", c.Basis.String()),
		slog.String("action", c.Action.String()), slog.Time("at", c.At))
}

// Redacted returns a copy without the reason. Every [Permitted] answer is the same.
func (c Consent) Redacted() Consent {
	c.Reason = ""
	return c
}

// Validate reports every rule that c breaks, joined, before it is recorded; each is
// an [*Error] that wraps ErrInvalid.
//
//   - Basis, Action and At are stated, and every enumerator is known. Actor is an id:
//     valid UTF-8 without NUL of 1 to 255 bytes; Party, Guardian and Evidence too
//     where they are not empty. Purpose is such a text of at most 64 bytes, and named
//     by what is given. Reason has at most 65536 bytes.
//   - No category is there twice. Sensitive ones on the basis of consent are given
//     separately (PIPL article 29).
//   - Notice is not below zero. A notice, separateness and a guardian belong to
//     consent that is given.
//   - What begins on another basis than consent has a Reason or Evidence.
func (c Consent) Validate() error {
	v := checks{code: limit.Shown(c.Party)}
	v.must(c.Party == "" || limit.Text(c.Party, 1, limit.ID), "party", "is not an id")
	v.must(limit.Text(c.Actor, 1, limit.ID), "actor", "is not an id")
	v.must(c.Guardian == "" || limit.Text(c.Guardian, 1, limit.ID), "guardian", "is not an id")
	v.must(c.Evidence == "" || limit.Text(c.Evidence, 1, limit.ID), "evidence", "is not an id")
	v.must(limit.Text(c.Purpose, 1, limit.Code) || c.Purpose == "" && c.Action == Withdrawn, "purpose", "is not a code")
	v.must(c.Channel == 0 || c.Channel.Valid(), "channel", "unknown")
	v.must(c.Basis.Valid(), "basis", "unknown")
	v.must(c.Action.Valid(), "action", "unknown")
	v.must(!c.At.IsZero(), "at", "is missing")
	v.must(validText(c.Reason), "reason", "is longer than 65536 bytes, or not UTF-8")
	v.must(c.Notice >= 0, "notice", "is below zero")
	for i, cat := range c.Categories {
		v.must(cat.Valid(), "categories", "unknown")
		v.must(!slices.Contains(c.Categories[:i], cat), "categories", "is there twice")
	}
	given := c.Action == Given && c.Basis == ByConsent
	sensitive := slices.ContainsFunc(c.Categories, Category.Sensitive)
	v.must(given || c.Notice == 0 && !c.Separate && c.Guardian == "", "action", "has what belongs to consent that is given")
	v.must(!given || !sensitive || c.Separate, "separate", "is missing for a sensitive category")
	v.must(c.Action != Given || c.Basis == ByConsent || c.Reason != "" || c.Evidence != "", "reason", "is missing, and so is evidence")
	return errors.Join(v.errs...)
}

// reaches reports whether an entry is about a channel.
func (c *Consent) reaches(channel timeline.Channel) bool {
	return c.Channel == 0 || c.Channel == channel
}

// covers reports whether what is given extends to a category.
func (c *Consent) covers(cat Category) bool {
	if len(c.Categories) == 0 {
		return cat.Valid() && !cat.Sensitive()
	}
	return slices.Contains(c.Categories, cat)
}

// ends reports whether c is a withdrawal that ends what was given, for a channel and
// a category. At one and the same instant the withdrawal wins.
func (c *Consent) ends(given *Consent, channel timeline.Channel, cat Category) bool {
	return c.Action == Withdrawn && c.Basis == given.Basis && (c.Purpose == "" || c.Purpose == given.Purpose) &&
		c.reaches(channel) && (len(c.Categories) == 0 || slices.Contains(c.Categories, cat)) && !c.At.Before(given.At)
}

// compareConsents orders entries by (At, Recorded, Party, Seq) and then by all the
// rest, so that it is 0 only for equal ones.
func compareConsents(a, b Consent) int {
	if c := cmp.Or(a.At.Compare(b.At), a.Recorded.Compare(b.Recorded)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Party, b.Party), cmp.Compare(a.Seq, b.Seq),
		cmp.Compare(a.Action, b.Action), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Channel, b.Channel),
		cmp.Compare(a.Basis, b.Basis), slices.Compare(a.Categories, b.Categories), cmp.Compare(a.Notice, b.Notice),
		compareBool(a.Separate, b.Separate), cmp.Compare(a.Guardian, b.Guardian), cmp.Compare(a.Actor, b.Actor),
		cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Evidence, b.Evidence))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
