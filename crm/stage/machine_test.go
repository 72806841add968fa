package stage

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// door is a small machine over states that are not an enumeration.
func door() Definition[string] {
	return Definition[string]{
		Name:    "door",
		States:  []StateText[string]{{"open", "open", "", ""}, {"shut", "shut", "Shut", "关"}, {"locked", "locked", "Locked", ""}},
		Initial: []string{"open", "shut"},
		Transitions: []Transition[string]{
			{From: "open", To: "shut"}, {From: "shut", To: "open"}, {From: "shut", To: "locked", Guard: "key"},
			{From: "locked", To: "shut", Guard: "key", Reason: true}, {From: "open", To: "open"},
		},
	}
}

func TestMachineKnowsItsTable(t *testing.T) {
	d := door()
	m, err := New(d)
	require.NoError(t, err)
	d.States[0].Code, d.Initial[0], d.Transitions[0].To = "x", "locked", "locked"
	require.Equal(t, "open", m.Code("open"), "the machine has a copy")
	got := m.Definition()
	require.Equal(t, []string{"open", "shut"}, got.Initial)
	got.States[1].Code = "y"
	require.Equal(t, "shut", m.Code("shut"), "and hands out copies")

	require.Equal(t, "door", m.Name())
	require.Equal(t, []string{"open", "shut", "locked"}, m.States())
	require.Equal(t, "", m.Code("ajar"))
	s, err := m.Parse("locked")
	require.NoError(t, err)
	require.Equal(t, "locked", s)
	_, err = m.Parse("ajar")
	requireError(t, err, ErrInvalid, "code")
	require.NotContains(t, err.Error(), "ajar")

	require.Equal(t, []string{"open", "Shut", "Locked", ""},
		[]string{m.Text("open", finding.English), m.Text("shut", finding.English), m.Text("locked", finding.English), m.Text("x", finding.English)})
	require.Equal(t, []string{"open", "关", "Locked"},
		[]string{m.Text("open", finding.Chinese), m.Text("shut", finding.Chinese), m.Text("locked", finding.Chinese)})

	line, ok := m.Allows("locked", "shut")
	require.True(t, ok)
	require.Equal(t, Transition[string]{From: "locked", To: "shut", Reason: true, Guard: "key"}, line)
	_, ok = m.Allows("open", "locked")
	require.False(t, ok)
	require.Equal(t, []Transition[string]{{From: "shut", To: "open"}, {From: "shut", To: "locked", Guard: "key"}}, m.Next("shut"))
	require.Empty(t, m.Next("ajar"))
}

func TestDefinitionIsJSON(t *testing.T) {
	d := RelationshipMachine().Definition()
	text, err := json.Marshal(d)
	require.NoError(t, err)
	require.Contains(t, string(text), `{"name":"relationship","states":[{"state":"awareness","code":"awareness","en":"awareness","zh":"认知"}`)
	require.Contains(t, string(text), `{"from":"exploration","to":"awareness","reason":true}`)
	var back Definition[Relationship]
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, d, back)
	_, err = New(back)
	require.NoError(t, err)
}

func TestDefinitionRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*Definition[string])
		field string
	}{
		"no name":            {func(d *Definition[string]) { d.Name = "" }, "name"},
		"no states":          {func(d *Definition[string]) { *d = Definition[string]{Name: "x", Initial: []string{"a"}} }, "states"},
		"zero state":         {func(d *Definition[string]) { d.States[2].State = "" }, "states"},
		"repeated state":     {func(d *Definition[string]) { d.States[2].State = "open" }, "states"},
		"repeated code":      {func(d *Definition[string]) { d.States[2].Code = "open" }, "states"},
		"no code":            {func(d *Definition[string]) { d.States[2].Code = "" }, "states"},
		"long code":          {func(d *Definition[string]) { d.States[2].Code = strings.Repeat("长", 86) }, "states"},
		"NUL in a code":      {func(d *Definition[string]) { d.States[2].Code = "a\x00" }, "states"},
		"text not UTF-8":     {func(d *Definition[string]) { d.States[2].Zh = "\xff" }, "states"},
		"no initial":         {func(d *Definition[string]) { d.Initial = nil }, "initial"},
		"unknown initial":    {func(d *Definition[string]) { d.Initial[0] = "ajar" }, "initial"},
		"repeated initial":   {func(d *Definition[string]) { d.Initial[0] = "shut" }, "initial"},
		"unknown transition": {func(d *Definition[string]) { d.Transitions[0].To = "ajar" }, "transitions"},
		"repeated line":      {func(d *Definition[string]) { d.Transitions[0] = d.Transitions[1] }, "transitions"},
		"guard not UTF-8":    {func(d *Definition[string]) { d.Transitions[0].Guard = "\xff" }, "transitions"},
	} {
		t.Run(name, func(t *testing.T) {
			d := door()
			tt.spoil(&d)
			_, err := New(d)
			requireError(t, err, ErrInvalid, tt.field)
		})
	}
	err := Definition[string]{}.Validate()
	require.ErrorContains(t, err, "name")
	require.ErrorContains(t, err, "states")
	require.ErrorContains(t, err, "initial")

	_, err = New(Definition[float64]{Name: "x", States: []StateText[float64]{{math.NaN(), "nan", "", ""}}, Initial: []float64{math.NaN()}})
	requireError(t, err, ErrInvalid, "states")
}

