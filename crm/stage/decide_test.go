package stage

import (
	"bytes"
	"errors"
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDecideRefuses(t *testing.T) {
	m := RelationshipMachine()
	journal := journalOf(t, m, on(1, Awareness), on(5, Exploration), on(9, Expansion))
	corrected := journalOf(t, m, on(1, Awareness), on(5, Exploration), Command[Relationship]{To: Exploration, Now: day(6), At: day(4), Corrects: 2},
		Command[Relationship]{Now: day(7), Corrects: 3})
	type command = Command[Relationship]
	for name, tt := range map[string]struct {
		history []Entry[Relationship]
		cmd     command
		err     error
		field   string
		entry   int
		from    string
		to      string
	}{
		"skips a stage":              {journal, command{To: Awareness}, ErrTransition, "to", 0, "expansion", "awareness"},
		"is there already":           {journal, command{To: Expansion}, ErrTransition, "to", 0, "expansion", "expansion"},
		"is there already, forced":   {journal, command{To: Expansion, Forced: true, Reason: "x"}, ErrTransition, "to", 0, "expansion", "expansion"},
		"not an initial state":       {nil, command{To: Commitment}, ErrTransition, "to", 0, "", "commitment"},
		"no reason":                  {journal, command{To: Dissolution}, ErrIncomplete, "reason", 0, "expansion", "dissolution"},
		"blank reason":               {journal, command{To: Dissolution, Reason: " \t　"}, ErrIncomplete, "reason", 0, "expansion", "dissolution"},
		"forced without a reason":    {journal, command{To: Awareness, Forced: true}, ErrIncomplete, "reason", 0, "expansion", "awareness"},
		"corrects without a reason":  {journal, command{To: Dissolution, Corrects: 3}, ErrIncomplete, "reason", 0, "exploration", "dissolution"},
		"retracts without a reason":  {journal, command{Corrects: 3}, ErrIncomplete, "reason", 0, "exploration", ""},
		"breaks what follows":        {journal, command{To: Dissolution, At: day(7), Reason: "x"}, ErrTransition, "to", 3, "dissolution", "expansion"},
		"leaves what follows":        {journal, command{Corrects: 2, Reason: "x"}, ErrTransition, "to", 3, "awareness", "expansion"},
		"correction breaks the next": {journal, command{To: Commitment, Corrects: 1, Reason: "x", Imported: true}, ErrTransition, "to", 2, "commitment", "exploration"},
		"backdated before the first": {journal, command{To: Commitment, At: day(0), Imported: true}, ErrTransition, "to", 1, "commitment", "awareness"},
		"corrected already":          {corrected, command{To: Exploration, Corrects: 2, Reason: "x"}, ErrInvalid, "corrects", 2, "", ""},
		"retracts a retraction":      {corrected, command{Corrects: 4, Reason: "x"}, ErrInvalid, "corrects", 4, "", ""},
		"corrects nothing":           {journal, command{To: Awareness, Corrects: 4, Reason: "x"}, ErrInvalid, "corrects", 0, "", ""},
		"corrects below":             {journal, command{To: Awareness, Corrects: -1, Reason: "x"}, ErrInvalid, "corrects", 0, "", ""},
		"no state":                   {journal, command{Reason: "x"}, ErrInvalid, "to", 0, "", ""},
		"unknown state":              {journal, command{To: 77}, ErrInvalid, "to", 0, "", ""},
		"unknown state, correcting":  {journal, command{To: 77, Corrects: 1}, ErrInvalid, "to", 0, "", ""},
		"retraction with an instant": {journal, command{Corrects: 3, At: day(9), Reason: "x"}, ErrInvalid, "at", 0, "", ""},
		"in the future":              {journal, command{To: Commitment, At: day(21)}, ErrInvalid, "at", 0, "", ""},
		"no clock":                   {journal, command{To: Commitment, Now: time.Unix(math.MaxInt64, 0)}, ErrInvalid, "now", 0, "", ""},
		"before the first year":      {journal, command{To: Commitment, At: time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)}, ErrInvalid, "at", 0, "", ""},
		"actor not UTF-8":            {journal, command{To: Commitment, Actor: "\xff"}, ErrInvalid, "actor", 0, "", ""},
		"reason with a NUL":          {journal, command{To: Commitment, Reason: "a\x00"}, ErrInvalid, "reason", 0, "", ""},
		"reason with a lone byte":    {journal, command{To: Commitment, Reason: "\x80"}, ErrInvalid, "reason", 0, "", ""},
		"reason not UTF-8":           {journal, command{To: Commitment, Reason: "好\xff"}, ErrInvalid, "reason", 0, "", ""},
		"a journal of another":       {[]Entry[Relationship]{{To: 77, At: day(1), Recorded: day(1)}}, command{To: Commitment}, ErrInvalid, "to", 1, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.cmd.Now.IsZero() {
				tt.cmd.Now = day(20)
			}
			if tt.cmd.Actor == "" {
				tt.cmd.Actor = "u1"
			}
			e, err := m.Decide(tt.history, tt.cmd)
			require.Zero(t, e)
			typed := requireError(t, err, tt.err, tt.field)
			require.Equal(t, tt.entry, typed.Entry)
			require.Equal(t, tt.from, typed.From)
			if tt.to != "" {
				require.Equal(t, tt.to, typed.To)
			}
			again, err := m.Append(tt.history, tt.cmd)
			require.ErrorIs(t, err, tt.err)
			require.Equal(t, tt.history, again)
		})
	}
	_, err := m.Decide(journal, command{To: Awareness, Now: day(20)})
	requireError(t, err, ErrInvalid, "actor")
	_, err = m.Decide(journal, command{To: Awareness, Actor: "u1"})
	requireError(t, err, ErrInvalid, "now")
	_, err = m.Decide(make([]Entry[Relationship], MaxEntries), command{To: Awareness, Actor: "u1", Now: day(1)})
	requireError(t, err, ErrInvalid, "journal")

	_, err = m.Decide(journal, command{To: Awareness, Now: day(20), Actor: "u1"})
	require.EqualError(t, err, "stage: to: from expansion to awareness: is not in the table: no such transition")
	_, err = m.Decide(journal, command{Corrects: 2, Reason: "x", Now: day(20), Actor: "u1"})
	require.EqualError(t, err, "stage: entry 3: to: from awareness to expansion: would be left, which is not in the table: no such transition")
}

