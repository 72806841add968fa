package stage

import (
	"log/slog"
	"time"
)

// MaxEntries is the largest number of entries in the journal of one subject and
// machine.
const MaxEntries = 65535

// Entry is one line of a journal (日志条目): in which state a subject is from an
// instant on, who said so, when and why. A journal is a slice of entries in the
// order in which they were recorded; it is append only, and what it says now is a
// fold over it ([Machine.As], [Machine.Spells]). Entries come from
// [Machine.Decide] and are stored as they are: the state as its code, and Reason,
// the only field with free text, where it can be cleared when a person is
// forgotten. Nothing that is computed depends on Reason or Actor.
//
// Entries are numbered by their place in the journal, from 1.
type Entry[S comparable] struct {
	// From is the state that the subject was in just before At, as far as was
	// known when this was recorded; the zero value where it was in none. It is for
	// readers: folds never look at it, for a backdated entry may change what came
	// before.
	From S `json:"from,omitzero"`
	// To is the state from At on. It is the zero value in a retraction, which
	// takes the entry Corrects out of the journal and puts nothing in its place.
	To S `json:"to,omitzero"`
	// At is when it became so (生效时间), Recorded when we learned it (记录时间):
	// never before the entry before. Both count to the microsecond.
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
	Actor    string    `json:"actor"`             // id of who decided
	Reason   string    `json:"reason,omitzero"`   // free text, personal
	Forced   bool      `json:"forced,omitzero"`   // the table was not asked
	Imported bool      `json:"imported,omitzero"` // see Command.Imported
	// Corrects is the number of the earlier entry that this one stands for, 0 for
	// none (更正).
	Corrects int `json:"corrects,omitzero"`
}

// LogValue shows the entry in logs without the text of its reason.
func (e Entry[S]) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Any("from", e.From), slog.Any("to", e.To), slog.Time("at", e.At), slog.Time("recorded", e.Recorded),
		slog.String("actor", e.Actor), slog.String("reason", masked(e.Reason)),
		slog.Bool("forced", e.Forced), slog.Bool("imported", e.Imported), slog.Int("corrects", e.Corrects))
}

// Command asks for a new entry. To, Now and Actor are needed; the rest is for the
// cases that their comments name.
type Command[S comparable] struct {
	To    S         `json:"to,omitzero"` // the state from At on; the zero value retracts the entry Corrects
	Now   time.Time `json:"now"`         // the caller's clock
	Actor string    `json:"actor"`       // an id
	// At is when it became so, if that was not just now. An At before the last
	// entry is backdated (补记): it is put in its place, and has to leave the entry
	// that then follows it a transition of the table. The zero time is Now, and for
	// a correction the At of the entry that it corrects.
	At time.Time `json:"at,omitzero"`
	// Reason is free text in UTF-8 without NUL; personal. It is needed where the
	// table says so, and for what is forced, corrected or retracted.
	Reason string `json:"reason,omitzero"`
	// Forced leaves the table and its guards unasked (强制).
	Forced bool `json:"forced,omitzero"`
	// Imported says that the subject was taken over from elsewhere in this state
	// (导入): it may be any state, also as the first one, and the subject is under
	// observation from Recorded on only. At is when the state began; leave it zero
	// where nobody knows, and durations will leave the spell out.
	Imported bool `json:"imported,omitzero"`
	// Corrects is the number of the entry to correct, 0 for none: one that nothing
	// has corrected yet.
	Corrects int `json:"corrects,omitzero"`
	// Guard answers for the guards of the table; nil where it has none. See
	// [Guards.For].
	Guard func(name string) error `json:"-"`
}

// LogValue shows the command in logs without the text of its reason.
func (c Command[S]) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Any("to", c.To), slog.Time("now", c.Now), slog.String("actor", c.Actor), slog.Time("at", c.At),
		slog.String("reason", masked(c.Reason)),
		slog.Bool("forced", c.Forced), slog.Bool("imported", c.Imported), slog.Int("corrects", c.Corrects))
}

func masked(text string) string {
	if text == "" {
		return ""
	}
	return "[masked]"
}

// Guards are the conditions on data that a table names (守卫条件): each returns nil
// where the transition may be made, and else why not, without personal data, for
// the error is handed on. ErrIncomplete says that the facts are not there.
type Guards[D any] map[string]func(D) error

// For returns the guards over the facts about one subject, for [Command.Guard]. A
// name without a guard is ErrIncomplete.
func (g Guards[D]) For(facts D) func(name string) error {
	return func(name string) error {
		guard := g[name]
		if guard == nil {
			return ErrIncomplete
		}
		return guard(facts)
	}
}