// TestLargeMachine: more states than a loop is good for, up to the limit.
func TestLargeMachine(t *testing.T) {
	d := Definition[int]{Name: "large", Initial: []int{1}}
	for i := 1; i <= MaxStates; i++ {
		d.States = append(d.States, StateText[int]{State: i, Code: "s" + string(rune(0x4e00+i))})
		d.Transitions = append(d.Transitions, Transition[int]{From: i, To: i%MaxStates + 1})
	}
	m, err := New(d)
	require.NoError(t, err)
	var journal []Entry[int]
	for i := 1; i <= MaxStates+1; i++ {
		journal, err = m.Append(journal, Command[int]{To: (i-1)%MaxStates + 1, Now: day(i), Actor: "u1"})
		require.NoError(t, err)
	}
	_, err = m.Append(journal, Command[int]{To: 1000, Now: day(999), Actor: "u1"})
	requireError(t, err, ErrInvalid, "to")
	h := NewHistories(m)
	require.NoError(t, h.Add("c", journal))
	require.Equal(t, journal, h.Journal(0))

	d.States = append(d.States, StateText[int]{State: -1, Code: "one too many"})
	_, err = New(d)
	requireError(t, err, ErrInvalid, "states")
}

// lines writes a table as "from>to" with R for a reason and the guard, sorted.
func lines[S comparable](m *Machine[S]) []string {
	var all []string
	for _, t := range m.Definition().Transitions {
		s := m.Code(t.From) + ">" + m.Code(t.To)
		if l := t.label(); l != "" {
			s += " " + l
		}
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

func TestReadyMadeTables(t *testing.T) {
	require.Equal(t, []string{
		"awareness>dissolution R", "awareness>exploration", "commitment>dissolution R", "commitment>expansion R",
		"dissolution>awareness R", "dissolution>exploration R", "expansion>commitment", "expansion>dissolution R",
		"expansion>exploration R", "exploration>awareness R", "exploration>dissolution R", "exploration>expansion",
	}, lines(RelationshipMachine()))
	require.Equal(t, []Relationship{Awareness}, RelationshipMachine().Definition().Initial)

	ladder := lines(LadderMachine())
	require.Len(t, ladder, 15+4)
	for _, line := range []string{"target>one-time", "one-time>loyal", "repeat>seed", "seed>repeat R", "seed>loyal R", "loyal>repeat R", "intent>target R"} {
		require.Contains(t, ladder, line)
	}
	for _, bought := range []Rung{RungOneTime, RungRepeat, RungLoyal, RungSeed} {
		for _, line := range LadderMachine().Next(bought) {
			require.GreaterOrEqual(t, line.To, RungOneTime, "what was bought stays bought")
		}
	}

	sales := SalesMachine()
	for _, from := range sales.States() {
		line, ok := sales.Allows(from, SalesInCollection)
		require.Equal(t, ok, line.Guard == GuardReceivable, "nobody goes into collection without a receivable")
		if from != SalesNotInterested && from != SalesInCollection && from != SalesPotential {
			require.True(t, ok, from)
			_, ok = sales.Allows(SalesInCollection, from)
			require.True(t, ok, "from collection a customer goes back to %v", from)
		}
		if line, ok = sales.Allows(from, SalesNotInterested); ok {
			require.True(t, line.Reason, "a lost interest has a reason")
		} else {
			require.Equal(t, SalesNotInterested, from)
		}
	}
	require.Len(t, lines(sales), 25)
	require.NotContains(t, sales.Definition().Initial, SalesInCollection)

	require.Equal(t, []string{
		"affect>cognition R", "affect>will", "behaviour>evaluation", "cognition>affect", "evaluation>affect",
		"evaluation>behaviour", "evaluation>cognition", "evaluation>will", "will>affect R", "will>behaviour",
	}, lines(ConsumerMachine()))
	require.Equal(t, []string{"maintained>re-marketed", "new>onboarded", "onboarded>maintained", "re-marketed>maintained"}, lines(LifecycleMachine()))
}

// TestStatesAreReachable: in every ready-made machine each state can be reached.
func TestStatesAreReachable(t *testing.T) {
	requireReachable(t, RelationshipMachine())
	requireReachable(t, LadderMachine())
	requireReachable(t, SalesMachine())
	requireReachable(t, ConsumerMachine())
	requireReachable(t, LifecycleMachine())
}

func requireReachable[S comparable](t *testing.T, m *Machine[S]) {
	seen := m.Definition().Initial
	for i := 0; i < len(seen); i++ {
		for _, line := range m.Next(seen[i]) {
			if !slices.Contains(seen, line.To) {
				seen = append(seen, line.To)
			}
		}
	}
	require.ElementsMatch(t, m.States(), seen, m.Name())
}