// TestDecideFillsIn: instants are floored and brought to UTC, a clock that went back
// does not write before what is there, From is what was so just before.
func TestDecideFillsIn(t *testing.T) {
	m := RelationshipMachine()
	cst := time.FixedZone("CST", 8*3600)
	first, err := m.Decide(nil, Command[Relationship]{To: Awareness, Actor: "u1", Now: time.Date(2026, 1, 10, 8, 0, 0, 1999, cst)})
	require.NoError(t, err)
	want := time.Date(2026, 1, 10, 0, 0, 0, 1000, time.UTC)
	require.Equal(t, Entry[Relationship]{To: Awareness, At: want, Recorded: want, Actor: "u1"}, first)

	second, err := m.Decide([]Entry[Relationship]{first}, Command[Relationship]{To: Exploration, Actor: "u2", Now: day(3)})
	require.NoError(t, err)
	require.Equal(t, Entry[Relationship]{From: Awareness, To: Exploration, At: want, Recorded: want, Actor: "u2"}, second)

	journal := []Entry[Relationship]{first, second}
	state, since, ok := m.As(journal, time.Time{}, time.Time{})
	require.True(t, ok)
	require.Equal(t, Exploration, state)
	require.Equal(t, want, since)

	moved, err := m.Decide(journal, Command[Relationship]{To: Awareness, Actor: "u1", Now: day(12), Corrects: 1, Reason: "typing error", At: day(4)})
	require.NoError(t, err)
	require.Equal(t, day(4), moved.At)
	require.Zero(t, moved.From)
	journal = append(journal, moved)
	state, since, _ = m.As(journal, day(5), time.Time{})
	require.Equal(t, Awareness, state)
	require.Equal(t, day(4), since)
	_, _, ok = m.As(journal, day(5), day(11))
	require.False(t, ok, "nobody knew on day 11")
}

