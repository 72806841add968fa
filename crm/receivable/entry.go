package receivable

import (
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Act says who records something, when and why (操作). ID, On and Actor are needed.
type Act struct {
	ID       string       `json:"id"`                // of the entry, unique in the account
	On       calendar.Day `json:"on"`                // the day of value: when the money moved
	Recorded time.Time    `json:"recorded,omitzero"` // when we learned it, in UTC microseconds; folds do not read it
	Actor    string       `json:"actor"`             // an id
	Ref      string       `json:"ref,omitzero"`      // id of the bank's line, approval or contract behind it
	Code     string       `json:"code,omitzero"`     // the reason as a code of the host's list
	Reason   string       `json:"reason,omitzero"`   // the reason in words: personal, kept where it can be erased
}

// LogValue shows ids and dates, and not the reason.
func (a Act) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", a.ID), slog.String("on", a.On.String()), slog.String("actor", a.Actor),
		slog.String("ref", a.Ref), slog.String("code", a.Code))
}

func (a Act) check() error {
	switch {
	case !validID(a.ID), !validID(a.Actor):
		return refuse(ErrInvalid, "act", codeID)
	case a.Ref != "" && !validID(a.Ref), a.Code != "" && !validID(a.Code), !limit.Text(a.Reason, 0, 1<<16):
		return refuse(ErrInvalid, "act", codeText)
	case !a.On.Valid():
		return refuse(ErrInvalid, "act", codeDay)
	case !limit.IsInstant(a.Recorded):
		return refuse(ErrInvalid, "act", codeInstant)
	}
	return nil
}

// Line is what of a payment is for one instalment.
type Line struct {
	Instalment string `json:"instalment"` // id
	Minor      int64  `json:"minor"`      // above 0
}

// Entry is one line of an account's journal (收款记录), made by the methods of [Account].
// Entries are appended and never changed. Reason is the only free text.
type Entry struct {
	Act
	Kind   Kind   `json:"kind"`
	Minor  int64  `json:"minor"`           // above 0: the sum of Lines and Surplus
	Lines  []Line `json:"lines,omitempty"` // in the order of allocation, of a reversal in the order of undoing
	Target string `json:"target,omitzero"` // of a reversal: id of the entry that it undoes, or a part of it
	// Surplus is what is for no instalment: it comes to the prepaid money with a receipt
	// or a prepayment, and leaves it with a refund. A reversal has what it takes back.
	Surplus int64 `json:"surplus,omitzero"`
}

// LogValue shows ids, kind and amount, and not the reason.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("act", e.Act), slog.Any("kind", e.Kind), slog.Int64("minor", e.Minor), slog.String("target", e.Target))
}

// effect is what an entry of a kind does to what is outstanding, for each minor unit of
// its lines, and to the prepaid money, for each of its lines and of its surplus.
func (k Kind) effect() (outstanding, prepaidByLines, prepaidBySurplus int64) {
	switch k {
	case Receipt, Prepayment:
		return -1, 0, +1
	case Applied:
		return -1, -1, 0
	case Refund:
		return 0, 0, -1
	}
	return -1, 0, 0
}

// mayHave reports whether an entry of the kind can have lines, and a surplus.
func (k Kind) mayHave() (lines, surplus bool) {
	return k == Receipt || k == Applied || k == WriteOff, k == Receipt || k == Prepayment || k == Refund
}
