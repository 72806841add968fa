package stage

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Decide returns the entry that the command adds to the journal of one subject, to
// be appended by the caller, or why there can be none. It changes nothing.
//
// The entry's Recorded is the later of Now and that of the last entry, so that a
// clock that goes back never writes before what is there. Its place among the
// others is that of its At; of the same instant, the later recorded one comes
// later, and a correction stands where the entry that it corrects stood.
//
// Only the transitions that the new entry brings about are asked of the table: the
// one to it, which may need a reason and a guard, and for a backdated entry, a
// correction or a retraction the one to the entry that now follows. An entry that
// was forced stays. So a table that has become stricter leaves old journals valid,
// and a reason that was cleared is not missed.
//
// Cost: a look at the last entry where that became so when it was recorded, a walk
// along the journal where it was backdated; no allocation, unless the new entry is
// backdated or a correction, or the last one is.
//
// Errors, all *[Error]:
//   - ErrTransition: the table has no such transition, the guard refuses (its
//     error is in the chain), the subject is in that state already, or the first
//     state is not initial. Entry is 0, or the number of the later entry that
//     would be left without a transition.
//   - ErrIncomplete: a reason is needed, or a guard that nothing answers for.
//   - ErrInvalid: To is no state; Now is zero or outside the years 1 to 9999, At
//     too or after Recorded; Actor is no id; Reason is not UTF-8 or has a NUL;
//     Corrects names no entry, or one that is corrected already; the journal has
//     [MaxEntries] or was not made by Decide.
func (m *Machine[S]) Decide(history []Entry[S], cmd Command[S]) (Entry[S], error) {
	var e Entry[S]
	if err := m.decide(history, &cmd, &e); err != nil {
		return Entry[S]{}, err
	}
	return e, nil
}

// Append decides as [Machine.Decide] does and returns the journal with the new
// entry appended, as append does; on an error the journal as it was.
func (m *Machine[S]) Append(history []Entry[S], cmd Command[S]) ([]Entry[S], error) {
	n := len(history)
	longer := append(history, Entry[S]{})
	if err := m.decide(history, &cmd, &longer[n]); err != nil {
		return history, err
	}
	return longer, nil
}

// decide fills an empty entry. It does so in place: to copy an entry that was just
// written costs as much as to decide over it.
func (m *Machine[S]) decide(history []Entry[S], cmd *Command[S], e *Entry[S]) error {
	to := m.place(cmd.To)
	if err := m.validate(history, cmd, to); err != nil {
		return err
	}
	n := len(history)
	recorded := floor(cmd.Now)
	if n > 0 && earlier(&recorded, &history[n-1].Recorded) {
		recorded = history[n-1].Recorded
	}
	at, last := recorded, cmd.Corrects == 0
	switch {
	case !cmd.At.IsZero():
		at = floor(cmd.At)
		last = last && (n == 0 || !earlier(&at, &history[n-1].At))
		if earlier(&recorded, &at) {
			return refuse("at", "is in the future")
		}
	case cmd.Corrects > 0:
		at = history[cmd.Corrects-1].At
	}
	e.To, e.At, e.Recorded, e.Actor, e.Reason = cmd.To, at, recorded, cmd.Actor, cmd.Reason
	e.Forced, e.Imported, e.Corrects = cmd.Forced, cmd.Imported, cmd.Corrects
	if last && (endsNow(history) || plain(history)) {
		return m.decideLast(history, e, to, cmd.Guard)
	}
	return m.decideWithin(history, e, cmd.Guard)
}

// decideLast decides over an entry that follows the last one of the journal, and
// sets its From.
func (m *Machine[S]) decideLast(history []Entry[S], e *Entry[S], to int, guard func(string) error) error {
	from := -1
	if n := len(history); n > 0 {
		e.From = history[n-1].To
		if from = m.place(e.From); from < 0 {
			return refuseEntry(n, "to", "is not a state of machine %s", m.def.Name)
		}
	}
	return m.admit(e, from, to, guard)
}

func (m *Machine[S]) validate(history []Entry[S], cmd *Command[S], to int) error {
	var none S
	switch {
	case len(history) >= MaxEntries:
		return refuse("journal", "has %d entries", MaxEntries)
	case to < 0 && (cmd.To != none || cmd.Corrects == 0):
		return refuse("to", "is not a state of machine %s", m.def.Name)
	case cmd.Corrects < 0 || cmd.Corrects > len(history):
		return refuse("corrects", "is not the number of an entry")
	case to < 0 && !cmd.At.IsZero():
		return refuse("at", "is given for a retraction")
	case !inRange(cmd.Now):
		return refuse("now", "is not in the years 1 to 9999")
	case !cmd.At.IsZero() && !inRange(cmd.At):
		return refuse("at", "is not in the years 1 to 9999")
	case !validID(cmd.Actor):
		return refuse("actor", "is not 1 to 255 bytes of UTF-8 without NUL")
	case !validText(cmd.Reason):
		return refuse("reason", "is not UTF-8 without NUL")
	}
	return nil
}

// endsNow tells whether the last entry of a journal that Decide made is the present
// one without a look at the others: it became so when it was recorded, and they
// became so no later than they were recorded, which was no later than that.
func endsNow[S comparable](history []Entry[S]) bool {
	if len(history) == 0 {
		return true
	}
	last := &history[len(history)-1]
	return last.Corrects == 0 && (last.At == last.Recorded || last.At.Equal(last.Recorded))
}