// TestCorrectionsOfCorrections: each takes the place of the one before, and what
// was retracted can be put back.
func TestCorrectionsOfCorrections(t *testing.T) {
	m := RelationshipMachine()
	journal := journalOf(t, m, on(1, Awareness), on(2, Exploration), on(3, Expansion))
	do := func(cmd Command[Relationship]) {
		t.Helper()
		cmd.Actor, cmd.Reason = "u1", "because"
		var err error
		journal, err = m.Append(journal, cmd)
		require.NoError(t, err)
	}
	now := func() Relationship {
		s, _, _ := m.As(journal, time.Time{}, time.Time{})
		return s
	}
	do(Command[Relationship]{Now: day(4), Corrects: 3})
	require.Equal(t, Exploration, now())
	do(Command[Relationship]{Now: day(5), Corrects: 4, To: Dissolution})
	require.Equal(t, Dissolution, now())
	require.Equal(t, day(3), journal[4].At, "in the place of the first")
	do(Command[Relationship]{Now: day(6), Corrects: 5, To: Expansion})
	do(Command[Relationship]{Now: day(7), To: Commitment})
	do(Command[Relationship]{Now: day(8), Corrects: 7})
	do(Command[Relationship]{Now: day(9), Corrects: 6})
	do(Command[Relationship]{Now: day(10), Corrects: 2})
	do(Command[Relationship]{Now: day(11), Corrects: 1})
	_, _, ok := m.As(journal, time.Time{}, time.Time{})
	require.False(t, ok, "all is retracted")
	for d, want := range map[int]Relationship{1: Awareness, 3: Expansion, 4: Exploration, 5: Dissolution, 6: Expansion, 7: Commitment, 8: Expansion, 9: Exploration, 10: Awareness} {
		s, _, _ := m.As(journal, time.Time{}, day(d))
		require.Equal(t, want, s, "as known on day %d", d)
	}
	do(Command[Relationship]{Now: day(12), To: Awareness})
	require.Equal(t, Awareness, now())
	require.NoError(t, m.Check(journal))
}

// TestSameInstant: of entries of one instant the later recorded comes later, and a
// correction stands where the entry that it corrects stood.
func TestSameInstant(t *testing.T) {
	m := LadderMachine()
	journal := journalOf(t, m, on(1, RungTarget), on(3, RungIntent), Command[Rung]{To: RungOneTime, At: day(3), Now: day(3)},
		Command[Rung]{To: RungRepeat, Now: day(5), Corrects: 3}, Command[Rung]{To: RungOneTime, Now: day(6), Corrects: 2})
	spells, err := m.Spells(journal, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []Spell[Rung]{
		{RungTarget, day(1), day(3), 1}, {RungOneTime, day(3), day(3), 5}, {RungRepeat, day(3), time.Time{}, 4},
	}, spells)
	state, _, _ := m.As(journal, day(3), time.Time{})
	require.Equal(t, RungRepeat, state)
	h := historiesOf(t, m, journal)
	o, err := h.Occupancy(day(3), Options{})
	require.NoError(t, err)
	require.Equal(t, 1, o.States[RungRepeat-1].Subjects)
	d, err := h.Dwell(RungOneTime, day(9), Options{})
	require.NoError(t, err)
	require.Equal(t, 1, d.Exits, "a stay of no length is one")
	require.Zero(t, d.Unseen)
}

// TestTableMayChange: entries that today's table would refuse stay; new ones beside
// them are asked about.
func TestTableMayChange(t *testing.T) {
	m := RelationshipMachine()
	journal := journalOf(t, m, on(1, Awareness), on(2, Exploration), on(3, Awareness), on(5, Exploration))
	d := m.Definition()
	var kept []Transition[Relationship]
	for _, line := range d.Transitions {
		if line.To != Awareness {
			kept = append(kept, line)
		}
	}
	d.Transitions = kept
	strict, err := New(d)
	require.NoError(t, err)

	err = strict.Check(journal)
	require.Equal(t, 3, requireError(t, err, ErrTransition, "to").Entry)
	cmd := Command[Relationship]{To: Expansion, Now: day(9), Actor: "u1", Reason: "x"}
	_, err = strict.Decide(journal, cmd)
	require.NoError(t, err)
	cmd.To, cmd.At = Dissolution, day(4) // between entries 3 and 4
	_, err = strict.Decide(journal, cmd)
	require.NoError(t, err)
	cmd.To, cmd.At = Expansion, day(2) // between entries 2 and 3
	_, err = strict.Decide(journal, cmd)
	require.Equal(t, 3, requireError(t, err, ErrTransition, "to").Entry)

	cleared := append([]Entry[Relationship]{}, journal...)
	cleared[2].Reason = "" // a person was forgotten
	require.NoError(t, m.Check(cleared))
}

func TestGuards(t *testing.T) {
	type ledger struct{ overdue int64 }
	refused := errors.New("nothing is overdue")
	guards := Guards[ledger]{GuardReceivable: func(l ledger) error {
		if l.overdue <= 0 {
			return refused
		}
		return nil
	}}
	m := SalesMachine()
	journal := journalOf(t, m, on(1, SalesClosed))
	cmd := Command[SalesCategory]{To: SalesInCollection, Now: day(2), Actor: "u1"}

	_, err := m.Decide(journal, cmd)
	requireError(t, err, ErrIncomplete, "guard")
	require.EqualError(t, err, "stage: guard: from closed to in-collection: receivable has no answer: incomplete")
	cmd.Guard = Guards[ledger]{}.For(ledger{})
	_, err = m.Decide(journal, cmd)
	requireError(t, err, ErrIncomplete, "guard")

	cmd.Guard = guards.For(ledger{})
	_, err = m.Decide(journal, cmd)
	requireError(t, err, ErrTransition, "to")
	require.ErrorIs(t, err, refused)
	cmd.Guard = guards.For(ledger{1})
	_, err = m.Decide(journal, cmd)
	require.NoError(t, err)

	cmd.Guard, cmd.Forced, cmd.Reason = nil, true, "board"
	_, err = m.Decide(journal, cmd)
	require.NoError(t, err, "what is forced asks no guard")
}

// TestMachinesAreIndependent: three facts about one customer are three journals,
// and an entry in one is no matter of the others.
func TestMachinesAreIndependent(t *testing.T) {
	relationship := journalOf(t, RelationshipMachine(), on(1, Awareness))
	ladder := journalOf(t, LadderMachine(), on(1, RungOneTime))
	sales := journalOf(t, SalesMachine(), on(1, SalesClosed))
	relationship, err := RelationshipMachine().Append(relationship, Command[Relationship]{To: Dissolution, Now: day(2), Actor: "u1", Reason: "moved"})
	require.NoError(t, err)
	require.Len(t, relationship, 2)
	rung, _, _ := LadderMachine().As(ladder, time.Time{}, time.Time{})
	category, _, _ := SalesMachine().As(sales, time.Time{}, time.Time{})
	require.Equal(t, RungOneTime, rung)
	require.Equal(t, SalesClosed, category)
}

func TestLogsHideTheReason(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	cmd := Command[Relationship]{To: Awareness, Now: day(1), Actor: "u1", Reason: "call 13812345678"}
	e, err := RelationshipMachine().Decide(nil, cmd)
	require.NoError(t, err)
	log.Info("m", "command", cmd, "entry", e, "without", Entry[Relationship]{})
	require.NotContains(t, out.String(), "138")
	require.Contains(t, out.String(), "entry.to=awareness")
	require.Contains(t, out.String(), "entry.reason=[masked]")
	require.Contains(t, out.String(), `without.reason=""`)
}

// TestCheckRefusesForm: journals that Decide cannot have made.
func TestCheckRefusesForm(t *testing.T) {
	m := RelationshipMachine()
	good := journalOf(t, m, on(1, Awareness), on(3, Exploration), Command[Relationship]{Now: day(4), Corrects: 2})
	for name, tt := range map[string]struct {
		spoil func([]Entry[Relationship]) []Entry[Relationship]
		field string
		entry int
	}{
		"no state":        {func(j []Entry[Relationship]) []Entry[Relationship] { j[1].To = 0; return j }, "to", 2},
		"unknown":         {func(j []Entry[Relationship]) []Entry[Relationship] { j[1].To = 9; return j }, "to", 2},
		"corrects itself": {func(j []Entry[Relationship]) []Entry[Relationship] { j[2].Corrects = 3; return j }, "corrects", 3},
		"corrects below":  {func(j []Entry[Relationship]) []Entry[Relationship] { j[2].Corrects = -1; return j }, "corrects", 3},
		"corrected twice": {func(j []Entry[Relationship]) []Entry[Relationship] { return append(j, j[2]) }, "corrects", 2},
		"recorded before": {func(j []Entry[Relationship]) []Entry[Relationship] {
			j[2].Recorded = day(3).Add(-1000)
			j[2].At = day(2)
			return j
		}, "recorded", 3},
		"future":           {func(j []Entry[Relationship]) []Entry[Relationship] { j[1].At = day(4); return j }, "at", 2},
		"no instant":       {func(j []Entry[Relationship]) []Entry[Relationship] { j[1].At = time.Time{}; return j }, "at", 2},
		"nanoseconds":      {func(j []Entry[Relationship]) []Entry[Relationship] { j[1].At = day(2).Add(1); return j }, "at", 2},
		"too many entries": {func(j []Entry[Relationship]) []Entry[Relationship] { return make([]Entry[Relationship], MaxEntries+1) }, "journal", 0},
	} {
		t.Run(name, func(t *testing.T) {
			j := tt.spoil(append([]Entry[Relationship]{}, good...))
			err := m.Check(j)
			require.Equal(t, tt.entry, requireError(t, err, ErrInvalid, tt.field).Entry)
			_, err = m.Spells(j, time.Time{})
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorIs(t, NewHistories(m).Add("c", j), ErrInvalid)
		})
	}
	require.NoError(t, m.Check(good))
	require.NoError(t, m.Check(nil))
	_, _, ok := m.As(append(good, Entry[Relationship]{Corrects: 9}), time.Time{}, time.Time{})
	require.False(t, ok, "no state from a journal without form")
}