// plain tells whether a journal was recorded in the order of what was so, without
// corrections.
func plain[S comparable](history []Entry[S]) bool {
	last := int64(minInstant)
	for i := range history {
		e := &history[i]
		second := e.At.Unix()
		if e.Corrects != 0 || second < last || second == last && earlier(&e.At, &history[i-1].At) {
			return false
		}
		last = second
	}
	return true
}

// admit says whether the entry may follow the state at place from, -1 for none; to
// is -1 for a retraction.
func (m *Machine[S]) admit(e *Entry[S], from, to int, guard func(string) error) error {
	needed := e.Forced || e.Corrects > 0
	if to >= 0 {
		r := m.rule(from, to)
		if !r.allowed {
			if why := against(e.Forced, e.Imported, from, to); why != "" {
				return m.noTransition(0, from, to, why, nil)
			}
		}
		needed = needed || r.reason
		if r.guard > 0 && !e.Forced {
			if err := m.ask(m.guards[r.guard-1], guard, from, to); err != nil {
				return err
			}
		}
	}
	if needed && blank(e.Reason) {
		return &Error{Field: "reason", From: m.code(from), To: m.code(to), Reason: "is required", Err: ErrIncomplete}
	}
	return nil
}

// blank reports whether a text says nothing.
func blank(text string) bool {
	if len(text) > 0 && text[0] > ' ' && text[0] < utf8.RuneSelf {
		return false // most begin with a letter
	}
	return strings.TrimSpace(text) == ""
}

// rule returns what the table says; from is -1 before the first entry.
func (m *Machine[S]) rule(from, to int) rule {
	if from < 0 {
		return rule{allowed: m.initial[to]}
	}
	return m.rules[from*len(m.states)+to]
}

// against says why a new entry may not make a transition that the table does not
// list, "" where it may.
func against(forced, imported bool, from, to int) string {
	switch {
	case from < 0 && imported, forced && from != to:
		return ""
	case from == to:
		return "is its state already"
	case from < 0:
		return "is not an initial state"
	default:
		return "is not in the table"
	}
}

func (m *Machine[S]) ask(name string, guard func(string) error, from, to int) error {
	err := error(ErrIncomplete)
	if guard != nil {
		err = guard(name)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrIncomplete):
		return &Error{Field: "guard", From: m.code(from), To: m.code(to), Reason: name + " has no answer", Err: err}
	default:
		return m.noTransition(0, from, to, "guard "+name+" refuses", err)
	}
}

func (m *Machine[S]) noTransition(entry, from, to int, why string, cause error) error {
	err := error(ErrTransition)
	if cause != nil {
		err = fmt.Errorf("%w: %w", ErrTransition, cause)
	}
	return &Error{Field: "to", Entry: entry, From: m.code(from), To: m.code(to), Reason: why, Err: err}
}

// decideWithin decides over an entry that is not simply the latest, and sets its
// From. A pair of neighbours that was there before stays, whatever the table says
// today.
func (m *Machine[S]) decideWithin(history []Entry[S], e *Entry[S], guard func(string) error) error {
	lines, err := m.pack(make([]line, 0, len(history)+1), history)
	if err != nil {
		return err
	}
	var f folder
	was := precedents(lines, f.order(lines, maxInstant))
	own := len(lines)
	lines = append(lines, m.lineOf(e))
	if err := f.correctable(lines, own); err != nil {
		return err
	}
	preceding, from := -1, -1
	for _, n := range f.order(lines, maxInstant) {
		i, l := int(n), lines[n]
		switch {
		case i == own:
			if from >= 0 {
				e.From = m.states[from]
			}
			if err := m.admit(e, from, l.place(), guard); err != nil {
				return err
			}
		case l.to != retracted && was[i] != preceding && !m.stands(from, l):
			return m.noTransition(i+1, from, l.place(), "would be left, which is not in the table", nil)
		}
		if l.to != retracted {
			preceding, from = i, int(l.to)
		}
	}
	return nil
}

// precedents returns for each line the one whose state it leaves: -1 for none.
func precedents(lines []line, order []uint16) []int {
	of := make([]int, len(lines))
	preceding := -1
	for _, i := range order {
		of[i] = preceding
		if lines[i].to != retracted {
			preceding = int(i)
		}
	}
	return of
}

// stands reports whether an entry that is there may follow a state.
func (m *Machine[S]) stands(from int, l line) bool {
	return l.flags&forced != 0 || from < 0 && l.flags&imported != 0 || m.rule(from, int(l.to)).allowed
}

const (
	minInstant = -1 << 63
	maxInstant = 1<<63 - 1
)

// The first second of the year 1, in which the zero time lies, and the last of 9999.
const firstSecond, lastSecond = -62135596800, 253402300799

func inRange(t time.Time) bool {
	s := t.Unix()
	return s > firstSecond && s <= lastSecond
}

// floor drops what is finer than a microsecond, the zone and the monotonic clock.
func floor(t time.Time) time.Time {
	if fine := uint32(t.Nanosecond()) % 1000; fine > 0 {
		t = t.Add(-time.Duration(fine))
	}
	return t.UTC()
}

// earlier is a.Before(*b) for instants without a monotonic clock, at half the cost.
func earlier(a, b *time.Time) bool {
	x, y := a.Unix(), b.Unix()
	return x < y || x == y && a.Nanosecond() < b.Nanosecond()
}
